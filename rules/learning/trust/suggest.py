"""Find the change of the book that would have been right more often, for rules people overrule.

The decisions are split by their time. The rules and their changes are chosen on the earlier half,
and each change is judged on the later half, which it was not chosen on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from math import sqrt

from rules.assess.assessment import Assessment
from rules.assess.judge import Judge
from rules.learning.evidence.lessons import Example, Lesson
from rules.learning.trust.changes import Change, apply, candidates
from rules.learning.trust.proposals import ASKS, FIELD_OF, FIELDS, proposal, stances
from rules.learning.trust.suggestion import Overruled, Suggestion, Suggestions
from rules.learning.trust.table import Row
from rules.learning.trust.wilson import FEW, interval
from rules.rulebook.rulebook import Rule, Rulebook
from rules.vocabulary.managed_fields import ManagedName

MOST_RULES = 8
"""The number of rules to try changes of, those that people decided otherwise most often."""

JudgeOf = Callable[[Rulebook], Judge]
"""Build the judge of a rulebook, with the models and the language of the project."""


def suggest(
    book: Rulebook,
    examples: Sequence[Example],
    rows: Sequence[Row],
    judge_of: JudgeOf,
    now: datetime,
    looked: Callable[[], None] = lambda: None,
    read: Iterable[Assessment] = (),
) -> Suggestions:
    """Try changes of the most overruled rules, one rule after the other.

    `rows` are those of the rules that people decided on; `looked` is called after each of them.
    `read` has the assessments of all issues, to count those that a change would decide otherwise
    though nobody asked for it. Firm rules are only named.
    """
    ordered = in_time([one for one in examples if one.lesson.by_hand])
    half = len(ordered) // 2
    search = _Search(book, ordered, half, judge_of, now)
    search.take_others(read)
    rules = {rule.id: rule for rule in book.rules}
    for row in sorted(rows, key=lambda row: -(row.contradicted + row.asked)):
        if rule := rules.get(row.name):
            search.look_at(rule, row)
        looked()
    return search.result()


def in_time(examples: Sequence[Example]) -> list[Example]:
    """Return the examples on class, gate and priority, the oldest decision first.

    If a time is missing, the given order counts.
    """
    taken = [one for one in examples if one.lesson.field in FIELDS]
    if any(one.lesson.at is None for one in taken):
        return taken
    return sorted(taken, key=lambda one: one.lesson.at.timestamp() if one.lesson.at else 0.0)


class _Search:
    """The book with the changes so far, and what it says of each example."""

    def __init__(
        self,
        book: Rulebook,
        examples: Sequence[Example],
        half: int,
        judge_of: JudgeOf,
        now: datetime,
    ) -> None:
        self.start, self.half, self.judge_of, self.now = book, half, judge_of, now
        self.lessons = [one.lesson for one in examples]
        self.first = [one.assessment for one in examples]
        self.said = list(self.first)
        self.found: list[Suggestion] = []
        self.named: list[Overruled] = []
        self.tries = 0
        self.others: list[Assessment] = []

    def take_others(self, read: Iterable[Assessment]) -> None:
        """Take the issues that nobody decided."""
        decided = {one.issue.key for one in self.first}
        self.others = [one for one in read if one.issue.key not in decided]

    @property
    def changes(self) -> list[Change]:
        return [one.change for one in self.found]

    def look_at(self, rule: Rule, row: Row) -> None:
        """Suggest a change of a rule, or name it with the reason why there is none."""
        touched = [n for n, one in enumerate(self.said) if _fired(rule, one)]
        field = FIELD_OF[rule.stage]
        own = [n for n in touched if self.lessons[n].field == field]
        earlier, later = ([n for n in own if (n < self.half) is part] for part in (True, False))
        why = self._refusal(rule, earlier, later)
        self.tries += not why
        best = None if why else self._best(rule, touched, earlier, field)
        if best:
            change, said = best
            suggestion = self._judged(rule, change, said, later, field)
            if _better(suggestion) and not self._hurts(said, touched, field, early=False):
                self.found.append(replace(suggestion, others=self._change_others(rule, change)))
                self.said = said
                return
        # What people did after the split says whether a rule is worth a name as well.
        if row.overruled or row.settled or not why:
            why = why or "no change was right more often on the later decisions"
            self.named.append(Overruled(rule, row.contradicted + row.asked, row.decided, why))

    def _refusal(self, rule: Rule, earlier: Sequence[int], later: Sequence[int]) -> str:
        """Return why no change of a rule is tried, or an empty text."""
        if rule.firm:
            return "it is firm, so no change is suggested"
        if self.tries == MOST_RULES:
            return f"only the {MOST_RULES} rules that are overruled most are tried"
        if len(earlier) + len(later) < FEW or not later:
            return "too few decisions to try a change"
        if not self._overruled(rule, earlier):
            return "too few of the earlier decisions contradict it clearly"
        return ""

    def _overruled(self, rule: Rule, earlier: Sequence[int]) -> bool:
        """Return whether the earlier decisions clearly contradict a rule.

        A rule that leaves the decision to people is not contradicted by one. It can be spared if
        people clearly decide the same each time.
        """
        if rule.gate == ASKS["verdict"]:
            chosen = Counter(self.lessons[n].value for n in earlier)
            return any(
                interval(count, len(earlier))[0] > 0.5
                for value, count in chosen.items()
                if value != rule.gate
            )
        found = [self._stance(rule, n) for n in earlier]
        agreed, contradicted = found.count("agreed"), found.count("contradicted")
        return contradicted > 0 and interval(agreed, agreed + contradicted)[1] < 0.5

    def _stance(self, rule: Rule, n: int) -> str | None:
        return dict(stances(self.start, self.said[n], self.lessons[n])).get(rule.id)

    def _best(
        self, rule: Rule, touched: Sequence[int], earlier: Sequence[int], field: ManagedName
    ) -> tuple[Change, list[Assessment]] | None:
        """Return the change that is right most often on the earlier decisions, if one helps."""
        best, most = None, self._right(self.said, earlier)
        for change in candidates(rule, Counter(self.lessons[n].value for n in earlier)):
            said = self._with(change, touched)
            right = self._right(said, earlier)
            if right > most and not self._hurts(said, touched, field, early=True):
                best, most = (change, said), right
        return best

    def _with(self, change: Change, touched: Sequence[int]) -> list[Assessment]:
        """Judge by the book with one more change.

        Only issues on which the rule fired can differ: all conditions stay the same.
        """
        said, again = list(self.said), dict[str, Assessment]()
        with closing(self.judge_of(apply(self.start, [*self.changes, change]))) as judge:
            for n in touched:
                issue = self.said[n].issue
                if issue.key not in again:
                    again[issue.key] = judge.assess(issue, self.now)
                said[n] = again[issue.key]
        return said

    def _change_others(self, rule: Rule, change: Change) -> int:
        """Judge the issues that nobody decided, too; return how many are decided otherwise."""
        changed = 0
        with closing(self.judge_of(apply(self.start, [*self.changes, change]))) as judge:
            for n, before in enumerate(self.others):
                if _fired(rule, before):
                    self.others[n] = after = judge.assess(before.issue, self.now)
                    changed += any(proposal(before, f) != proposal(after, f) for f in FIELDS)
        return changed

    def _right(self, said: Sequence[Assessment], among: Sequence[int]) -> int:
        return sum(right(said[n], self.lessons[n]) for n in among)

    def _hurts(
        self, said: Sequence[Assessment], touched: Sequence[int], field: ManagedName, early: bool
    ) -> bool:
        """Return whether fewer decisions on another field are right, in one half."""
        half = [n for n in touched if (n < self.half) is early]
        others: dict[ManagedName, list[int]] = {name: [] for name in FIELDS if name != field}
        for n in half:
            if self.lessons[n].field in others:
                others[self.lessons[n].field].append(n)
        return any(self._right(said, few) < self._right(self.said, few) for few in others.values())

    def _judged(
        self,
        rule: Rule,
        change: Change,
        said: Sequence[Assessment],
        later: Sequence[int],
        field: ManagedName,
    ) -> Suggestion:
        lessons = [self.lessons[n] for n in later]
        was = [right(self.said[n], lesson) for n, lesson in zip(later, lessons, strict=True)]
        now = [right(said[n], lesson) for n, lesson in zip(later, lessons, strict=True)]
        pairs = [*zip(was, now, strict=True)]
        return Suggestion(
            rule=rule,
            change=change,
            field=field,
            before=sum(was),
            after=sum(now),
            of=len(pairs),
            gained=pairs.count((False, True)),
            lost=pairs.count((True, False)),
        )

    def result(self) -> Suggestions:
        """Return the changes, with the figures of all of them together."""
        later = range(self.half, len(self.lessons))
        return Suggestions(
            found=tuple(self.found),
            named=tuple(self.named),
            earlier=self.half,
            of=len(later),
            before=self._right(self.first, later),
            after=self._right(self.said, later),
            since=self.lessons[self.half].at if self.lessons else None,
        )


def right(assessment: Assessment, lesson: Lesson) -> bool:
    """Return whether the proposal is what the person decided."""
    return proposal(assessment, lesson.field) == lesson.value


def _fired(rule: Rule, assessment: Assessment) -> bool:
    return any(firing.rule == rule.id for firing in assessment.firings)


def _better(one: Suggestion) -> bool:
    """Return whether a change is right more often by more than one standard error.

    The standard error of the difference is that of McNemar's test (Psychometrika, 1947).
    """
    return one.gained - one.lost > sqrt(one.gained + one.lost)
