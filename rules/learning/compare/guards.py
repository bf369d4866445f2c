"""Find what must not be learned unseen: decisions that others contradict, a shift of the mix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rules.assess.assessment import Classification
from rules.assess.team import view_of, with_team
from rules.learning.evidence.feedback import BookOf
from rules.learning.evidence.lessons import Example
from rules.text_model.team.seal import Seal
from rules.vocabulary.classes import KINDS

Predict = Callable[[Sequence[Example], Sequence[Example]], Sequence[str | None]]
"""Learn from the first examples, and return the value of each of the second; None if undecided."""

LEVEL = 0.01
"""The chance that somebody is named in a team where nobody is careless."""

FEWEST = 5
"""Of fewer decisions nobody is named."""

MORE_THAN = 0.5
"""Who differs in fewer decisions than this has a view of some issues, and no careless hand."""

USUAL = 0.35
"""The share of a person's decisions that differ from what ships, or from another person's, at most:
on trackers that it never saw, rules and text model decide about four of five right.
"""

AT_LEAST = 0.25
"""The least share of differences that counts as usual among three people or more."""

PRIOR = 10
"""The number of decisions that `AT_LEAST` stands for beside those of the others."""

MOST_PEOPLE = 20
"""The most people whose decisions are compared, those with most decisions."""

SHIFT = 1 / 3
"""A larger shift of the mix of classes asks first."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Contradicted:
    """A person whose decisions the others contradict.

    `contradicted` of `compared` decisions differ from what the others' decisions lead to, where
    `expected` is the usual share of such differences. `sure`: at least two others decided, so the
    person's lessons hardly count. Else nobody can tell who is right, and an admin is asked first.
    """

    account: str
    name: str
    compared: int
    contradicted: int
    expected: float
    sure: bool

    def __str__(self) -> str:
        who = self.name or self.account
        against = "what the others decide" if self.sure else "what others or Sluice would decide"
        return f"{who}: {self.contradicted} of {self.compared} decisions differ from {against}"


def contradicted(
    examples: Sequence[Example],
    predict: Predict,
    level: float = LEVEL,
    judged: int = 0,
    overruled: Mapping[str, int] | None = None,
) -> list[Contradicted]:
    """Return the people whose decisions the others contradict, the most contradicted first.

    Give the examples of one field. Each person's decisions are compared with what a model learned
    from the others alone; where it has no favourite, nothing is compared. Somebody is named if more
    than half differ, and more than those of the others do (binomial test, with the level divided by
    the number of people). Then the rest are compared again, without the person. `overruled` has the
    number of decisions by account that another person replaced: these differ too.

    A person alone is compared with what ships, and each quarter of the decisions with the other
    three. `judged` is the number of all issues that Sluice decided in the time of these decisions:
    who corrects five of a hundred is no careless hand.
    """
    them = [one for one in examples if one.lesson.by_hand and one.lesson.account]
    found: list[Contradicted] = []
    while accounts := Counter(one.lesson.account for one in them):
        if len(accounts) == 1:
            return found or _alone(them, predict, level, judged)
        rates = {
            who: _rate(who, them, predict, (overruled or {}).get(who, 0))
            for who, _ in accounts.most_common(MOST_PEOPLE)
        }
        worst = _worst(rates, level, len(accounts))
        found += [_named(one, them, sure=len(accounts) > 2) for one in worst]
        if not worst or len(accounts) == 2:
            break
        them = [one for one in them if one.lesson.account != worst[0].account]
    return found


def _alone(
    hers: Sequence[Example], predict: Predict, level: float, judged: int
) -> list[Contradicted]:
    """Compare a person's decisions with what ships, and with each other."""
    account = hers[0].lesson.account
    decided = [one for one in hers if one.assessment.classification.kind in KINDS]
    differ = sum(one.assessment.classification.kind != one.lesson.value for one in decided)
    parts = [
        _compared(hers[n::PARTS], predict(_rest(hers, n), hers[n::PARTS])) for n in range(PARTS)
    ]
    rates = (
        _Rate(account, max(len(decided), judged), differ),
        _Rate(account, sum(len(one) for one in parts), sum(map(_differing, parts))),
    )
    passed = [one for one in rates if one.compared >= FEWEST and one.chance < level / len(rates)]
    return [_named(min(passed, key=lambda one: one.chance), hers, sure=False)] if passed else []


PARTS = 4


def _rest(hers: Sequence[Example], part: int) -> list[Example]:
    return [one for n, one in enumerate(hers) if n % PARTS != part]


