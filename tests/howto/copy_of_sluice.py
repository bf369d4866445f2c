"""A copy of Sluice that a how-to of CONTRIBUTING is tried on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("cli", "connector", "rules", "sandbox", "webhooks", "worker")
DRIVE = Path(__file__).with_name("drive.py")
SHELL = Path(__file__).with_name("shell.py")


class CopyOfSluice:
    """The packages in a folder of their own; `touched` has the files that were changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.touched: set[str] = set()
        self._shell: subprocess.Popen[str] | None = None
        for package in PACKAGES:
            shutil.copytree(ROOT / package, folder / package)

    def insert(self, file: str, before: str, text: str) -> None:
        """Write lines above the only line that begins with `before`, spaces left aside."""
        lines = self._lines(file)
        places = [n for n, line in enumerate(lines) if line.strip().startswith(before)]
        assert len(places) == 1, f"{file}: {len(places)} lines begin with {before!r}"
        self._write(file, [*lines[: places[0]], *text.splitlines(), *lines[places[0] :]])

    def replace(self, file: str, old: str, new: str) -> None:
        """Write a text in place of another that stands in the file once."""
        text = "\n".join(self._lines(file))
        assert text.count(old) == 1, f"{file}: {old!r} stands there {text.count(old)} times"
        self._write(file, text.replace(old, new).split("\n"))

    def create(self, file: str, text: str) -> None:
        """Write a new file."""
        assert not (self.folder / file).exists()
        self._write(file, text.split("\n"))

    def sluice(self, *arguments: str, status: int = 0, **variables: str) -> str:
        """Return all that a command prints, with the exit status that it has to have."""
        found, output = self._command(json.dumps({"arguments": arguments, "env": variables}))
        assert found == status, output
        return output

    def run(self, code: str, *arguments: str, **variables: str) -> str:
        """Return what Python code prints that is run in the copy."""
        return self._python("-c", code, *arguments, **variables).stdout

    def triage(self, **asked: Any) -> dict[str, Any]:
        """Return what becomes of an issue at a sandbox Jira; `drive.py` says what can be asked."""
        answer: dict[str, Any] = json.loads(self._python(str(DRIVE), json.dumps(asked)).stdout)
        return answer

    def mypy(self) -> str:
        """Return what mypy says of the vocabulary and the messages."""
        command = [sys.executable, "-m", "mypy", "--strict", "-p", "connector.messages"]
        done = self._run(*command, "-p", "rules.vocabulary")
        return done.stdout + done.stderr

    def write_book(self, text: str) -> Path:
        """Write a rule file that is no part of Sluice; return its path."""
        return self.write("ours.yaml", text)

    def write(self, name: str, text: str) -> Path:
        """Write a file that is no part of Sluice; return its path."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def close(self) -> None:
        """End the process of the commands; the next command starts another."""
        if self._shell:
            self._shell.communicate(timeout=300)
            self._shell = None

    def _command(self, asked: str) -> tuple[int, str]:
        """Return the exit status and the output of a command, or of a shell that did not start."""
        errors = self.folder.with_suffix(".stderr")
        shell = self._shell = self._shell or self._started(errors)
        assert shell.stdin and shell.stdout
        with suppress(BrokenPipeError):
            shell.stdin.write(f"{asked}\n")
            shell.stdin.flush()
        if line := shell.stdout.readline():
            answer = json.loads(line)
            return answer["status"], answer["output"]
        return shell.wait(), errors.read_text("utf-8")

    def _started(self, errors: Path) -> subprocess.Popen[str]:
        with errors.open("w") as file:
            return subprocess.Popen(
                [sys.executable, str(SHELL)],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )

    def _python(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        done = self._run(sys.executable, *arguments, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def _run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment() | variables,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONUTF8": "1"}

    def _lines(self, file: str) -> list[str]:
        return (self.folder / file).read_text("utf-8").split("\n")

    def _write(self, file: str, lines: list[str]) -> None:
        self.close()
        (self.folder / file).write_text("\n".join(lines), "utf-8")
        self.touched.add(file)
