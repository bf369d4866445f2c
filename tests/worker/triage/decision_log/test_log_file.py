"""Lines of a file that several processes write: whole, private, limited in size."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from worker.triage.decision_log.log_file import LogFile

LINES = 200


def _write_many(path: Path, number: int, max_bytes: int) -> None:
    file = LogFile(path, max_bytes, 99)
    for line in range(LINES):
        file.append(json.dumps([number, line, "x" * 9_000]).encode() + b"\n")


@pytest.mark.parametrize("max_bytes", [10**9, 300_000])
def test_lines_of_several_processes_stay_whole_and_none_is_lost(
    tmp_path: Path, max_bytes: int
) -> None:
    path = tmp_path / "log"
    fork = multiprocessing.get_context("spawn")
    writers = [fork.Process(target=_write_many, args=(path, n, max_bytes)) for n in range(3)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    rows = [json.loads(line) for file in tmp_path.iterdir() for line in file.open()]
    assert sorted((n, line) for n, line, _ in rows) == [(n, i) for n in range(3) for i in range(LINES)]  # fmt: skip  # noqa: E501
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in tmp_path.iterdir())


def test_the_oldest_file_goes(tmp_path: Path) -> None:
    file = LogFile(tmp_path / "log", 10, 2)
    for number in range(6):
        file.append(b"%d 45678\n" % number)
    names = {one.name: one.read_text() for one in tmp_path.iterdir()}
    assert names == {"log": "5 45678\n", "log.1": "4 45678\n", "log.2": "3 45678\n"}


def test_a_file_that_was_moved_or_truncated_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "log"
    file = LogFile(path, 10**6, 5)
    file.append(b"1\n")
    path.rename(tmp_path / "moved")
    file.append(b"2\n")
    os.truncate(path, 0)
    file.append(b"3\n")
    assert path.read_text() == "3\n" and (tmp_path / "moved").read_text() == "1\n"


def test_a_torn_line_of_a_machine_that_went_down_ends_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b'{"half')
    LogFile(path, 10**6, 5).append(b"{}\n")
    assert path.read_bytes() == b'{"half\n{}\n'


def test_a_full_disk_leaves_no_part_of_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = LogFile(tmp_path / "log", 10**6, 5)
    file.append(b"1\n")
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:3]))
    with pytest.raises(OSError) as told:
        file.append(b"23456\n")
    assert told.value.errno == errno.ENOSPC
    assert (tmp_path / "log").read_bytes() == b"1\n"
