"""CONTRIBUTING, "How to add a setting": done with an invented one, how often a triage is tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.howto.copy_of_sluice import CopyOfSluice
from tests.howto.test_add_a_metric import TRIAGE
from tests.live import Person, environment

pytestmark = pytest.mark.slow

KEY = "    max_attempts: Annotated[int, Field(ge=1, le=20)] = 20"


@pytest.fixture
def with_setting(copy: CopyOfSluice) -> CopyOfSluice:
    """Add the setting as the how-to says: the key, the value that is proven, its use."""
    copy.insert("worker/settings/file_format.py", "reconcile_minutes:", KEY)
    load = "worker/settings/load.py"
    copy.insert("worker/settings/settings.py", "reconcile_minutes: int", "    max_attempts: int")
    handed = "            max_attempts=model.max_attempts,"
    copy.insert(load, "reconcile_minutes=model.reconcile_minutes", handed)
    used = "worker/failures/attempt.py"
    copy.replace(used, "attempt > MAX_ATTEMPTS:", "attempt > self.runtime.config().max_attempts:")
    return copy


def test_a_setting_takes_four_files_and_the_worker_goes_by_it(
    with_setting: CopyOfSluice, sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    assert with_setting.touched == {
        "worker/settings/file_format.py",
        "worker/settings/load.py",
        "worker/settings/settings.py",
        "worker/failures/attempt.py",
    }
    told = environment(sandbox, redis_url, tmp_path, book="minimal")
    sandbox.faults.set(rate_503=1.0, only={"path": "/issue/"})
    file = Path(told["SLUICE_CONFIG"])
    without = file.read_text("utf-8")
    file.write_text(f"max_attempts: 1\n{without}", "utf-8")
    issue = Person(sandbox).create("Add vouchers")
    assert with_setting.run(TRIAGE, issue, **told) == "dead\n"
    assert "gave up after 1 " in with_setting.sluice("dead", "list", **told)

    # Without the key its default counts: there is another try.
    file.write_text(without, "utf-8")
    other = Person(sandbox).create("Add gift cards")
    assert with_setting.run(TRIAGE, other, **told) == "busy\n"


def test_a_wrong_value_is_refused_with_its_line(
    with_setting: CopyOfSluice, sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    told = environment(sandbox, redis_url, tmp_path, book="minimal")
    file = Path(told["SLUICE_CONFIG"])
    good = file.read_text("utf-8")
    for wrong in ("max_attempts: 0", "max_attempts: often", "max_attempt: 3"):
        file.write_text(f"{good}{wrong}\n", "utf-8")
        said = with_setting.sluice("doctor", status=1, **told)
        (line,) = said.splitlines()
        number = good.count("\n") + 1
        assert line.startswith(f"sluice: {file}:{number}: ") and "max_attempt" in line
