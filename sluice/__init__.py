"""Start the `sluice` command, with Sluice's own packages in front of all others.

The wheel keeps our packages inside this folder, a checkout keeps them beside it (docs/adr/0019).
Another distribution can therefore install a package named `rules` without harm to either.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

PACKAGES = ("cli", "connector", "rules", "sandbox", "webhooks", "worker")
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main() -> None:
    """Run the `sluice` command; exit with one line if our packages or the engine do not load."""
    folder = home()
    sys.path.insert(0, str(folder))
    for name, place in foreign_packages(folder, sys.modules).items():
        sys.exit(
            f"sluice: the package {name} in {place} is not Sluice's, and is loaded already."
            " Install Sluice in an environment of its own: pipx install, or uv tool install."
        )
    try:
        from cli import main as command

        command(prog_name="sluice")  # imports the engine only where it is needed
    except ImportError as error:
        if "PyEval_CallObject" not in str(error):
            raise
        sys.exit(
            "sluice: the rule engine was built without what Python 3.13 and newer need. Reinstall:"
            " CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install --force-reinstall"
            " --no-cache-dir --no-deps durable_rules (pipx: the same before pipx reinstall sluice)."
        )
    except OSError as error:
        if error.filename is not None or error.errno not in _DISK_FULL:
            raise
        # What is still buffered can't be written at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"sluice: can't write the output: {error.strerror}")


def home() -> Path:
    """Return the folder that holds our packages."""
    here = Path(__file__).resolve().parent
    return here if (here / "cli").is_dir() else here.parent


def foreign_packages(folder: Path, loaded: Mapping[str, ModuleType]) -> dict[str, Path]:
    """Return the modules that have a name of ours but stand elsewhere, each with its place."""
    places = {name: _place(loaded[name]) for name in PACKAGES if name in loaded}
    return {name: place for name, place in places.items() if place.parent != folder}


def _place(module: ModuleType) -> Path:
    """Return the folder of a package, or of a namespace package, or the file of a module."""
    for path in getattr(module, "__path__", ()):
        return Path(path).resolve()
    return Path(module.__file__ or module.__name__).resolve()
