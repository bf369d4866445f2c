"""Load rulebooks from YAML; report all problems of a file at once, with their lines."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

from rules.jql.compiler import Condition
from rules.problem import Problem, nearest
from rules.rulebook import includes, yaml_source
from rules.rulebook.effects.table import EFFECTS
from rules.rulebook.file_format import overlay
from rules.rulebook.file_format.book import BookModel
from rules.rulebook.file_format.rule import ExamplesModel, RuleModel
from rules.rulebook.rulebook import Rule, Rulebook, RulebookError
from rules.rulebook.validate import Checked, check, custom_fields


def load(path: Path) -> Rulebook:
    """Read a rule file; raise RulebookError with all of its problems."""
    return _load(path, ())


class RulebookMissing(RulebookError):
    """There is no such rulebook: no shipped one of this name, or no file that can be read."""


def _load(path: Path, chain: tuple[str, ...]) -> Rulebook:
    try:
        if not path.is_file() and path.exists():
            raise RulebookError([Problem(str(path), 1, "not a file: give the path of a rule file")])
        with path.open("rb") as file:
            raw = file.read(yaml_source.MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not valid"
        raise RulebookMissing([Problem(str(path), 1, f"can't be read: {why}")]) from None
    return parse_book(raw, str(path), chain, overlay.beside(path.name, _folder(path.parent)))


def _folder(path: Path) -> list[Path]:
    try:
        return list(path.iterdir())
    except OSError:  # permissions can allow to read a file but not to list its folder
        return []


def find(name: str, folder: Path = Path()) -> Rulebook:
    """Return a shipped rulebook by name, or a file in a folder; raise RulebookError."""
    return _find(name, folder, ())


def _find(name: str, folder: Path, chain: tuple[str, ...]) -> Rulebook:
    if name.endswith((".yaml", ".yml")):
        return _load(folder / name, chain)
    return shipped(name)


@cache
def shipped(name: str) -> Rulebook:
    """Return a shipped rulebook, such as "default"; raise RulebookError for an unknown name.

    A process reads it only once, because its file changes only with Sluice.
    """
    names = shipped_names()
    if name not in names:
        wrong = f"no shipped rulebook has this name{nearest(name, names)}"
        use = f"use one of {', '.join(names)}, or a file that ends in .yaml"
        raise RulebookMissing([Problem(name, 1, f"{wrong}; {use}")])
    folder = resources.files("rules") / "books"
    file = f"{name}.yaml"
    texts = overlay.beside(file, folder.iterdir())
    return parse_book((folder / file).read_bytes(), file, (), texts)


def shipped_names() -> list[str]:
    """Return the names of the shipped rulebooks."""
    folder = resources.files("rules") / "books"
    return sorted(
        f.name.removesuffix(".yaml")
        for f in folder.iterdir()
        if f.name.endswith(".yaml") and not overlay.book_of(Path(f.name))
    )


def parse_book(
    raw: bytes, file: str, chain: tuple[str, ...] = (), texts: Mapping[str, bytes] | None = None
) -> Rulebook:
    """Parse a rule file; raise RulebookError with all problems: YAML, keys, types, conditions.

    `chain` has the files that include this one, outermost first; `texts` has its overlays by name.
    """
    document, problems = _document(raw, file)
    included, refused = _included(document, chain)
    whole, own = includes.merge(document, [book.source for book in included])
    whole, unfit = overlay.lay(whole, texts or {})
    inherited = {rule.id: rule for book in included for rule in book.rules}
    compiled = {(rule.when, rule.stage): rule.condition for rule in inherited.values()}
    checked = check(whole, compiled)
    # A line that YAML could not read causes further problems; report only the first for a line.
    problems = _with_rules(problems, document) if problems else []
    reported = {problem.line for problem in problems}
    problems += refused
    # If an include is missing, many names are unknown; these problems would not help.
    if not refused:
        problems += [one for one in checked.problems if one.line not in reported] + unfit
    if problems or checked.model is None:
        raise RulebookError(sorted(problems, key=lambda problem: (problem.file, problem.line)))
    files = {name: sha for book in included for name, sha in book.files.items()}
    files |= {overlay.beside_of(file, n): _sha(text) for n, text in (texts or {}).items()}
    files[file] = _sha(raw)
    origins = {n: (rule.file, rule.line) for n, rule in inherited.items() if n not in own}
    return _built(checked.model, checked, whole, origins, files)


def _built(
    model: BookModel,
    checked: Checked,
    whole: yaml_source.Document,
    origins: Mapping[str, tuple[str, int]],
    files: Mapping[str, str],
) -> Rulebook:
    rules = (
        _rule(rule, condition, *origins.get(rule.id, (whole.file, whole.line(("rules", index)))))
        for index, (rule, condition) in enumerate(zip(model.rules, checked.conditions, strict=True))
        if not rule.off
    )
    return Rulebook(
        name=model.book,
        rules=tuple(rules),
        classify=model.classify,
        measures=model.measures,
        base=model.base,
        bands=tuple(model.bands),
        custom=custom_fields(model.fields),
        digest=_digest(model),
        score=checked.formula,
        quadrant=model.quadrant,
        words=model.words,
        shadow=model.shadow,
        files=files,
        source=whole.data,
    )


def _included(
    document: yaml_source.Document, chain: tuple[str, ...]
) -> tuple[list[Rulebook], list[Problem]]:
    """Return the included rulebooks and their problems."""
    here = (*chain, document.file)
    books: list[Rulebook] = []
    problems: list[Problem] = []
    for index, name in enumerate(includes.names(document)):
        line = document.line(("include", index))
        try:
            includes.allowed(name, here)
            books.append(_find(name, Path(document.file).parent, here))
        except ValueError as error:
            problems += _of_include(error, name, Problem(document.file, line, ""))
    return books, list(dict.fromkeys(problems))


def _of_include(error: ValueError, name: str, place: Problem) -> list[Problem]:
    """Return the problems of an include; for a missing one, with the place of the include."""
    if isinstance(error, RulebookMissing):
        why = error.problems[0].message
        return [replace(place, message=f'include: "{name}": {why}')]
    if isinstance(error, RulebookError):
        unusable = replace(place, message=f'include: "{name}" can\'t be used')
        return [unusable, *error.problems]
    return [replace(place, message=f"include: {error}")]


def _document(raw: bytes, file: str) -> tuple[yaml_source.Document, list[Problem]]:
    """Return the readable part and the problems; raise RulebookError if nothing is readable."""
    problems: list[Problem] = []
    try:
        document = yaml_source.load(raw, file)
    except yaml_source.YamlError as error:
        if error.document is None:
            raise RulebookError(error.problems) from None
        document, problems = error.document, list(error.problems)
    if not isinstance(document.data, dict):
        wrong = Problem(file, 1, "this is not a rule file: begin with book: NAME")
        raise RulebookError([*problems, wrong])
    return document, problems


def _with_rules(problems: list[Problem], document: yaml_source.Document) -> list[Problem]:
    """Return the problems with the ids of their rules, by line."""
    at: dict[int, str | None] = {}
    for path, line in document.lines.items():
        rule = document.data["rules"][path[1]] if path[:1] == ("rules",) and path[1:] else None
        name = rule.get("id") if isinstance(rule, dict) else None
        at[line] = name if isinstance(name, str) else None
    lines = sorted(at)
    return [
        replace(problem, rule=at[lines[bisect_right(lines, problem.line) - 1]])
        for problem in problems
    ]


def _rule(model: RuleModel, condition: Condition, file: str, line: int) -> Rule:
    effect = next(effect for effect in EFFECTS.values() if getattr(model, effect.key) is not None)
    return Rule(
        id=model.id,
        when=model.when,
        condition=condition,
        because=model.because,
        effect=effect,
        value=getattr(model, effect.key),
        ask=model.ask,
        line=line,
        file=file,
        shadow=model.shadow,
        urgent=model.urgent,
        firm=model.firm,
        examples=model.examples or ExamplesModel(),
    )


def _sha(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _digest(model: BookModel) -> str:
    """Return the digest of everything that can change a decision or its texts, sorted by name."""
    data = model.model_dump(mode="json", by_alias=True, exclude={"about", "include"})
    rules = [rule for rule in data["rules"] if not rule.pop("off")]
    for rule in rules:
        rule.pop("examples")
        if not rule["firm"]:  # so that a book of an earlier version keeps its digest
            rule.pop("firm")
    data["rules"] = sorted(rules, key=lambda rule: str(rule["id"]))
    text = json.dumps(data, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
