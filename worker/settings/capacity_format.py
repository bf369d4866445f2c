"""Define the block `capacity:` of a project in `sluice.yaml`: how its work is counted."""

from __future__ import annotations

import csv
from collections.abc import Container, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from rules.capacity.capacity_rules import CapacityRules
from rules.capacity.finished import NO_WORK, Unit
from rules.capacity.flow import WIP_LIMIT
from rules.capacity.shares import TOLERANCE
from rules.capacity.working_days import WorkCalendar, days

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DAYS: tuple[Day, ...] = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
Hours = Annotated[str, StringConstraints(pattern=rf"^{_CLOCK}-{_CLOCK}$")]
Place = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}(?:-[A-Za-z0-9]{1,6})?$")]
MOST_DAYS_OFF = 10_000


def _place(code: str) -> str:
    try:
        _holidays(code)
    except (NotImplementedError, KeyError):
        known = "a country as DE, or one of its parts as DE-BY or CN"
        raise ValueError(f"no holidays are known for {code}: write {known}") from None
    except ImportError:
        extra = "install sluice with the extra `report`"
        raise ValueError(f"public holidays need the package holidays: {extra}") from None
    return code


def _hours(text: str) -> str:
    begins, ends = text.split("-")
    if begins >= ends:
        raise ValueError(f"{text} ends before it begins: write hours such as 08:00-16:00")
    return text


class CapacityModel(BaseModel):
    """How the work of a project is counted.

    `unit`: what the shares are shares of. `tolerance`: a class that is at most so many percentage
    points from its target is on target. `capacity`: what the coming week can do, in the unit;
    without it, the median of the last eight weeks. `hours`: a day's working hours; `holidays`: the
    country, or a part of it, whose public holidays are free (`DE`, `DE-BY`, `CN`). `days_off`: a
    CSV file with the columns person, first, last: days on which a person is away. `no_work`:
    resolutions that mean that no work was done, in place of the built-in list.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: Unit = "person_days"
    tolerance: Annotated[float, Field(ge=0, le=100)] = TOLERANCE
    capacity: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    wip_limit: Annotated[int, Field(ge=1)] = WIP_LIMIT
    working_days: Annotated[frozenset[Day], Field(min_length=1)] = frozenset(DAYS[:5])
    hours: Annotated[Hours, AfterValidator(_hours)] = "08:00-16:00"
    holidays: Annotated[Place, AfterValidator(_place)] | None = None
    days_off: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    no_work: tuple[Annotated[str, StringConstraints(min_length=1)], ...] | None = None


class DaysOffError(ValueError):
    """The file of days off can't be used; the message says where and why."""


def capacity_rules(
    model: CapacityModel, targets: Mapping[str, float], zone: str, folder: Path
) -> CapacityRules:
    """Return how a project counts its work; raise DaysOffError."""
    begins, ends = (time.fromisoformat(text) for text in model.hours.split("-"))
    calendar = WorkCalendar(
        zone=ZoneInfo(zone),
        weekdays=frozenset(map(DAYS.index, model.working_days)),
        holidays=_holidays(model.holidays) if model.holidays else frozenset(),
        off=read_days_off(folder / model.days_off) if model.days_off else {},
        begins=begins,
        ends=ends,
    )
    no_work = NO_WORK if model.no_work is None else frozenset(map(str.lower, model.no_work))
    return CapacityRules(
        targets=targets,
        calendar=calendar,
        unit=model.unit,
        tolerance=model.tolerance,
        no_work=no_work,
        wip_limit=model.wip_limit,
        capacity=model.capacity,
    )


def _holidays(code: str) -> Container[date]:
    """Return the public holidays of a place. It finds those of any year when it is asked."""
    import holidays  # the extra `report`

    country, _, part = code.upper().partition("-")
    found: Any = holidays.country_holidays(country, subdiv=part or None)
    assert isinstance(found, Container)
    return found


def read_days_off(file: Path) -> dict[str, frozenset[date]]:
    """Return the days off of each person, by the name in the file; raise DaysOffError."""
    found: dict[str, set[date]] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for number, row in enumerate(csv.DictReader(rows), 2):
                person, span = _row(file, number, row)
                found.setdefault(person, set()).update(span)
    except (OSError, UnicodeError, csv.Error) as error:
        raise DaysOffError(f"{file}: can't be read: {error}") from None
    return {person: frozenset(them) for person, them in found.items()}


def _row(file: Path, number: int, row: Mapping[str | Any, str | Any]) -> tuple[str, list[date]]:
    where = f"{file}: line {number}"
    if not {"person", "first", "last"} <= row.keys():
        raise DaysOffError(f"{file}: the first line has to be: person,first,last")
    person = str(row["person"] or "").strip()
    try:
        first, last = (date.fromisoformat(str(row[c] or "").strip()) for c in ("first", "last"))
    except ValueError:
        raise DaysOffError(f"{where}: write dates as 2026-12-24") from None
    if not person or last < first or (last - first).days > MOST_DAYS_OFF:
        raise DaysOffError(f"{where}: write a person, the first day and the last day") from None
    return person, [*days(first, last)]
