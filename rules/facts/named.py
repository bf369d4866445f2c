"""Give a value the other names that Jira knows it by."""

from __future__ import annotations


class Named(str):
    """A text that is known by other names, too: a project by its id and name, a person by a mail.

    It equals, sorts and is written as its text alone; only conditions ask for `also`. `state` is
    what Jira says of the value itself: `released` or `unreleased` of a version, `active`, `closed`
    or `future` of a sprint, `standard` or `subtask` of an issue type, else empty.
    """

    __slots__ = ("also", "state")

    also: tuple[str, ...]
    state: str

    def __new__(cls, value: str, also: tuple[str, ...] = (), state: str = "") -> Named:
        """Make a value with its other names, without blank ones and its own."""
        found = super().__new__(cls, value)
        found.also = tuple(dict.fromkeys(name for name in also if name and name != value))
        found.state = state
        return found

    def __reduce__(self) -> tuple[type[Named], tuple[str, tuple[str, ...], str]]:
        """Return what a copy is made of."""
        return Named, (str(self), self.also, self.state)
