"""What Sluice says in Jira: one file a language, checked when this package is imported."""

from __future__ import annotations

from importlib import import_module

from connector.messages.texts import Messages
from rules.vocabulary.languages import DEFAULT, LANGUAGES, Language


def _of(language: Language) -> Messages:
    """Read a language's file; the import fails where a language of the table has none."""
    found = import_module(f"{__name__}.{language}").MESSAGES
    if not isinstance(found, Messages):
        raise TypeError(f"connector/messages/{language}.py: MESSAGES has to be a Messages")
    return found


_ALL: dict[str, Messages] = {language: _of(language) for language in LANGUAGES}


def messages(language: str) -> Messages:
    """Return the sentences of a language, English for one that Sluice does not know."""
    return _ALL.get(language) or _ALL[DEFAULT]
