"""Write files atomically: the whole content or nothing."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

_NEW = 0o666


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step and keep its mode. Raises OSError if that is impossible.

    Readers see the old content or the new one, never a part. A symbolic link stays a link.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():  # a pipe or /dev/stdout can't be replaced
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
    """Return the mode of the existing file, or the default mode of a new file."""
    with suppress(OSError):
        return path.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return _NEW & ~mask
