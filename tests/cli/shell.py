"""Somebody at a prompt, with a site."""

from __future__ import annotations

from click.testing import CliRunner, Result

from cli import main
from sandbox import Sandbox
from tests.live import Person
from worker import tasks
from worker.store.work_queue import Store


class Shell:
    """Somebody at a prompt, with the environment of a site."""

    def __init__(self, jira: Sandbox, env: dict[str, str]) -> None:
        self.jira, self.env, self.person = jira, env, Person(jira)
        self.store = Store(env["SLUICE_REDIS_URL"], "main")

    def run(self, *arguments: str, **env: str) -> Result:
        """Run a command in this process; a traceback fails the test."""
        tasks.this_process().close()
        result = CliRunner().invoke(main, arguments, env={**self.env, **env})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    def does(self, *arguments: str, **env: str) -> str:
        """Run a command that has to work; returns what it printed."""
        result = self.run(*arguments, **env)
        assert result.exit_code == 0, result.output
        return result.stdout

    def fails(self, *arguments: str, **env: str) -> list[str]:
        """Run a command that has to fail with status 1; returns the lines of its complaint."""
        result = self.run(*arguments, **env)
        assert result.exit_code == 1, result.output
        return result.stderr.strip().splitlines()

    def requests(self, method: str, path: str | None = None, since: int = 0) -> int:
        return self.jira.log.count(method=method, path=path, account="sluice", since=since)
