"""How a project counts its work: what an admin writes, and what is said where it is wrong."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from worker.settings.capacity_format import (
    CapacityModel,
    DaysOffError,
    capacity_rules,
    read_days_off,
)

TARGETS = {"tech_debt": 100.0}


def rules(folder: Path, **given: Any) -> Any:
    return capacity_rules(CapacityModel.model_validate(given), TARGETS, "Europe/Berlin", folder)


def test_without_a_word_it_is_person_days_from_monday_to_friday(tmp_path: Path) -> None:
    found = rules(tmp_path)
    assert found.unit == "person_days"
    assert found.calendar.works(date(2026, 11, 27)) and not found.calendar.works(date(2026, 11, 28))
    assert "won't do" in found.no_work


def test_public_holidays_are_those_of_the_place_in_any_year(tmp_path: Path) -> None:
    bavaria, germany = rules(tmp_path, holidays="DE-BY"), rules(tmp_path, holidays="de")
    assert not bavaria.calendar.works(date(2027, 1, 6)) and germany.calendar.works(date(2027, 1, 6))
    assert not germany.calendar.works(date(2029, 12, 25))
    assert not rules(tmp_path, holidays="CN").calendar.works(date(2026, 10, 1))


def test_holidays_without_their_package_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(ValidationError, match="install sluice with the extra `report`"):
        CapacityModel(holidays="DE")


def test_days_off_are_known_by_name_and_by_account(tmp_path: Path) -> None:
    text = "person,first,last\nAnn Lee,2026-12-24,2026-12-28\nbo-1,2026-12-24,2026-12-24\n"
    (tmp_path / "off.csv").write_text(text, "utf-8-sig")
    found = rules(tmp_path, days_off="off.csv").naming({"a1": "ann lee", "bo-1": "Bo"}).calendar
    windows = [w.day.day for w in found.windows("a1", date(2026, 12, 23), date(2026, 12, 29))]
    assert windows == [23, 29]
    assert [*found.windows("bo-1", date(2026, 12, 24), date(2026, 12, 24))] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,from\nAnn,2026-12-24\n", "the first line has to be: person,first,last"),
        ("person,first,last\nAnn,24.12.2026,2026-12-24\n", "line 2: write dates as 2026-12-24"),
        ("person,first,last\nAnn,2026-12-24,2026-12-23\n", "line 2: write a person, the first"),
        ("person,first,last\n,2026-12-24,2026-12-24\n", "line 2: write a person"),
        ("person,first,last\nAnn,0001-01-01,9999-12-31\n", "line 2: write a person"),
        ("person,first,last\nAnn\n", "line 2: write dates"),
    ],
)
def test_a_wrong_file_of_days_off_names_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "off.csv").write_text(text, "utf-8")
    with pytest.raises(DaysOffError, match=message):
        read_days_off(tmp_path / "off.csv")


def test_a_missing_file_of_days_off_is_told(tmp_path: Path) -> None:
    with pytest.raises(DaysOffError, match="can't be read"):
        read_days_off(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"holidays": "XX"}, "no holidays are known for XX"),
        ({"holidays": "DE-XX"}, "no holidays are known for DE-XX"),
        ({"hours": "16:00-08:00"}, "ends before it begins"),
        ({"hours": "8-16"}, "should match pattern"),
        ({"unit": "days"}, "person_days"),
        ({"working_days": []}, "at least 1"),
        ({"capacity": 0}, "greater than 0"),
        ({"capacity": float("inf")}, "finite"),
    ],
)
def test_a_wrong_value_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        CapacityModel.model_validate(given)
