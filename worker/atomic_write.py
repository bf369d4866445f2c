"""Files that Sluice writes: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

_NEW = 0o666


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step and keep its mode; OSError where that can't be done.

    Nobody ever reads half of it, and where writing fails the old one stays. A link stays a link.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():  # a pipe or /dev/stdout has no "whole"
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
        Path(name).chmod(_mode(path))
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _mode(path: Path) -> int:
    """That of the file which is there, else what any new file would have."""
    with suppress(OSError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return _NEW & ~mask
