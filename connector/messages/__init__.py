"""Hold the sentences of Sluice's comments in Jira: one file a language, checked at import."""

from __future__ import annotations

import re
from importlib import import_module

from connector.messages.message_table import Messages
from rules.vocabulary.languages import DEFAULT, LANGUAGES, Language


def _of(language: Language) -> Messages:
    """Return the sentences of a language from its file; the import fails if there is no file."""
    found = import_module(f"{__name__}.{language}").MESSAGES
    if not isinstance(found, Messages):
        raise TypeError(
            f"connector/messages/{language}.py: MESSAGES must be an instance of Messages"
        )
    return found


_ALL: dict[str, Messages] = {language: _of(language) for language in LANGUAGES}


def messages(language: str) -> Messages:
    """Return the sentences of a language, or the English ones if Sluice has no such language."""
    return _ALL.get(language) or _ALL[DEFAULT]


def all_messages() -> tuple[Messages, ...]:
    """Return the sentences of every language: a comment can be older than its project's one."""
    return tuple(_ALL.values())


def without_proposals(body: str, gate: str) -> str:
    """Return a comment without what the rules say beside the values of people, in any language.

    `gate` is the name of the gate field. Its value stands in the headline, so that the line has it
    only for the sake of the proposal.
    """
    return "\n".join(_bare(line, gate) for line in body.splitlines())


def _bare(line: str, gate: str) -> str:
    for words in _ALL.values():
        plain = f"{words.triage.kept}{words.colon}"
        heading = plain if line.startswith(plain) else f"*{plain}*"
        if line.startswith(heading):
            before, after = words.triage.would.format(value="\0", proposed="\1").split("\0")
            said = re.compile(re.escape(after).replace("\1", ".*?") + "$")
            items = line.removeprefix(heading).split(words.semicolon.strip())
            bare = [said.sub("", item.strip().removeprefix(before)) for item in items]
            kept = [item for item in bare if not item.replace("\\", "").startswith(f"{gate} ")]
            return f"{heading} {words.semicolon.join(kept)}" if kept else ""
    return line
