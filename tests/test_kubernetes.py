"""deploy/kubernetes runs the same as docker-compose.yml: images, commands, settings, checks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from worker.settings.load import load

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "deploy" / "kubernetes"
ROLES = ("web", "worker", "beat")
yaml = YAML(typ="safe")
COMPOSE: Any = yaml.load(ROOT / "docker-compose.yml")["services"]
KUSTOMIZATION: Any = yaml.load(FOLDER / "kustomization.yaml")
DOCUMENTS: list[Any] = [
    one for name in KUSTOMIZATION["resources"] for one in yaml.load_all(FOLDER / name)
]


def found(kind: str) -> dict[str, Any]:
    """The documents of a kind by name."""
    return {one["metadata"]["name"]: one for one in DOCUMENTS if one["kind"] == kind}


def pod(role: str) -> Any:
    return found("Deployment")[f"sluice-{role}"]["spec"]["template"]["spec"]


def container(role: str) -> Any:
    (only,) = pod(role)["containers"]
    return only


def test_each_file_of_the_folder_is_used_and_each_role_has_its_deployment() -> None:
    files = {file.name for file in FOLDER.iterdir()}
    assert files == {"kustomization.yaml", "sluice.yaml", *KUSTOMIZATION["resources"]}
    assert set(found("Deployment")) == {f"sluice-{role}" for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
def test_image_command_and_places_are_those_of_compose(role: str) -> None:
    ours, compose = container(role), COMPOSE[role]
    assert ours["image"] == compose["image"]
    assert ours["command"] == compose["command"]
    targets = {
        one["target"] if isinstance(one, dict) else one.split(":")[1] for one in compose["volumes"]
    }
    mounted = {one["mountPath"]: one.get("readOnly", False) for one in ours["volumeMounts"]}
    assert set(mounted) == {*targets, "/tmp"}
    assert mounted["/etc/sluice/sluice.yaml"] and mounted["/etc/sluice/books"]
    named = {one["name"] for one in pod(role)["volumes"]}
    assert {one["name"] for one in ours["volumeMounts"]} == named


@pytest.mark.parametrize("role", ROLES)
def test_each_setting_of_compose_and_no_unknown_one_is_given(role: str) -> None:
    plain = {one["name"]: one["value"] for one in container(role)["env"]}
    secret = found("Secret")["sluice"]["stringData"]
    compose = COMPOSE[role]["environment"]
    assert set(compose) <= {*plain, *secret}
    assert plain["SLUICE_CONFIG"] == compose["SLUICE_CONFIG"]
    known = (ROOT / ".env.example").read_text("utf-8")
    assert all(f"\n{name}=" in known for name in (*plain, *secret))
    assert not pod(role)["enableServiceLinks"]


def test_no_secret_is_in_the_folder() -> None:
    secret = found("Secret")["sluice"]["stringData"]
    assert {name for name, value in secret.items() if value} == {"SLUICE_REDIS_URL"}


@pytest.mark.parametrize("role", ["worker", "beat"])
def test_worker_and_beat_have_the_check_of_compose(role: str) -> None:
    ours, compose = container(role), COMPOSE[role]["healthcheck"]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert ours[probe]["exec"]["command"] == compose["test"][1:]
        assert f"{ours[probe]['timeoutSeconds']}s" == compose["timeout"]
    assert f"{ours['readinessProbe']['periodSeconds']}s" == compose["interval"]


def test_the_web_has_the_check_of_compose_and_no_dead_redis_ends_it() -> None:
    web = container("web")
    port = next(one["containerPort"] for one in web["ports"] if one["name"] == "http")
    path = web["startupProbe"]["httpGet"]["path"]
    assert f"http://127.0.0.1:{port}{path}" in COMPOSE["web"]["healthcheck"]["test"][-1]
    assert web["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert web["livenessProbe"]["tcpSocket"] == {"port": "http"}
    assert web["command"][-1] == str(port)


@pytest.mark.parametrize("role", ROLES)
def test_a_pod_runs_as_the_user_of_the_image_without_rights(role: str) -> None:
    who, may = pod(role)["securityContext"], container(role)["securityContext"]
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert f"\nUSER {who['runAsUser']}:{who['runAsGroup']}\n" in image
    assert who["runAsNonRoot"] and who["seccompProfile"] == {"type": "RuntimeDefault"}
    assert may["readOnlyRootFilesystem"] and not may["allowPrivilegeEscalation"]
    assert may["capabilities"] == {"drop": COMPOSE[role]["cap_drop"]}
    assert not pod(role)["automountServiceAccountToken"]


@pytest.mark.parametrize("role", ROLES)
def test_a_pod_has_resources_and_time_to_end(role: str) -> None:
    resources = container(role)["resources"]
    assert {"cpu", "memory"} <= set(resources["requests"]) and resources["limits"]["memory"]
    least = COMPOSE[role].get("stop_grace_period", "10s")
    assert pod(role)["terminationGracePeriodSeconds"] >= int(least.removesuffix("s"))


def test_there_is_one_beat_and_the_old_one_ends_first() -> None:
    spec = found("Deployment")["sluice-beat"]["spec"]
    assert spec["replicas"] == 1 and spec["strategy"] == {"type": "Recreate"}


def test_selectors_find_the_pods() -> None:
    labels = {
        role: found("Deployment")[f"sluice-{role}"]["spec"]["template"]["metadata"]["labels"]
        for role in ROLES
    }
    for role in ROLES:
        chosen = found("Deployment")[f"sluice-{role}"]["spec"]["selector"]["matchLabels"]
        assert chosen == labels[role] == {"app": "sluice", "role": role}
    assert found("Service")["sluice"]["spec"]["selector"] == labels["web"]
    budgets = {name: one["spec"] for name, one in found("PodDisruptionBudget").items()}
    assert set(budgets) == {"sluice-web", "sluice-worker"}
    for role in ("web", "worker"):
        assert budgets[f"sluice-{role}"]["selector"]["matchLabels"] == labels[role]


def test_the_network_is_closed_but_for_what_sluice_needs() -> None:
    all_pods, web = (found("NetworkPolicy")[name]["spec"] for name in ("sluice", "sluice-web"))
    assert all_pods["podSelector"]["matchLabels"] == {"app": "sluice"}
    assert all_pods["policyTypes"] == ["Ingress", "Egress"] and "ingress" not in all_pods
    out = {port["port"] for rule in all_pods["egress"] for port in rule["ports"]}
    assert out == {53, 443, 6379, 26379}
    (rule,) = web["ingress"]
    assert [one["port"] for one in rule["ports"]] == [8000] and rule["from"]


def test_the_settings_are_well_formed() -> None:
    given = dict(found("Secret")["sluice"]["stringData"])
    given |= {name: "filled-in-" * 2 for name in given if "ACME" in name}
    settings = load({**given, "SLUICE_CONFIG": str(FOLDER / "sluice.yaml")})
    assert list(settings.sites) == ["acme"] and list(settings.projects) == ["SHOP"]


def test_kustomize_builds_it() -> None:
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl on the PATH")
    done = subprocess.run(
        ["kubectl", "kustomize", str(FOLDER)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    built = list(yaml.load_all(done.stdout))
    assert len(built) == len(DOCUMENTS) + 1  # and the settings
    assert all(
        one["metadata"].get("namespace") == "sluice" for one in built if one["kind"] != "Namespace"
    )
