"""Texts of a book in a further language, in a file beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.rulebook.file_format.overlay import beside, book_of
from rules.rulebook.load import load, shipped_names
from rules.rulebook.rulebook import Rulebook, RulebookError, say

BOOK = """\
book: ours
words: {latency: {now: It answers in {value}.}}
rules:
  - {id: debt, when: type = Bug, class: {tech_debt: 3}, because: A bug.}
  - {id: vague, when: votes > 2, gate: needs_info, because: {en: Vague.}, ask: {en: "Who?"}}
""".replace("{value}.}", "{value}.'}").replace("now: It", "now: 'It")


def written(folder: Path, **overlays: str) -> Path:
    """Write the book and its overlays, by language; return the path of the book."""
    path = folder / "ours.yaml"
    path.write_text(BOOK, "utf-8")
    for language, text in overlays.items():
        (folder / f"ours.{language}.yaml").write_text(text, "utf-8")
    return path


def reasons(book: Rulebook, language: str) -> list[str]:
    return [say(rule.because, language) for rule in book.rules]


def problems(folder: Path, **overlays: str) -> list[str]:
    with pytest.raises(RulebookError) as refused:
        load(written(folder, **overlays))
    return [str(problem).removeprefix(f"{folder}/") for problem in refused.value.problems]


def test_texts_of_an_overlay_are_said_in_its_language_and_english_where_it_has_none(
    tmp_path: Path,
) -> None:
    rules = "rules: {debt: {because: 缺陷。}, vague: {ask: 谁？}}"
    words = "words: {latency: {now: '{value} 内响应。'}}"
    book = load(written(tmp_path, zh=f"{rules}\n{words}"))
    assert reasons(book, "zh") == ["缺陷。", "Vague."]
    assert reasons(book, "en") == ["A bug.", "Vague."]
    assert [say(rule.ask, "zh") for rule in book.rules] == ["", "谁？"]
    assert say(book.words["latency"].now, "zh") == "{value} 内响应。"


def test_a_book_with_another_overlay_is_another_book_for_the_workers(tmp_path: Path) -> None:
    plain = load(written(tmp_path))
    path = written(tmp_path, zh="rules: {debt: {because: 缺陷。}}")
    told = load(path)
    assert told.digest != plain.digest and told.text() != plain.text()
    # Workers look at the files that a book was read from; the last is the book's own.
    assert list(told.files) == [str(tmp_path / "ours.zh.yaml"), str(path)]


def test_what_is_wrong_with_an_overlay_is_said_with_its_file_and_line(tmp_path: Path) -> None:
    assert problems(tmp_path, zh="rules:\n  dept: {because: 缺陷。}") == [
        'ours.zh.yaml:2: the rulebook has no rule "dept": did you mean "debt"?'
    ]
    assert problems(tmp_path, zh="words:\n  latncy: {now: x}") == [
        'ours.zh.yaml:2: the rulebook has no metric "latncy": did you mean "latency"?'
    ]
    assert problems(tmp_path, zh="rules:\n  debt:\n    gate: accept") == [
        'ours.zh.yaml:3: unknown key "gate": remove it'
    ]
    assert problems(tmp_path, zh="rules: [")[0].startswith("ours.zh.yaml:1: ")


def test_an_overlay_in_a_language_that_sluice_does_not_speak_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, xx="rules: {}") == [
        'ours.xx.yaml:1: unknown language "xx": use one of en, zh'
    ]


def test_an_overlay_of_a_rule_that_was_included_is_laid_over_it(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "more.yaml").write_text("book: more\ninclude: ours.yaml\nrules: []\n", "utf-8")
    (tmp_path / "more.zh.yaml").write_text("rules: {debt: {because: 缺陷。}}", "utf-8")
    assert "缺陷。" in reasons(load(tmp_path / "more.yaml"), "zh")


@pytest.mark.parametrize(
    "name", ["ours.old.yaml", "ours_test.yaml", "ours.zh.yml", "other.zh.yaml"]
)
def test_other_files_beside_a_book_are_no_overlays_of_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("no: [overlay", "utf-8")
    assert beside("ours.yaml", tmp_path.iterdir()) == {}
    assert load(written(tmp_path)).rules


def test_an_overlay_is_told_by_its_name_and_is_no_book(tmp_path: Path) -> None:
    assert book_of(tmp_path / "ours.zh.yaml") == tmp_path / "ours.yaml"
    assert book_of(tmp_path / "ours.yaml") is None
    assert not [name for name in shipped_names() if "." in name]
