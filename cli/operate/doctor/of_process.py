"""Say whether the process of a role lives on this host: the health check of a container."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from rules.problem import Problem
from worker.running.health.heartbeat import processes
from worker.settings.environment import DEFAULT_REDIS, Environment
from worker.store.redis import StoreDown
from worker.store.trouble.signs import ALIVE_S, Signs


def process_problem(role: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return why no process of a role is known to live on this host, "" if one lives.

    It needs the address of Redis only, so that it costs little however often it is asked.
    """
    wrong: list[Problem] = []
    url = Environment(environ, wrong).redis("SLUICE_REDIS_URL", DEFAULT_REDIS)
    if wrong:
        return str(wrong[0])
    host = socket.gethostname()
    try:
        alive = processes(Signs(url)).of(role)
    except StoreDown as down:
        return f"{role}: nobody knows whether it lives: {down}"
    if any(one.host == host for one in alive):
        return ""
    return f"{role}: no process on {host} has said for {ALIVE_S} s that it works: see its log"
