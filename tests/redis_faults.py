"""A Redis server of a test that dies, hangs, fills up, loses its role, and comes back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis

from cli.demo_run import redis_server
from cli.demo_run.redis_server import RedisServer


class Breakable(RedisServer):
    """A Redis on one port for its whole life, however often it is killed; it keeps its data."""

    def __init__(self, directory: Path, *options: str, binary: Path | None = None) -> None:
        super().__init__(directory, appendonly=True)
        self.options, self._binary, self._fixed = options, binary, 0

    def _start_once(self, binary: Path) -> bool:
        free = redis_server.free_port
        redis_server.free_port = lambda: self._fixed or free()
        try:
            started = super()._start_once(self._binary or binary)
        finally:
            redis_server.free_port = free
        self._fixed = self.port if started else self._fixed
        return started

    def _arguments(self) -> list[str]:
        return [*super()._arguments(), *self.options]

    @property
    def client(self) -> Any:
        """A client that asks the server directly."""
        return redis.Redis(port=self.port, decode_responses=True, socket_timeout=10)

    def kill(self) -> None:
        """SIGKILL, as by the kernel when memory runs out."""
        assert self._process
        self._process.kill()
        self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Kill the server and start it again with what it kept."""
        self.kill()
        self.start()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Stop the process: the kernel still takes connections, nobody answers."""
        assert self.pid
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


def redis_with_tls() -> Path | None:
    """Return a `redis-server` that was built with TLS, or None."""
    found = shutil.which("redis-server")
    if not found:
        return None
    linked = subprocess.run(["ldd", found], capture_output=True, text=True)
    return Path(found) if "libssl" in linked.stdout else None
