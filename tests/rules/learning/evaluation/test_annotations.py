"""Classes that were read in issues: the file of them, and what is learned from it."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import pytest

from cli.model.data_options import Learned
from rules.assess.assessment import Classification
from rules.facts.jsonl import RowError
from rules.learning.evaluation.annotations import (
    ARGUABLE,
    Annotation,
    agreement,
    apply_annotations,
    read_annotated,
    read_annotations,
)
from rules.learning.evaluation.labelled_issues import WRITTEN, Sample, read
from rules.text_model.features import features
from rules.text_model.model import shipped
from rules.text_model.redact_names import MASK

MASKED = "zzuser"
"""What a name becomes; the words around it make new pairs with it."""

TRAINING = Path(__file__).parents[4] / "training"

HEAD = "key,source,cls,or\n"


def readings_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "readings.csv"
    path.write_text(text, "utf-8")
    return path


def issue(key: str, kind: str) -> Sample:
    return Sample(f"Title of {key}", "", kind, "a", key=key)


def test_a_line_is_a_key_its_tracker_its_class_and_what_would_do_as_well(tmp_path: Path) -> None:
    lines = "SHOP-1,shop,tech_debt,\nSHOP-2,shop,exploration,tech_debt business_need\n"
    found = read_annotations(readings_file(tmp_path, HEAD + lines))
    assert found["SHOP-1"] == Annotation("shop", "tech_debt")
    assert found["SHOP-2"].kinds == ("exploration", "tech_debt", "business_need")


def test_what_a_spreadsheet_saves_is_read_too(tmp_path: Path) -> None:
    path = readings_file(tmp_path, f"\ufeff{HEAD}SHOP-1,shop,tech_debt,\n".replace("\n", "\r\n"))
    assert read_annotations(path) == {"SHOP-1": Annotation("shop", "tech_debt")}


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    path.write_bytes(HEAD.encode() + "Größe,shop,tech_debt,\n".encode("latin-1"))
    with pytest.raises(RowError, match=r"not UTF-8: save the file as UTF-8"):
        read_annotations(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first line must be key,source,cls,or"),
        ("a,b\n", "the first line must be key,source,cls,or"),
        (HEAD + "SHOP-1,shop,debt,\n", "readings.csv:2: use a key, a source, a class"),
        (HEAD + "SHOP-1,shop,tech_debt,,more\n", "readings.csv:2: use"),
        (HEAD + "SHOP-1\n", "readings.csv:2: use"),
        (HEAD + "SHOP-1,,tech_debt,\n", "readings.csv:2: use"),
        (HEAD + "SHOP-1,shop,tech_debt,tech_debt\n", "readings.csv:2: use"),
        (HEAD + 'SHOP-1,"shop,tech_debt,\n', ": not valid CSV"),
        (HEAD + f"SHOP-1,{'x' * 200_000},tech_debt,\n", "readings.csv:2: not valid CSV"),
        (HEAD + "SHOP-1,shop,tech_debt,\n" * 2, "readings.csv:3: SHOP-1 is there twice"),
    ],
)
def test_a_file_that_is_none_is_told_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RowError, match=said):
        read_annotations(readings_file(tmp_path, text))


def test_a_label_that_nobody_read_gives_way_and_an_arguable_one_counts_less() -> None:
    readings = {
        "A-1": Annotation("a", "tech_debt"),
        "A-2": Annotation("a", "tech_debt", ("business_need",)),
    }
    labelled = [issue(key, "business_need") for key in ("A-1", "A-2", "A-3")]
    first, second, third = apply_annotations(labelled, readings)
    assert (first.kind, first.weight) == ("tech_debt", 1.0)
    assert (second.kind, second.weight) == ("business_need", ARGUABLE)
    assert third == labelled[2]


def test_the_same_key_in_another_tracker_is_another_issue() -> None:
    labelled = issue("A-1", "business_need")
    assert apply_annotations([labelled], {"A-1": Annotation("b", "tech_debt")}) == [labelled]


def test_issues_without_a_label_are_known_by_what_was_read(tmp_path: Path) -> None:
    rows = [
        {"key": "A-1", "summary": "One", "project": "jira:A", "source": "archive"},
        {"key": "A-2", "summary": "Two"},
        {"summary": "Without a key"},
    ]
    path = tmp_path / "issues.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (found,) = read_annotated(
        path, {key: Annotation("tracker", "exploration") for key in ("A-1", "None")}
    )
    assert (found.kind, found.source, found.project) == ("exploration", "tracker", "A")


def test_labels_and_decisions_are_held_against_what_was_read() -> None:
    readings = {
        "A-1": Annotation("a", "tech_debt"),
        "A-2": Annotation("a", "tech_debt", ("business_need",)),
        "A-3": Annotation("a", "exploration"),
    }
    samples = [issue(key, "business_need") for key in ("A-1", "A-2", "A-3", "A-4")]
    debt = Classification("tech_debt", 0.9, "rules", guess="tech_debt")
    unsure = Classification("undecided", 0.5, "rules", guess="tech_debt")
    said = agreement(samples, [debt, debt, unsure, debt], readings)
    assert said and (said.issues, said.labels, said.decided) == (3, 0.333, 1.0)
    assert agreement(samples, [debt] * 4, {}) is None


def test_the_model_that_ships_keeps_no_word_of_a_tracker_that_may_not_be_passed_on(
    shared: Path,
) -> None:
    names = ("en", "zh", "tasks")
    samples = [sample for name in names for sample in read(TRAINING / f"{name}.jsonl")]
    licensed = ("ATD-apache-jira", "rust-github")
    samples += [s for s in read(shared / "issues" / "dev.jsonl") if s.source in licensed]
    # What may be passed on is the whole issue: a model can have read it with its code or without.
    texts = [text for s in samples for text in (s.text, f"{s.summary}\n{s.description}")]
    ours = {name for text in texts for name in chain(*features(text).values())}
    kept = {name for _, name in shipped().learned if MASKED not in name}
    assert len(kept) > 10_000 and not kept - ours - {*features(MASK)["parts"]}


def test_all_that_is_learned_has_its_class_its_weight_and_what_may_be_kept_of_it(
    tmp_path: Path,
) -> None:
    files = {
        "readings.csv": f"{HEAD}A-1,a,exploration,\nM-1,m,tech_debt,business_need\n",
        "more.jsonl": '{"key": "M-1", "summary": "More"}\n{"key": "A-1", "summary": "Again"}\n',
        "again.jsonl": '{"key": "M-1", "summary": "More"}\n',
        "own.jsonl": '{"summary": "Own words", "cls": "business_need"}\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    paths = [tmp_path / name for name in ("own.jsonl", "readings.csv", "more.jsonl", "again.jsonl")]
    learned = Learned((paths[0],), paths[1], (*paths[2:],), licensed=("a",))
    found = learned.known([issue("A-1", "tech_debt")], learned.read())
    assert [(s.kind, s.weight, s.written, s.borrowed) for s in found] == [
        ("exploration", 1.0, False, False),
        ("tech_debt", ARGUABLE, False, True),
        ("business_need", WRITTEN, True, False),
    ]
