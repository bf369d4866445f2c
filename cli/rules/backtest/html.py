"""Write a backtest as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from cli.rules.backtest.text import TITLES, differences, facets, visible
from rules.testing.backtest import Backtest
from rules.vocabulary.verdicts import VERDICTS


def page(result: Backtest, now: datetime) -> str:
    """Return the page. It escapes the text of issues, and its policy blocks all other content."""
    script = _file("backtest.js")
    return (
        _environment()
        .get_template("backtest.html.j2")
        .render(
            result=result,
            facets=facets(result),
            titles=TITLES,
            moves=result.moves(),
            differences=differences,
            direction=_direction,
            heat=_heat,
            now=now.isoformat(timespec="minutes"),
            style=Markup(_file("backtest.css")),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("cli.rules.backtest", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: object) -> object:
    """Return a text without control and bidi characters; our own markup stays."""
    plain = isinstance(value, str) and not isinstance(value, Markup)
    return visible(str(value)) if plain else value


def _file(name: str) -> str:
    return (resources.files("cli.rules.backtest") / "report" / name).read_text("utf-8")


def _direction(old: str, new: str) -> str:
    """Return whether a verdict becomes stricter or milder; for other facets "other"."""
    if old == new:
        return "same"
    order: list[str] = list(VERDICTS)
    if old in order and new in order:
        return "stricter" if order.index(new) > order.index(old) else "milder"
    return "other"


def _heat(count: int, whole: int) -> str:
    """Return the strength of a cell's colour, 0 to 4."""
    share = count / whole if whole else 0.0
    return str(sum(share > limit for limit in (0, 0.01, 0.05, 0.2)))
