"""Change which model judges a team's issues: take a new one, approve it, roll it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from worker.store.models.state import Shelf
from worker.store.models.values import SHIPS, Beside, Fate, Forget, Memory, ModelEntry

HISTORY = 20
KNOWN = 1_000


class CannotChange(Exception):
    """A model can't be changed as asked. The message is one line."""


Check = Callable[[str], object]
"""Opens the model of a digest, or raises an error."""

Taken = Literal["on trial", "beside", "in use already", "stopped already"]


def take(
    shelf: Shelf, entry: ModelEntry, raw: bytes, now: datetime, why: Sequence[str] = ()
) -> Taken:
    """Take a new model: put it on trial, or beside the one in use if there is a reason to wait."""
    with shelf.changing() as remember:
        memory, shelved = shelf.memory(), shelf.look()
        standing, digest = shelved.standing, entry.digest
        if digest in (standing.judging, standing.active):
            return "in use already"
        if standing.tries(digest):
            return "stopped already"
        replaced = [shelved.beside.digest] if shelved.beside else []
        replaced += [standing.trial.digest] if standing.trial and not why else []
        for other in replaced:
            fate: Fate = "stopped" if standing.tries(other) and standing.stopped else "replaced"
            memory = _ended(memory, other, fate, now, entry.by)
        shelf.keep_bytes(digest, raw)
        remember(_entered(memory, entry))
        if why:
            shelf.put_beside(Beside(digest, tuple(why)))
            return "beside"
        shelf.begin(digest, now)
        return "on trial"


def approve(shelf: Shelf, who: str, now: datetime, check: Check | None = None) -> str:
    """Let the model on trial, or the one beside, judge from now on. Return its digest.

    `check` raises an error for a model that can't be used here; then nothing changes.
    """
    with shelf.changing() as remember:
        shelved = shelf.look()
        waiting = shelved.standing.trial or shelved.beside
        if waiting is None:
            raise CannotChange("no new model waits for approval: see `sluice model history`")
        if check:
            check(waiting.digest)
        memory = replace(shelf.memory(), rolled_back="")
        _settle(shelf, memory, remember, waiting.digest, who, now)
        return waiting.digest


def end_trial(shelf: Shelf, now: datetime) -> None:
    """Make the model on trial the one in use, if its trial is over."""
    with shelf.changing() as remember:
        standing = shelf.look().standing
        if standing.trial and standing.over(now):
            _settle(shelf, shelf.memory(), remember, standing.trial.digest, "", now)


def roll_back(
    shelf: Shelf, to: str | None, who: str, now: datetime, check: Check | None = None
) -> str:
    """Go back to an earlier model, or to the one before. Return its digest.

    `to` is the digest, its first digits, or "ships". Raises CannotChange. `check` is as for
    `approve`.
    """
    with shelf.changing() as remember:
        memory, standing = shelf.memory(), shelf.look().standing
        leaving = standing.trial.digest if standing.trial else standing.active or SHIPS
        target = _before(memory, shelf) if to is None else _named(memory, to)
        if target != SHIPS and shelf.bytes_of(target) is None:
            raise CannotChange(f"the model {target} is no longer there: choose one of the history")
        if check and target != SHIPS:
            check(target)
        if target == standing.judging:
            return target
        memory = _ended(memory, leaving, "rolled back", now, who)
        if standing.active not in (leaving, target, None):
            memory = _ended(memory, str(standing.active), "rolled back", now, who)
        memory = _used(replace(memory, in_use=target, rolled_back=leaving), target, "")
        shelf.settle(target)
        remember(memory)
        shelf.sweep_again()
        return target


def forget(shelf: Shelf, one: Forget) -> bool:
    """Leave decisions out of the next training. Return False if they are left out already."""
    with shelf.changing() as remember:
        memory = shelf.memory()
        if one.same in {other.same for other in memory.forgotten}:
            return False
        remember(replace(memory, forgotten=(*memory.forgotten, one)))
        return True


def remember_again(shelf: Shelf, one: Forget) -> bool:
    """Learn from decisions again that were left out. Return False if they are not left out."""
    with shelf.changing() as remember:
        memory = shelf.memory()
        kept = tuple(other for other in memory.forgotten if other.same != one.same)
        if len(kept) == len(memory.forgotten):
            return False
        remember(replace(memory, forgotten=kept))
        return True


def _settle(
    shelf: Shelf,
    memory: Memory,
    remember: Callable[[Memory], None],
    digest: str,
    who: str,
    now: datetime,
) -> None:
    before = shelf.look().standing.active
    if before and before != digest:
        memory = _ended(memory, before, "replaced", now, who)
    shelf.settle(digest)
    remember(_used(replace(memory, in_use=digest), digest, who))


def entered(memory: Memory, entry: ModelEntry, used: bool = False) -> Memory:
    """Return the memory with one more model; `used`: it is the one in use."""
    memory = _entered(memory, entry)
    return _used(replace(memory, in_use=entry.digest), entry.digest, "") if used else memory


def _entered(memory: Memory, entry: ModelEntry) -> Memory:
    others = [one for one in memory.history if one.digest != entry.digest]
    known = [one for one in memory.known if one != entry.digest]
    return replace(
        memory,
        history=(entry, *others)[:HISTORY],
        known=(entry.digest, *known)[:KNOWN],
    )


def _ended(memory: Memory, digest: str, fate: Fate, at: datetime, by: str) -> Memory:
    history = (one.end(fate, at, by) if one.digest == digest else one for one in memory.history)
    return replace(memory, history=tuple(history))


def _used(memory: Memory, digest: str, who: str) -> Memory:
    """Return the memory with a model that is in use: its earlier end no longer counts."""

    def mark(one: ModelEntry) -> ModelEntry:
        return replace(one, used=True, approved=who or one.approved).end("", None, "")

    history = (mark(one) if one.digest == digest else one for one in memory.history)
    return replace(memory, history=tuple(history))


def _before(memory: Memory, shelf: Shelf) -> str:
    """Return the model before: the one in use during a trial, else the last one that was."""
    standing = shelf.look().standing
    if standing.trial:
        return standing.active or SHIPS
    ended = [one for one in memory.history if one.used and one.fate == "replaced" and one.ended]
    last = max(ended, key=lambda one: (one.ended, one.at), default=None)
    if standing.active in (None, SHIPS):
        raise CannotChange("no model is in use: what ships judges")
    return last.digest if last else SHIPS


def _named(memory: Memory, to: str) -> str:
    if to == SHIPS:
        return SHIPS
    found = {one.digest for one in memory.history if to and one.digest.startswith(to)}
    if len(found) != 1:
        several = "several models begin" if found else "no model of the history begins"
        raise CannotChange(f"{several} with {to}: see `sluice model history`")
    return found.pop()
