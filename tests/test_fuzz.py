"""Fuzzing: a small run finds nothing, what fails is kept, a seed repeats its inputs."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import pytest

from fuzz import __main__ as command
from fuzz.drive import Now, inputs
from fuzz.run import Job, counts, run, table
from fuzz.targets import TARGETS
from fuzz.watch import Watch

SMALL = counts({name: target.share for name, target in TARGETS.items()}, 2_000)


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_a_stranger_sends_crashes_or_hangs_a_parser(name: str, tmp_path: Path) -> None:
    with TARGETS[name].open() as target:
        watch = Watch(name, target, tmp_path)
        for data in islice(inputs(TARGETS[name], seed=2), SMALL[name]):
            watch.run(data)
    assert (watch.ran, watch.found) == (SMALL[name], {})
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_are_a_function_of_the_seed(name: str) -> None:
    first, again, other = ([*islice(inputs(TARGETS[name], seed), 60)] for seed in (1, 1, 2))
    assert first == again != other


def test_a_crash_is_counted_and_its_first_input_is_kept(tmp_path: Path) -> None:
    watch = Watch("jql", lambda data: data.decode("ascii"), tmp_path)
    assert watch.run(b"fine") == ""
    assert watch.run(b"\xff") == watch.run(b"\xfe") == "UnicodeDecodeError in fuzz"
    kept, said = sorted(tmp_path.iterdir())
    assert (kept.read_bytes(), watch.ran, watch.found.total()) == (b"\xff", 3, 2)
    assert "Traceback" in said.read_text("utf-8")


def test_a_hang_ends_even_where_each_exception_is_caught(tmp_path: Path) -> None:
    def spin(_: bytes) -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:
                continue

    watch = Watch("jql", spin, tmp_path, limit=0.05)
    assert watch.run(b"x").startswith("hang")


def test_a_process_that_dies_keeps_its_input_and_the_others_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = tmp_path / "dying"
    dying.write_text(
        f"#!{sys.executable}\nimport os, sys\nfrom pathlib import Path\n"
        "from fuzz.drive import Now\n"
        "now = Now(Path(sys.argv[-1]) / 'wiki.now')\n"
        "ran, _ = now.get()\n"
        "now.set(ran + 1, b'deadly' if ran == 0 else b'fine')\n"
        "os.abort() if ran == 0 else None\n"
    )
    dying.chmod(0o755)
    monkeypatch.setattr("fuzz.run.program", lambda: [sys.executable, str(dying)])
    monkeypatch.setenv("PYTHONPATH", str(Path(command.__file__).parent.parent))
    job = Job("wiki", 3, tmp_path, "mutations", 1)
    for _ in run([job], 1):
        pass
    assert (job.ran, job.starts, job.found.total()) == (3, 3, 1)
    assert [p.read_bytes() for p in (tmp_path / "kept").glob("wiki-*") if p.suffix != ".txt"] == [
        b"deadly"
    ]
    assert "| wiki | 3 | 3 | 1 | 0 |" in table([job])


def test_a_kept_input_runs_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "jql-0123"
    kept.write_bytes(b"votes > 5")
    assert command.replay(kept) is False
    assert capsys.readouterr().out == f"{kept}: fine\n"
    with pytest.raises(SystemExit, match="begin its name with a target"):
        command.replay(tmp_path / "other-0123")


def test_the_counts_of_all_targets_make_the_number_that_was_asked_for() -> None:
    assert sum(SMALL.values()) == 2_000
    assert counts({"a": 0.9, "b": 0.001}, 100) == {"a": 99, "b": 1}


def test_the_input_that_runs_outlives_its_process(tmp_path: Path) -> None:
    Now(tmp_path / "x.now").set(7, b"seven")
    assert Now(tmp_path / "x.now").get() == (7, b"seven")
