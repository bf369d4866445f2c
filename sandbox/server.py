"""Run a sandbox: its state, and waitress in background threads."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import Any

from waitress.server import create_server

from sandbox.app import create_app
from sandbox.http.request_checks import State
from sandbox.http.request_log import RequestLog
from sandbox.http.serving import Serving
from sandbox.state.faults import Faults
from sandbox.state.model import Model
from sandbox.state.rate_limits import Limits
from sandbox.webhooks.registry import Webhooks

THREADS = 16
BODY_LIMIT = 64 * 1024 * 1024
DEPLOYMENTS = ("cloud", "datacenter")
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BadSandbox(ValueError):
    """An option of the sandbox is invalid. The message names it."""


class Sandbox(ExitStack):
    """An in-memory Jira over HTTP. It serves from background threads in a `with` block.

    `url` is its base address, `model` its state, `log` its request log, `faults` its faults,
    `webhooks` its registered webhooks, `limits` its rate limits.
    """

    def __init__(
        self,
        *,
        deployment: str = "cloud",
        projects: Iterable[str] = ("DEMO",),
        port: int = 0,
        rate_limits: bool = False,
        context_path: str = "",
        host: str = "127.0.0.1",
        base_url: str | None = None,
    ) -> None:
        super().__init__()
        if deployment not in DEPLOYMENTS:
            raise BadSandbox(f"deployment: {deployment!r} is unknown. Use cloud or datacenter.")
        self.deployment = deployment
        self.context_path = "/" + context_path.strip("/") if context_path.strip("/") else ""
        self._prefix_filter = _PrefixFilter(self.context_path)
        quiet = logging.getLogger("waitress")
        if quiet.level == logging.NOTSET:
            quiet.setLevel(logging.ERROR)  # waitress warns of each client that hangs up
        self._server = create_server(
            self._prefix_filter,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=1000,
            max_request_body_size=BODY_LIMIT,
            asyncore_use_poll=True,
            channel_timeout=300,
            ident="AtlassianEdge",
        )
        reachable = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
        own = f"http://{reachable}:{self._server.effective_port}{self.context_path}"
        self.url = (base_url or own).rstrip("/")
        self._build(projects, rate_limits)
        self._serving = Serving(self._server, "sandbox-server")
        self.callback(self.webhooks.courier.stop)
        self.callback(self._serving.stop)

    def _build(self, projects: Iterable[str], rate_limits: bool) -> None:
        self.model = Model(self.url, self.deployment)
        self.log, self.faults, self.limits = (
            RequestLog(),
            Faults(),
            Limits(rate_limits, deployment=self.deployment),
        )
        for key in projects:
            self.model.add_project(key)
        self.webhooks = Webhooks(self.model, self.log, self.faults)
        state = State(self.model, self.log, self.faults, self.limits)
        self._app = create_app(state, self.webhooks)
        self._prefix_filter.app = self._app.wsgi_app

    def routes(self) -> list[tuple[str, str]]:
        """Return what it serves, as (method, rule)."""
        rules = self._app.url_map.iter_rules()
        return [(m, r.rule) for r in rules for m in (r.methods or set()) - {"HEAD", "OPTIONS"}]

    def authorization(self, name: str) -> dict[str, str]:
        """Return the header that signs an account in, such as `authorization("sluice")`."""
        return {"Authorization": self.model.accounts.by_name[name].authorization(self.deployment)}

    def start(self) -> Sandbox:
        """Start serving in background threads."""
        self.webhooks.courier.start()
        self._serving.start()
        return self

    def stop(self) -> None:
        """Stop serving and delivering. All state is lost."""
        self.close()

    def __enter__(self) -> Sandbox:
        return self.start()


class _PrefixFilter:
    """Pass on requests under the context path; answer 404 to others, as a Jira does."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.app: Wsgi | None = None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        assert self.app is not None
        if self.prefix:
            path = environ["PATH_INFO"]
            if path != self.prefix and not path.startswith(self.prefix + "/"):
                start_response("404 Not Found", [("Content-Type", "text/plain")])
                return [b"Not found. The context path of this Jira is " + self.prefix.encode()]
            environ["SCRIPT_NAME"] = self.prefix
            environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
        return self.app(environ, start_response)
