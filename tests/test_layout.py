"""The house: few entries a folder, imports that run one way, no circles."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("cli", "webhooks", "worker", "connector", "rules", "sandbox")
MOST_ENTRIES = 12

# Tests of a whole room. All others stand where the file stands that they test.
OF_A_ROOM = {
    "cli": ["test_commands"],
    "cli/model": ["test_model"],
    "connector": ["test_growth", "test_lists", "test_openapi"],
    "rules/books": [
        "test_chapters",
        "test_default_book",
        "test_default_book_expectations",
        "test_default_book_on_others",
        "test_default_book_trades",
        "test_nothing_is_claimed",
        "test_requests",
        "test_ready_books",
    ],
    "rules/assess": ["test_team_ranking"],
    "rules/capacity": ["test_against_worklogs", "test_capacity_cases"],
    "rules/facts": ["test_text_metrics_marks"],
    "rules/facts/statements": ["test_marked_sentences"],
    "rules/jql": ["test_corpus", "test_meaning", "test_parser_laws"],
    "rules/learning": ["test_fresh"],
    "rules/rulebook": ["test_check_survives", "test_compiled_once"],
    "rules/learning/compare": ["test_power"],
    "rules/text_model/signals": ["test_relations"],
    "rules/text_model/team": ["test_attack"],
    "rules/vocabulary": ["test_tables"],
    "sandbox": ["test_atlassian_python_api", "test_jira_js", "test_jira_library"],
    "sandbox/board": ["test_browser"],
    "sandbox/rest": ["test_bad_requests", "test_openapi_shapes", "test_routes_by_document"],
    "worker": [
        "test_any_order",
        "test_gone_dark",
        "test_identity",
        "test_killed",
        "test_lost_events",
        "test_rolling_upgrade",
        "test_telling",
        "test_unseen_edits",
    ],
    "worker/team_models": [
        "test_beside",
        "test_one_source",
        "test_trial",
        "test_way_back",
        "test_whole_board",
    ],
}

Graph = Mapping[str, frozenset[str]]


def modules() -> dict[str, Path]:
    """List our modules by their dotted names."""
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return {name_of(file): file for file in files}


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> Iterator[str]:
    """Yield the dotted names of a file's imports, those inside functions too."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: import by the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imported_modules() -> Graph:
    """Say of each module which of ours it imports."""
    known = modules()

    def owner(name: str) -> str:
        return name if name in known else name.rpartition(".")[0]

    return {
        module: frozenset(owner(name) for name in imports_of(file) if owner(name) in known)
        - {module}
        for module, file in known.items()
    }


def rooms(graph: Graph, folder: str) -> Graph:
    """Say of each entry of a folder which other entries of it import anything from it."""
    depth = len(folder.split("."))
    found: dict[str, set[str]] = {}
    for module, targets in graph.items():
        inside = [target for target in targets if target.startswith(f"{folder}.")]
        if module.startswith(f"{folder}."):
            own = module.split(".")[depth]
            found.setdefault(own, set()).update(target.split(".")[depth] for target in inside)
            found[own].discard(own)
    return {room: frozenset(targets) for room, targets in found.items()}


def circles(graph: Graph) -> Iterator[list[str]]:
    """Yield the circles that a walk from each node comes back by."""
    done: set[str] = set()

    def walk(node: str, path: tuple[str, ...]) -> Iterator[list[str]]:
        if node in path:
            yield [*path[path.index(node) :], node]
        elif node not in done:
            for target in sorted(graph.get(node, ())):
                yield from walk(target, (*path, node))
            done.add(node)

    for node in sorted(graph):
        yield from walk(node, ())


def folders() -> list[str]:
    packages = (file.parent for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    return sorted({".".join(folder.relative_to(ROOT).parts) for folder in packages})


def entries(folder: Path) -> list[str]:
    def counts(entry: Path) -> bool:
        if entry.is_dir():
            return entry.name != "__pycache__"
        # Python and its tools want these two there; they hold nothing to find one's way in.
        markers = ("__init__.py", "py.typed")
        return entry.name not in markers and not entry.name.startswith(".")

    return sorted(entry.name for entry in folder.iterdir() if counts(entry))


@pytest.mark.parametrize("folder", folders())
def test_a_folder_has_at_most_a_dozen_entries(folder: str) -> None:
    found = entries(ROOT / folder.replace(".", "/"))
    assert len(found) <= MOST_ENTRIES, f"{folder} has {len(found)}: {', '.join(found)}"


def stands_at_its_file(test: Path) -> bool:
    """Tell whether the file or folder that a test is named after stands at the same place."""
    room = ROOT / test.relative_to(ROOT / "tests").parent
    name = test.stem.removeprefix("test_")
    return any((room / one).exists() for one in (f"{name}.py", name, f"__{name}__.py"))


def files_of_tests() -> list[Path]:
    """List the tests of the packages and of tools."""
    rooms = (*PACKAGES, "tools")
    return sorted(file for room in rooms for file in (ROOT / "tests" / room).rglob("test_*.py"))


def test_tests_mirror_the_tree() -> None:
    strangers = {
        file.relative_to(ROOT).as_posix()
        for file in files_of_tests()
        if not stands_at_its_file(file)
    }
    named = {f"tests/{room}/{name}.py" for room, names in OF_A_ROOM.items() for name in names}
    assert strangers == named, "name a test after the file that it tests, at the same place"


def test_the_guard_of_the_tree_sees_a_test_that_stands_elsewhere() -> None:
    assert stands_at_its_file(ROOT / "tests" / "rules" / "jql" / "test_parser.py")
    assert stands_at_its_file(ROOT / "tests" / "rules" / "facts" / "test_text_metrics.py")
    assert not stands_at_its_file(ROOT / "tests" / "rules" / "test_parser.py")


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert not list(circles(imported_modules()))


@pytest.mark.parametrize("folder", folders())
def test_the_rooms_of_a_folder_do_not_import_each_other_in_a_circle(folder: str) -> None:
    assert not list(circles(rooms(imported_modules(), folder)))


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": {"b"}, "b": {"c"}}, 0),
        ({"a": {"b"}, "b": {"a"}}, 1),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, 1),
    ],
)
def test_the_guard_sees_a_circle(graph: Mapping[str, Iterable[str]], found: int) -> None:
    assert len(list(circles({node: frozenset(to) for node, to in graph.items()}))) == found


def test_every_room_says_in_a_line_what_it_is_for() -> None:
    silent = [
        folder
        for folder in folders()
        if not ast.get_docstring(
            ast.parse((ROOT / folder.replace(".", "/") / "__init__.py").read_text())
        )
    ]
    assert not silent


def test_no_package_of_ours_hides_one_of_pythons_own() -> None:
    assert not set(PACKAGES) & set(sys.stdlib_module_names)
