"""Hold the sentences of Sluice's comments in Jira: one file a language, checked at import."""

from __future__ import annotations

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
