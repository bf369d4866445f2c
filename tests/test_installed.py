"""Sluice as it is installed from its wheel, outside of the checkout, beside a package `rules`."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent


class Environment:
    """A virtual environment with Sluice's dependencies and an empty home, not in the checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder / "venv", folder / "home"
        self.home.mkdir()
        venv.create(self.folder, with_pip=True)
        # Paths in a .pth file are not searched for more such files: the checkout stays out.
        packages = sysconfig.get_path("purelib")
        (self.site / "dependencies.pth").write_text(f"{packages}\n", "utf-8")

    @property
    def site(self) -> Path:
        return next(self.folder.glob("lib/python*/site-packages"))

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment with next to no variables set."""
        return subprocess.run(
            [str(self.folder / "bin" / program), *arguments],
            cwd=self.home,
            env={"HOME": str(self.home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def install(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("python", "-m", "pip", "install", "-q", "--no-deps", *arguments)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build: Sequence[str] = ("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    subprocess.run([sys.executable, *build], cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture
def environment(tmp_path: Path, wheel: Path) -> Environment:
    made = Environment(tmp_path)
    done = made.install("--ignore-installed", str(wheel))
    assert done.returncode == 0, done.stderr
    return made


def test_the_commands_work_outside_of_the_checkout(environment: Environment) -> None:
    assert environment.run("sluice", "--version").stdout.startswith("sluice, version ")
    assert environment.run("python", "-c", "import rules").returncode != 0
    book = environment.site / "sluice" / "rules" / "books" / "default.yaml"
    for verb in ("check", "test"):
        done = environment.run("sluice", "rules", verb, str(book))
        assert done.returncode == 0, done.stderr
    demo = environment.run("sluice", "demo", "--limit", "5", "--exit")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "from event to write" in demo.stdout


def test_the_packages_of_another_stand_beside_ours(environment: Environment) -> None:
    done = environment.install("rules>=3")  # django-rules
    if done.returncode:
        pytest.skip(f"django-rules can't be installed here: {done.stderr.strip()[-200:]}")
    theirs = environment.site / "rules" / "__init__.py"
    use_theirs = ("-c", "from rules import add_rule; print(add_rule.__module__)")
    assert environment.run("python", *use_theirs).stdout == "rules.rulesets\n"
    assert environment.run("sluice", "rules", "new", "ours.yaml").returncode == 0
    assert environment.run("sluice", "rules", "check", "ours.yaml").returncode == 0
    assert environment.run("python", "-m", "pip", "uninstall", "-y", "sluice").returncode == 0
    assert theirs.exists() and not (environment.site / "sluice").exists()
    assert environment.run("python", *use_theirs).returncode == 0


def test_without_the_extra_train_only_training_is_refused(environment: Environment) -> None:
    for library in ("sklearn", "scipy"):  # as if it were not installed
        hidden = f"import sys; sys.modules[{library!r}] = None\n"
        with (environment.site / "hidden.pth").open("a", encoding="utf-8") as file:
            file.write(hidden)
    issues = environment.home / "issues.jsonl"
    issues.write_text('{"summary": "Add a button", "cls": "business_need"}\n' * 30, "utf-8")
    for command in (
        ("train", "--issues", str(issues), "--output", "ours.npz"),
        ("build", str(issues), "--output", "ours.npz"),
        ("eval", str(issues)),
    ):
        done = environment.run("sluice", "model", *command)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "the extra `train`: pip install scikit-learn scipy" in done.stderr
    assert environment.run("sluice", "model", "info").returncode == 0
