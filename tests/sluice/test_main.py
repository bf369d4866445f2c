"""The command starts with our packages, wherever it stands, and refuses those of others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import sluice

ROOT = Path(__file__).resolve().parents[2]


def module(name: str, *, file: str | None = None, path: str | None = None) -> ModuleType:
    made = ModuleType(name)
    made.__file__ = file
    if path:
        made.__path__ = [path]
    return made


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", *arguments, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_in_a_checkout_our_packages_stand_beside_the_command() -> None:
    assert sluice.home() == ROOT


def test_what_is_loaded_from_elsewhere_under_our_names_is_found() -> None:
    loaded = {
        "rules": module("rules", file="/site/rules/__init__.py", path="/site/rules"),
        "worker": module("worker", path="/site/worker"),  # a folder without __init__.py
        "cli": module("cli", file="/site/cli.py"),
        "webhooks": module("webhooks", path="/ours/webhooks"),
        "flask": module("flask", path="/site/flask"),
    }
    found = sluice.foreign_packages(Path("/ours"), loaded)
    assert {name: str(place) for name, place in found.items()} == {
        "rules": "/site/rules",
        "worker": "/site/worker",
        "cli": "/site/cli.py",
    }


def test_a_foreign_package_that_is_loaded_already_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "__init__.py").touch()
    code = "import sys; sys.path.insert(0, {!r}); import rules, sluice; sluice.main()"
    done = run(code.format(str(tmp_path)))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"the package rules in {tmp_path / 'rules'} is not Sluice's" in done.stderr


def test_a_foreign_package_that_comes_first_on_the_path_does_no_harm(tmp_path: Path) -> None:
    for name in sluice.PACKAGES:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('foreign')\n")
    code = "import sys; sys.path.insert(0, {!r}); sys.argv = ['sluice', '--version']; "
    done = run(code.format(str(tmp_path)) + "import sluice; sluice.main()")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sluice, version ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("command", ["--version", "rules fields"])
def test_a_full_disk_is_told_in_one_line(command: str) -> None:
    with Path("/dev/full").open("w") as full:
        code = "import sluice; sluice.main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *command.split()],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "sluice: can't write the output: No space left on device\n"


def test_a_reader_that_stops_early_gets_no_traceback() -> None:
    command = f"{sys.executable} -c 'import sluice; sluice.main()' rules fields | head -1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1 and done.stderr == ""


def test_an_engine_that_was_built_without_the_flag_is_told_in_one_line(tmp_path: Path) -> None:
    error = "undefined symbol: PyEval_CallObject"
    (tmp_path / "durable_rules_engine.py").write_text(f"raise ImportError({error!r})\n")
    code = "import sys; sys.path.insert(0, {!r}); import sluice; sluice.main()"
    done = run(code.format(str(tmp_path)))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject" in done.stderr
