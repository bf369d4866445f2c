"""Choose the dead letters that a pass tries again, and say why it leaves the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from rules.vocabulary.plural import many
from worker.store.work_queue import DeadLetter

MOST_AGAIN = 200
"""The most dead letters that a pass queues again, the oldest first."""

_WHY = {
    "missing": "Jira does not show the issue",
    "bug": "an error of Sluice, or its workers died",
    "": "it would fail again",
}


@dataclass
class Letters:
    """The dead letters of a site during a pass."""

    letters: Collection[DeadLetter]
    _heals: set[str] = field(init=False)
    _stays: set[str] = field(init=False)

    def __post_init__(self) -> None:
        final = [one for one in self.letters if one.final]
        # Letters of earlier versions have no kind: only a bug has a detail.
        self._heals = {
            one.issue_id for one in final if one.kind == "missing" or not (one.kind or one.detail)
        }
        self._stays = {one.issue_id for one in final} - self._heals

    def stays(self, issue_id: str) -> bool:
        """Return whether an issue that a search found is left: it would fail again."""
        return issue_id in self._stays

    def found(self, issue_id: str) -> bool:
        """Return whether a search found what Jira did not show before: it is queued again."""
        if issue_id not in self._heals:
            return False
        self._heals.discard(issue_id)
        return True

    def again(self, queued: Collection[str]) -> Iterator[str]:
        """Yield the issues to try again: a person may have mended what was in the way."""
        left = (one.issue_id for one in self.letters if not one.final)
        for _, issue_id in zip(
            range(MOST_AGAIN), (i for i in left if i not in queued), strict=False
        ):
            yield issue_id

    def skipped(self) -> str:
        """Return in a line how many are left and why; "" for none."""
        left = self._heals | self._stays
        kinds = Counter(_kind(one) for one in self.letters if one.issue_id in left)
        why = ", ".join(f"{count} since {_WHY[kind]}" for kind, count in sorted(kinds.items()))
        return (
            f"{many(len(left), 'dead letter')} left: {why}. See `sluice dead list`" if left else ""
        )


def _kind(letter: DeadLetter) -> str:
    if letter.kind in _WHY and letter.kind:
        return letter.kind
    return "bug" if letter.detail else ""