@dataclass(frozen=True)
class _Rate:
    """How many of a person's decisions differ, and how many are usual."""

    account: str
    compared: int
    differing: int
    expected: float = USUAL

    @property
    def share(self) -> float:
        return self.differing / self.compared if self.compared else 0.0

    @property
    def chance(self) -> float:
        """Return the chance of so many differences or more."""
        from scipy.stats import binom  # the extra `train`; it takes a while to import

        return float(binom.sf(self.differing - 1, self.compared, self.expected))


def _rate(account: str, them: Sequence[Example], predict: Predict, overruled: int) -> _Rate:
    hers = [one for one in them if one.lesson.account == account]
    compared = _compared(
        hers, predict([one for one in them if one.lesson.account != account], hers)
    )
    return _Rate(account, len(compared) + overruled, _differing(compared) + overruled)


Pair = tuple[str, str]
"""The value that was predicted, and the one that a person set."""


def _compared(hers: Sequence[Example], predicted: Sequence[str | None]) -> list[Pair]:
    pairs = zip(predicted, hers, strict=True)
    return [(value, one.lesson.value) for value, one in pairs if value]


def _differing(pairs: Iterable[Pair]) -> int:
    return sum(first != second for first, second in pairs)


def _worst(rates: Mapping[str, _Rate], level: float, people: int) -> list[_Rate]:
    """Return the one who is contradicted most; of two people who contradict each other both."""
    with_expected = [_expecting(one, rates.values(), people) for one in rates.values()]
    passed = [
        one
        for one in with_expected
        if one.compared >= FEWEST and one.share > MORE_THAN and one.chance < level / len(rates)
    ]
    passed.sort(key=lambda one: (one.chance, one.account))
    return passed if people <= 2 else passed[:1]


def _expecting(one: _Rate, all_: Iterable[_Rate], people: int) -> _Rate:
    """Return the rate with the usual share: that of the others, if there are two or more."""
    others = [other for other in all_ if other.account != one.account]
    compared = sum(other.compared for other in others)
    if people <= 2:
        return one
    differing = sum(other.differing for other in others)
    theirs = (differing + PRIOR * AT_LEAST) / (compared + PRIOR)
    return replace(one, expected=max(AT_LEAST, theirs))


def _named(rate: _Rate, them: Sequence[Example], *, sure: bool) -> Contradicted:
    names = (one.lesson.name for one in them if one.lesson.account == rate.account)
    return Contradicted(
        rate.account,
        next((name for name in names if name), ""),
        rate.compared,
        rate.differing,
        round(rate.expected, 2),
        sure,
    )


def mix_shift(before: Collection[str], after: Collection[str]) -> float:
    """Return the share of decided issues that would change sides in the mix of classes, 0 to 1.

    It is the total variation distance of the two mixes. Undecided issues are in neither. Without
    a decided issue on one side there is no mix to shift, and the answer is 0.
    """
    first, second = (Counter(one for one in side if one in KINDS) for side in (before, after))
    if not first.total() or not second.total():
        return 0.0
    parts = (first[kind] / first.total() - second[kind] / second.total() for kind in KINDS)
    return sum(map(abs, parts)) / 2


def asks_first(named: Sequence[Contradicted], shift: float) -> list[str]:
    """Return the reasons why an admin must approve a training; none if nothing is odd."""
    reasons = [str(one) for one in named if not one.sure]
    if shift > SHIFT + _ROUNDING:
        reasons.append(
            f"{shift:.0%} of the decided issues would change sides in the mix of classes"
        )
    return reasons


def likeliest(found: Classification) -> str | None:
    """Return the class that is likelier than all others together, doubt aside; None without one.

    That is more often than a class is decided: here a guess that is right mostly is enough.
    """
    whole = sum(found.shares.values())
    kind, share = max(found.shares.items(), key=lambda one: one[1], default=("", 0.0))
    return kind if share > MORE_THAN * whole else None


def class_predictor(key: bytes, book_of: BookOf) -> Predict:
    """Return the function that learns classes from some examples and decides those of others.

    It trusts what it learned. A training chooses that by how well it predicts all decisions, and a
    careless hand is among them.
    """
    # Imported here, since it takes a second and every command imports this file.
    from rules.learning.teach.learn_classes import learn_classes
    from rules.learning.teach.tune_classes import Chosen

    seal = Seal(key)

    def predict(known: Sequence[Example], asked: Sequence[Example]) -> list[str | None]:
        head = learn_classes(known, seal, Chosen()) if known else None
        found: list[str | None] = []
        for one in asked:
            given = one.assessment.classification
            if head:
                book = book_of(one.lesson.issue.project)
                given = with_team(book, given, head, view_of(seal, one.assessment))
            found.append(likeliest(given))
        return found

    return predict
