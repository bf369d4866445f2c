"""CONTRIBUTING, "How to add a language": done with a made-up French."""

from __future__ import annotations

import pytest

from tests.howto.copy_of_sluice import CopyOfSluice

pytestmark = pytest.mark.slow

LANGUAGES = "rules/vocabulary/languages.py"
BOOK = """\
book: ours
rules:
  - {id: debt, when: type = Task, class: {tech_debt: 3}, because: {en: A task., zh: 任务。}}
  - {id: vague, when: summary ~ vague, gate: needs_info, because: It is vague., ask: 'For whom?'}
"""
OVERLAY = """\
rules:
  debt: {because: C'est une tâche.}
  vague: {ask: 'Pour qui ?'}
"""


def add_language(copy: CopyOfSluice) -> None:
    """Add the language as the how-to says; the texts are those of English, some translated."""
    copy.replace(LANGUAGES, '"zh"]', '"zh", "fr"]')
    copy.replace(LANGUAGES, "    zh: T\n", "    zh: T\n    fr: T\n")
    copy.replace(LANGUAGES, 'zh="Chinese")', 'zh="Chinese", fr="French")')
    english = (copy.folder / "connector/messages/en.py").read_text("utf-8")
    french = english.replace('"tech debt"', '"dette technique"').replace(
        '"For the reporter"', '"Pour vous"'
    )
    french = french.replace('"Total"', '"Somme"')
    copy.create("connector/messages/fr.py", french)


def test_a_language_takes_two_files_and_comment_and_report_come_in_it(copy: CopyOfSluice) -> None:
    add_language(copy)
    assert len(copy.touched) <= 2
    book = copy.write_book(BOOK)
    (copy.folder / "ours.fr.yaml").write_text(OVERLAY, "utf-8")
    assert "2 rules" in copy.sluice("rules", "check", str(book))
    found = copy.triage(
        book=str(book), languages=["fr"], issue={"summary": "A vague wish"}, done=True
    )["fr"]
    assert "— dette technique\n" in found["comment"]
    assert "*Pour vous:* Please answer in the description" in found["comment"]
    assert "* Pour qui ?\n" in found["comment"]
    assert "* Dette technique: C'est une tâche." in found["comment"]
    # The overlay leaves this one out.
    assert "* It is vague." in found["comment"]
    assert "|Dette technique|20 %|" in found["report"] and "|Somme|" in found["report"]
    told = copy.sluice("rules", "explain", str(book), "--language", "fr")
    assert "Reason: C'est une tâche." in told


def test_a_language_without_its_file_of_messages_stops_the_program_at_once(
    copy: CopyOfSluice,
) -> None:
    add_language(copy)
    (copy.folder / "connector/messages/fr.py").unlink()
    assert "connector.messages.fr" in copy.sluice("--help", status=1)
