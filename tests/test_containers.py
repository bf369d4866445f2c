"""The services of docker-compose.yml run, pass their own health checks, and end in order."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cli.demo_run.redis_server import free_port
from sandbox import Sandbox
from tests.live import environment
from tests.waiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: Any = YAML(typ="safe").load(ROOT / "docker-compose.yml")
SERVICES = {name: one for name, one in COMPOSE["services"].items() if one["image"] == "sluice"}
HOME_OF_DATA = "/var/lib/sluice"
PORT = "8000"


def test_the_file_has_the_three_processes_of_sluice() -> None:
    assert list(SERVICES) == ["web", "worker", "beat"]
    assert [one["command"][1] for one in SERVICES.values()] == list(SERVICES)


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_container_can_write_its_volumes_only_and_gets_no_rights(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_folders_for_all_that_it_writes(name: str) -> None:
    volumes = [one for one in SERVICES[name]["volumes"] if isinstance(one, str)]
    places = {text.split(":")[1] for text in volumes if not text.endswith(":ro")}
    assert places == {"/etc/sluice/models", HOME_OF_DATA}
    assert [one.partition(":")[0] for one in SERVICES[name]["tmpfs"]] == ["/tmp"]


def test_the_image_runs_as_a_number_that_is_not_root_and_owns_what_it_writes() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8").rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in image
    assert f"install -d -o 10001 -g 10001 {HOME_OF_DATA} /etc/sluice/models" in image
    assert f"\nWORKDIR {HOME_OF_DATA}\n" in image


class Container:
    """A service's command as a process that has the environment of the file and nothing else.

    The folders that the image and the volumes have are folders of the test.
    """

    def __init__(self, name: str, settings: dict[str, str], folder: Path) -> None:
        self.service, self.settings, self.port = SERVICES[name], settings, str(free_port())
        self.work, self.scratch, self.home = (folder / one for one in ("work", "tmp", "home"))
        for place in (self.work, self.scratch, self.home):
            place.mkdir()
        self.log = (folder / "log").open("wb")

    @property
    def environment(self) -> dict[str, str]:
        """The file's variables, with the values of the test, and those that `.env` has."""
        given = {name: self.settings[name] for name in self.service["environment"]}
        secrets = {
            name: value
            for name, value in self.settings.items()
            if name.endswith(("_TOKEN", "_SECRET", "_KEY"))
        }
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        return {
            **given,
            **secrets,
            "PATH": path,
            "HOME": str(self.home),
            "TMPDIR": str(self.scratch),
        }

    def here(self, command: list[str]) -> list[str]:
        """A command of the file with a free port."""
        return [word.replace(PORT, self.port) for word in command]

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.here(self.service["command"]), cwd=self.work, env=self.environment,
            stdout=self.log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def is_healthy(self) -> bool:
        """Run the health check of the file, as Docker does."""
        check = self.here(self.service["healthcheck"]["test"][1:])
        done = subprocess.run(check, cwd=self.work, env=self.environment, capture_output=True)
        return done.returncode == 0


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_becomes_healthy_writes_nowhere_else_and_ends_with_status_0(
    name: str, sandbox: Sandbox, redis_url: str, tmp_path: Path
) -> None:
    container = Container(name, environment(sandbox, redis_url, tmp_path), tmp_path)
    assert not container.is_healthy()
    process = container.start()
    try:
        until(lambda: container.is_healthy() or process.poll() is not None, step=0.2)
        assert process.poll() is None, (tmp_path / "log").read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0, (tmp_path / "log").read_text()
        until(lambda: not container.is_healthy(), step=0.2)
    finally:
        process.kill()
    assert not list(container.work.iterdir()) and not list(container.home.iterdir())
