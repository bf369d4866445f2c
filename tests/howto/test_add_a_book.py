"""CONTRIBUTING, "How to add a book": done with an invented one, `errands`."""

from __future__ import annotations

import json

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice

pytestmark = pytest.mark.slow

BOOK = """\
book: errands
about: {en: For a team of couriers, zh: 用于快递团队}
measures: {value: {about: {en: What it brings, zh: 带来什么}, weight: 5, min: 0, max: 10}}
bands: [{from: 50, priority: High}, {from: 0, priority: Low}]
rules:
  - id: fetch
    when: summary ~ 'fetch OR 取'
    class: {business_need: 3}
    because: {en: Somebody waits for it., zh: 有人在等。}
    examples: {fires: [Fetch the keys, 取钥匙], silent: [Repair the bicycle, 修自行车]}
  - id: repair
    when: summary ~ 'repair OR 修'
    class: {tech_debt: 3}
    because: {en: It is broken., zh: 它坏了。}
    examples: {fires: [Repair the bicycle, 修自行车], silent: [Fetch the keys, 取钥匙]}
  - id: ask-around
    when: summary ~ 'ask OR 打听'
    class: {exploration: 3}
    because: {en: Nobody knows it yet., zh: 还没有人知道。}
    examples: {fires: [Ask for the way, 打听路线], silent: [Fetch the keys, 取钥匙]}
  - id: today
    when: text ~ 'today OR 今天'
    points: {value: 10}
    because: {en: It is for today., zh: 今天就要。}
    examples: {fires: [Fetch it today, 今天取], silent: [Fetch the keys, 取钥匙]}
  - id: look
    when: class = undecided
    gate: review
    because: {en: No rule knows what it is., zh: 没有规则能判断。}
    examples: {fires: [Sing a song, 唱歌], silent: [Fetch the keys, 取钥匙]}
"""
ISSUES = '{"key": "A-1", "summary": "Fetch the keys today"}\n{"key": "A-2", "summary": "Sing"}\n'


FILE = "rules/books/errands.yaml"


def add_book(copy: CopyOfSluice) -> None:
    """Add the book as the how-to says."""
    copy.create(FILE, BOOK)


def test_a_book_takes_one_file_and_every_command_finds_it_by_its_name(
    copy: CopyOfSluice,
) -> None:
    add_book(copy)
    assert copy.touched == {FILE}
    assert "5 rules" in copy.sluice("rules", "check", FILE)
    assert "5 rules" in copy.sluice("rules", "test", "errands")
    copy.sluice("rules", "lint", "errands")
    issues = copy.write("issues.jsonl", ISSUES)
    printed = copy.sluice("rules", "judge", "errands", str(issues), "--json")
    first, second = map(json.loads, printed.splitlines())
    assert (first["class"], first["score"], first["priority"]) == ("business_need", 50, "High")
    assert (second["class"], second["verdict"]) == ("undecided", "review")
    missing = copy.sluice("rules", "judge", "errand", str(issues), status=1)
    assert 'did you mean "errands"?' in missing


def test_a_project_is_judged_by_the_new_book_in_both_languages(copy: CopyOfSluice) -> None:
    add_book(copy)
    issue = {"summary": "Repair the bicycle today"}
    found = copy.triage(book="errands", languages=["en", "zh"], issue=issue)
    assert found["en"]["class"] == found["zh"]["class"] == "Tech debt"
    assert "It is broken." in found["en"]["comment"] and "它坏了。" in found["zh"]["comment"]
