"""Merge a rulebook with the rulebooks that it includes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rules.rulebook.effects.table import EFFECTS
from rules.rulebook.yaml_source import Document

MAX_CHAIN = 8

_BY_NAME = ("fields", "measures", "words")
_WHOLE = ("classify", "score", "quadrant", "base", "bands")


def names(document: Document) -> list[str]:
    """Return the names under `include:`; none if it has the wrong form."""
    found = document.data.get("include") or []
    listed = [found] if isinstance(found, str) else found
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def allowed(name: str, chain: Sequence[str]) -> None:
    """Raise ValueError for an include from another folder, a circular one or one too deep."""
    file = name.endswith((".yaml", ".yml"))
    if file and Path(name).is_absolute():
        raise ValueError(f'"{name}" is an absolute path: write the name of a file in this folder')
    if file and Path(name).parent != Path():
        raise ValueError(f'"{name}" is in another folder: put it beside this file')
    target = _real(Path(chain[-1]).parent / name) if file else f"{name}.yaml"
    before = [_real(Path(step)) if file else step for step in chain]
    if target in before:
        around = " includes ".join([*(Path(step).name for step in chain), name])
        raise ValueError(f"the includes are circular: {around}")
    if len(chain) >= MAX_CHAIN:
        raise ValueError(f"more than {MAX_CHAIN} files include each other: merge some of them")


def _real(path: Path) -> str:
    try:
        return str(path.resolve())
    except (OSError, RuntimeError, ValueError):  # a link to itself
        return str(path)


def merge(
    document: Document, sources: Iterable[Mapping[str, Any]]
) -> tuple[Document, frozenset[str]]:
    """Merge a file over its includes, later over earlier ones; return the ids of its own rules too.

    Its own rules come first, so that their positions in the file stay valid.
    """
    base: dict[str, Any] = {}
    for source in sources:
        base = _over(base, source)
    own = frozenset(_ids(document.data))
    if not base:
        return document, own
    return replace(document, data=_over(base, document.data, first=True)), own


def _over(base: Mapping[str, Any], top: Mapping[str, Any], first: bool = False) -> dict[str, Any]:
    whole = {key: base[key] for key in _WHOLE if key in base} | dict(top)
    for key in _BY_NAME:
        if isinstance(top.get(key, {}), dict) and key in base:
            whole[key] = {**base[key], **top.get(key, {})}
    inherited = {rule["id"]: rule for rule in base.get("rules", [])}
    rules = top.get("rules", [])
    if isinstance(rules, list):
        mine = [_completed(rule, inherited) for rule in rules]
        rest = [rule for name, rule in inherited.items() if name not in set(_ids(top))]
        whole["rules"] = [*mine, *rest] if first else [*rest, *mine]
    return whole


def _completed(rule: Any, inherited: Mapping[str, Any]) -> Any:
    """Return a rule that overrides an included one, completed with the keys that it leaves out."""
    name = rule.get("id") if isinstance(rule, dict) else None
    if not isinstance(name, str) or name not in inherited:
        return rule
    before = dict(inherited[name])
    if any(effect in rule for effect in EFFECTS):
        for key in (*EFFECTS, "ask"):
            before.pop(key, None)
    if "when" in rule:
        before.pop("examples", None)
    return {**before, **rule}


def _ids(data: Mapping[str, Any]) -> list[str]:
    rules = data.get("rules")
    found = rules if isinstance(rules, list) else []
    return [r["id"] for r in found if isinstance(r, dict) and isinstance(r.get("id"), str)]
