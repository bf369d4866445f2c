"""Cause trouble on demand: latency, errors, lost connections; lost, doubled and late webhooks."""

from __future__ import annotations

import re
import threading
from dataclasses import asdict, dataclass, fields, replace
from random import Random
from typing import Any

RANGES = ("latency_ms", "webhook_delay_ms")
RATES = (
    "rate_429",
    "rate_503",
    "rate_status",
    "drop_before",
    "drop_after",
    "lose_webhooks",
    "duplicate_webhooks",
    "disorder_webhooks",
)


SEARCHES = ("same_token", "empty_pages")


class BadFaults(ValueError):
    """A fault setting is invalid. The message names it."""


@dataclass(frozen=True)
class Settings:
    """Faults and their rates (0 to 1). `times` limits them to a number of requests.

    `latency_ms` is before a request is applied, `late_ms` after. `status` answers as a gateway or
    a login page would, with `retry_after` as seconds or as a date. `search` is one of SEARCHES.
    `webhook_delay_ms` is how late webhooks in disorder come. `only_account` is a name as in the
    log: what other people send is answered as usual.
    """

    latency_ms: tuple[float, float] = (0.0, 0.0)
    rate_429: float = 0.0
    retry_after_429: float | str = 1
    reason_429: str = "jira-burst-based"
    rate_503: float = 0.0
    retry_after_503: float | str | None = None
    status: int | None = None
    rate_status: float = 1.0
    retry_after: float | str | None = None
    late_ms: float = 0.0
    search: str | None = None
    drop_before: float = 0.0
    drop_after: float = 0.0
    lose_webhooks: float = 0.0
    duplicate_webhooks: float = 0.0
    disorder_webhooks: float = 0.0
    webhook_delay_ms: tuple[float, float] = (50.0, 500.0)
    only_method: str | None = None
    only_path: str | None = None
    only_account: str | None = None
    times: int | None = None
    seed: int = 1


@dataclass(frozen=True)
class Plan:
    """The fault of one request; `kind` is None, 429, 503, status, drop_before or drop_after."""

    latency: float = 0.0
    kind: str | None = None
    late: float = 0.0


CALM = Plan()


class Faults:
    """The active faults. Change them at any time with `set` and `clear`."""

    # With slots, setting a misspelt fault raises AttributeError.
    __slots__ = ("_left", "_lock", "_on", "_random", "settings")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.settings = Settings()
        self._random = Random(1)
        self._left: int | None = None
        self._on: bool = False

    def set(self, /, **wanted: Any) -> None:
        """Replace all settings, as in `PUT /sandbox/faults`; raise BadFaults if one is invalid."""
        settings = read_settings(wanted)
        with self._lock:
            self.settings = settings
            self._random = Random(settings.seed)
            self._left = settings.times
            self._on = settings != Settings(seed=settings.seed)

    def clear(self) -> None:
        """Turn all faults off."""
        self.set()

    def plan(self, method: str, path: str, account: str = "") -> Plan:
        """Choose the fault of the next request, which an account sends."""
        if not self._on:
            return CALM
        with self._lock:
            now = self.settings
            if not _is_meant(now, method, path, account):
                return CALM
            if self._left is not None:
                if self._left <= 0:
                    return CALM
                self._left -= 1
            return self._draw(now)

    def _draw(self, now: Settings) -> Plan:
        latency, late = self._random.uniform(*now.latency_ms) / 1000, now.late_ms / 1000
        roll = self._random.random()
        chances = (
            ("429", now.rate_429),
            ("503", now.rate_503),
            ("status", now.rate_status if now.status else 0.0),
            ("drop_before", now.drop_before),
            ("drop_after", now.drop_after),
        )
        for kind, rate in chances:
            if roll < rate:
                return Plan(latency, kind, late)
            roll -= rate
        return Plan(latency, late=late)

    def webhook_copies(self) -> int:
        """Return the number of copies of the next webhook: 1, 2, or 0 for one that is lost."""
        if self._hit(self.settings.lose_webhooks):
            return 0
        return 1 + self._hit(self.settings.duplicate_webhooks)

    def webhook_delay(self) -> float:
        """Return seconds to delay the next webhook, so that later ones overtake it."""
        if not self._hit(self.settings.disorder_webhooks):
            return 0.0
        with self._lock:
            return self._random.uniform(*self.settings.webhook_delay_ms) / 1000

    def _hit(self, rate: float) -> bool:
        if rate <= 0:
            return False
        with self._lock:
            return self._random.random() < rate

    def to_json(self) -> dict[str, Any]:
        """Return the settings and the number of requests left."""
        return asdict(self.settings) | {"left": self._left}


def _is_meant(now: Settings, method: str, path: str, account: str) -> bool:
    """Return whether the faults are for a request."""
    return (
        (not now.only_method or method.upper() == now.only_method.upper())
        and (not now.only_path or bool(re.search(now.only_path, path)))
        and (not now.only_account or account == now.only_account)
    )


def read_settings(wanted: dict[str, Any]) -> Settings:
    """Read settings by name; also `only: {method, path, account}`.

    Raise BadFaults if one is invalid.
    """
    flat = dict(wanted)
    only = flat.pop("only", None) or {}
    if not isinstance(only, dict) or not only.keys() <= {"method", "path", "account"}:
        raise BadFaults(
            "only: use an object with method, path (a regular expression) and account (a name)"
        )
    flat |= {f"only_{k}": v for k, v in only.items()}
    flat.pop("left", None)
    names = {f.name for f in fields(Settings)}
    for name in flat:
        if name not in names:
            raise BadFaults(f"{name}: unknown fault. Use one of {', '.join(sorted(names))}")
    return replace(Settings(), **{k: _checked(k, v) for k, v in flat.items()})


def _checked(name: str, value: Any) -> Any:
    if name in RANGES:
        return _range(name, value)
    if name in RATES:
        if not _is_number(value, 1):
            raise BadFaults(f"{name}: use a rate from 0 to 1, not {value!r}")
        return float(value)
    if name.startswith("retry_after"):
        return _wait(name, value)
    if name in ("times", "seed", "status"):
        return _whole(name, value)
    if name == "late_ms":
        return _range(name, value)[1]
    if name == "search" and value not in (None, *SEARCHES):
        raise BadFaults(f"search: use one of {', '.join(SEARCHES)}, not {value!r}")
    return _text(name, value)


def _wait(name: str, value: Any) -> float | str | None:
    """Return a wait: seconds, or a date as an HTTP header has it."""
    dated = isinstance(value, str) and value.isascii() and value.isprintable() and len(value) < 60
    if value is None or dated or _is_number(value, 86_400):
        return value  # type: ignore[no-any-return]
    raise BadFaults(f"{name}: use seconds or a date of HTTP, not {value!r}")


def _whole(name: str, value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if value is not None and (not whole or (name == "status" and not 300 <= value <= 599)):
        least = " from 300 to 599" if name == "status" else ""
        raise BadFaults(f"{name}: use a whole number{least}, not {value!r}")
    return value  # type: ignore[no-any-return]


def _range(name: str, value: Any) -> tuple[float, ...]:
    pair = value if isinstance(value, list | tuple) else [value, value]
    if len(pair) != 2 or not all(_is_number(v, 600_000) for v in pair):
        raise BadFaults(f"{name}: use milliseconds, or [least, most]")
    return tuple(float(v) for v in pair)


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadFaults(f"{name}: use text, not {value!r}")
    if name == "only_path":
        try:
            re.compile(value)
        except re.error as wrong:
            raise BadFaults(f"only_path: not a regular expression: {wrong}") from None
    return value


def _is_number(value: Any, top: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= top
