"""A team's model, made of lessons on top of a base model."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from rules.facts.jsonl import issue_from_row
from rules.learning.feedback import Lesson
from rules.learning.retrain import retrain
from rules.rulebook.load import shipped
from rules.text_model.train import train
from rules.vocabulary.classes import Kind

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
TEXTS: dict[Kind, str] = {
    "tech_debt": "clean up the tangled loop",
    "business_need": "add a payment by invoice",
    "exploration": "find out which engine fits",
}


def lesson(number: int, kind: Kind) -> Lesson:
    row = {"summary": f"{TEXTS[kind]} {number}", "updated": str(NOW - timedelta(days=99 - number))}
    issue = issue_from_row({**row, "key": f"SHOP-{number}"})
    return Lesson(issue, kind, "person")


def test_lessons_in_a_class_that_the_base_model_never_saw_do_not_keep_it_from_learning() -> None:
    known: list[Kind] = ["tech_debt", "business_need"]
    base = train([TEXTS[kind] for kind in known] * 4, known * 4)
    taught = [lesson(n, [*known, "exploration"][n % 3]) for n in range(60)]
    made = retrain(taught, lambda project: shipped("default"), base, base, NOW).model
    assert set(made.labels) == set(known)
    assert made.predict("add a payment by card") == "business_need"
