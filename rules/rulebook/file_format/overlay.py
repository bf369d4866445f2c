"""Add translations to a rulebook: `ours.fr.yaml` is an overlay of `ours.yaml` in the same folder.

An overlay has only texts, so a translator can't change a decision. A missing text is shown in
English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, Protocol

from pydantic import BaseModel, Field, ValidationError

from rules.problem import Problem, nearest
from rules.rulebook import yaml_source
from rules.rulebook.file_format.block import Id, Said, Strict
from rules.rulebook.yaml_source import Document
from rules.vocabulary.languages import DEFAULT, LANGUAGES

_NAME = re.compile(r"(?P<book>.+)\.(?P<language>[a-z]{2})(?P<ending>\.ya?ml)")


class RuleTexts(Strict):
    """The texts of a rule."""

    because: Said | None = None
    ask: Said | None = None


class MetricTexts(Strict):
    """The texts of a metric."""

    changed: Said | None = None
    now: Said | None = None


class OverlayModel(Strict):
    """An overlay as written."""

    rules: dict[Id, RuleTexts] = Field(default={}, description="Texts of rules, by id.")
    words: dict[str, MetricTexts] = Field(default={}, description="Texts of metrics.")


def book_of(file: Path) -> Path | None:
    """Return the rulebook of an overlay, by the file's name; None for any other file."""
    found = _NAME.fullmatch(file.name)
    return file.with_name(found["book"] + found["ending"]) if found else None


class _File(Protocol):
    """A file on disk, or a file in the package."""

    @property
    def name(self) -> str: ...

    def read_bytes(self) -> bytes: ...


def beside(book: str, folder: Iterable[_File]) -> dict[str, bytes]:
    """Read the overlays of a rulebook, by file name; `folder` lists the files in its folder."""
    found: dict[str, bytes] = {}
    with suppress(OSError):
        for file in folder:
            name = _NAME.fullmatch(file.name)
            if name and name["book"] + name["ending"] == book:
                found[file.name] = file.read_bytes()
    return dict(sorted(found.items()))


def beside_of(book: str, name: str) -> str:
    """Return the path of an overlay, in the same folder as its rulebook."""
    return str(PurePath(book).with_name(name))


def lay(book: Document, texts: Mapping[str, bytes]) -> tuple[Document, list[Problem]]:
    """Return the rulebook with the texts of its overlays, and the problems of the overlays."""
    problems: list[Problem] = []
    for name, raw in texts.items():
        file = beside_of(book.file, name)
        model, wrong = _read(file, raw, book)
        problems += wrong
        if model:
            book = replace(book, data=_with_texts(book.data, model, _language(file)))
    return book, problems


def _language(file: str) -> str:
    found = _NAME.fullmatch(PurePath(file).name)
    return found["language"] if found else ""


def _read(file: str, raw: bytes, book: Document) -> tuple[OverlayModel | None, list[Problem]]:
    language = _language(file)
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        return None, [Problem(file, 1, f'unknown language "{language}": use one of {known}')]
    try:
        overlay = yaml_source.load(raw, file)
        model = OverlayModel.model_validate(overlay.data or {})
    except yaml_source.YamlError as error:
        return None, list(error.problems)
    except ValidationError as error:
        return None, yaml_source.problems_of(error, overlay, OverlayModel)
    return model, _unknown(model, overlay, book)


def _unknown(model: OverlayModel, overlay: Document, book: Document) -> list[Problem]:
    """Return a problem for each rule or metric that is missing in the rulebook."""
    there = {"rules": {rule.get("id") for rule in _rules(book.data)}, "words": _words(book.data)}
    problems = []
    for section, names in (("rules", model.rules), ("words", model.words)):
        known = [name for name in there[section] if isinstance(name, str)]
        for name in names:
            if name not in known:
                what = "rule" if section == "rules" else "metric"
                hint = nearest(name, known) or ": remove it"
                wrong = f'the rulebook has no {what} "{name}"{hint}'
                problems.append(Problem(overlay.file, overlay.line((section, name)), wrong))
    return problems


def _with_texts(data: Mapping[str, Any], model: OverlayModel, language: str) -> dict[str, Any]:
    rules = data.get("rules")
    if isinstance(rules, list):
        ids = (rule.get("id") if isinstance(rule, dict) else None for rule in rules)
        texts = [model.rules.get(id) if isinstance(id, str) else None for id in ids]
        rules = [_with(rule, given, language) for rule, given in zip(rules, texts, strict=True)]
    words = {name: _with(m, model.words.get(name), language) for name, m in _words(data).items()}
    return {**data, "rules": rules, **({"words": words} if words else {})}


def _with(item: Any, texts: BaseModel | None, language: str) -> Any:
    if texts is None or not isinstance(item, dict):
        return item
    given = texts.model_dump(exclude_none=True)
    return {**item, **{key: _merged(item.get(key), language, text) for key, text in given.items()}}


def _merged(before: object, language: str, text: str) -> dict[str, str]:
    """Return the texts by language; a text without a language is English."""
    texts = before if isinstance(before, dict) else {DEFAULT: before} if before else {}
    return {**texts, language: text}


def _rules(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    rules = data.get("rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _words(data: Mapping[str, Any]) -> dict[str, Any]:
    words = data.get("words")
    return words if isinstance(words, dict) else {}
