"""Sessions in documents, run for real: files are written, commands print what is shown."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from cli import main

_BLOCK = re.compile(
    r"^(?:<!-- not run: ([^\n]*?) -->\n)?( *)```(\w+)(?: title=\"([^\"]*)\")?\n(.*?)^ *```",
    re.M | re.S,
)
_NAMED = re.compile(r"# (\S+\.(?:ya?ml|sh))\n")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text without indentation, and the file that it names.

    `not_run` is the reason in a comment before it, `<!-- not run: it needs Docker -->`.
    """

    language: str
    text: str
    line: int
    title: str = ""
    not_run: str = ""

    @property
    def file(self) -> str | None:
        """The name in the title, or in a first line such as `# ours.yaml`."""
        if re.fullmatch(r"\S+\.\w+", self.title):
            return self.title
        named = _NAMED.match(self.text)
        return named.group(1) if named else None

    def write(self, folder: Path) -> None:
        """Write the file that the block names, below a folder."""
        assert self.file
        (folder / self.file).parent.mkdir(parents=True, exist_ok=True)
        (folder / self.file).write_text(self.text, "utf-8")

    def commands(self) -> Iterator[tuple[str, str]]:
        """Each `$ command` of a console block and what is shown under it."""
        joined = re.sub(r" *\\\n *", " ", self.text)  # a command that goes on after a backslash
        for part in re.split(r"^\$ ", joined, flags=re.M)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


def blocks(document: Path) -> list[Block]:
    """The fenced blocks of a document, in order."""
    text = document.read_text("utf-8")
    return [
        Block(
            found.group(3),
            re.sub(f"^{found.group(2)}", "", found.group(5), flags=re.M),
            text[: found.start()].count("\n") + 1,
            found.group(4) or "",
            found.group(1) or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def run(command: str) -> str:
    """Run a `sluice` command. Return its output and errors, and its status if that is not 0."""
    program, *arguments = shlex.split(command)
    assert program == "sluice", command
    result = CliRunner().invoke(main, arguments, prog_name="sluice")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    status = f"(status {result.exit_code})\n" if result.exit_code else ""
    return result.output + status


def alike(shown: str, printed: str) -> bool:
    """Return whether a document shows this output. `…` is any text; alone, any lines."""
    wanted = [line.rstrip() for line in shown.strip("\n").split("\n")]
    pattern = "\n".join(
        r"(?:.*\n)*?.*" if line.strip() == "…" else r".*".join(map(re.escape, line.split("…")))
        for line in wanted
    )
    found = "\n".join(line.rstrip() for line in printed.strip("\n").split("\n"))
    return re.fullmatch(pattern, found) is not None
