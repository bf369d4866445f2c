"""A class from an assessment is the class that the judge would give."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime

from rules.facts.jsonl import issue_from_row
from rules.learning.compare.judges import Judges
from rules.learning.evidence.lessons import Lesson
from rules.learning.teach.learn import learn
from rules.rulebook.load import find
from rules.text_model.model import shipped
from tests.own_words import own_words

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KEY = b"a key of the tests, 32 bytes long"


def test_the_short_way_gives_what_the_judge_gives() -> None:
    book = find("default")
    lessons = [
        Lesson(issue_from_row({"summary": text, "key": f"SHOP-{n}"}, n), "kind", kind, "correction")
        for n, (text, kind) in enumerate(own_words(40))
    ]
    with ExitStack() as stack:
        judges = Judges(lambda _: book, shipped(), NOW, stack)
        examples = judges.examples(lessons)
        team = learn(examples[:30], KEY)
        changed = 0
        for one in examples:
            short = judges.classification(one.assessment, team)
            whole = judges.assess(one.lesson.issue, team).classification
            assert (short.kind, short.confidence, short.shares) == (
                whole.kind,
                whole.confidence,
                whole.shares,
            )
            changed += short.kind != one.assessment.classification.kind
        assert changed > 10
