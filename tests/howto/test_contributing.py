"""CONTRIBUTING's how-tos and the tests that do them are the same ten."""

from __future__ import annotations

import re

from tests.howto.copy_of_sluice import ROOT

ENTRY = re.compile(r"^- \*\*add (an? [a-z ]+)\*\*[^(]*\((\d)[^;]*; `(test_\w+\.py)`\)$", re.M)
WANTED = {"class", "verdict", "language", "effect", "fact", "metric", "setting", "rule", "book"}


def entries() -> dict[str, tuple[str, str]]:
    """Return what each entry adds, with its number of files and its test."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.split("## How to …\n")[1].split("\n## ")[0]
    found = {what.split(" ", 1)[1]: (files, test) for what, files, test in ENTRY.findall(section)}
    assert len(found) == section.count("\n- **"), "an entry has another form than the rest"
    return found


def test_there_are_ten_entries_and_each_names_its_test() -> None:
    assert set(entries()) == WANTED | {"endpoint of the sandbox"}
    tests = {test for _, test in entries().values()}
    assert tests == {file.name for file in (ROOT / "tests" / "howto").glob("test_add_*.py")}


def test_each_entry_numbers_as_many_files_as_it_promises() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for what, (files, test) in entries().items():
        entry = text.split(f"`{test}`)\n")[1].split("\n- **")[0]
        steps = re.findall(r"(?:^  | and )(\d)\. ", entry, re.M)
        # A metric of a number that is counted already takes one file less.
        most = 2 if what == "metric" else int(files)
        assert steps == [str(n + 1) for n in range(most)], what
