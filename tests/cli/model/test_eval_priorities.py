"""`sluice model eval --priorities` and `sluice model build --priorities` as a person types them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from rules.learning.ranking.rank_issues import SLUICE, URGENCY
from rules.text_model.urgency.model import UrgencyModel

ISSUES = Path(__file__).resolve().parents[2] / "rules" / "learning" / "priorities.jsonl"


def model(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["model", *map(str, words)])


def rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in ISSUES.read_text("utf-8").splitlines()]


def written(path: Path, given: list[dict[str, object]]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in given), "utf-8")
    return path


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Keep every third issue of the three English trackers: the whole takes a minute."""
    english = [row for row in rows() if str(row["source"]).isascii()]
    return written(tmp_path / "few.jsonl", english[::3])


def test_the_issues_that_ship_have_all_ranks_in_each_of_four_trackers() -> None:
    found = rows()
    assert len(found) == 120
    for source in {row["source"] for row in found}:
        ranks = {row["priority_rank"] for row in found if row["source"] == source}
        assert ranks == {0, 1, 2, 3, 4}, source


def test_eval_prints_one_table_with_the_baselines(few: Path) -> None:
    result = model("eval", few, "--priorities")
    assert result.exit_code == 0, result.output
    for way in ("sluice", "urgency alone", "TF-IDF + ridge", "length of the text", "keywords"):
        assert f"\n{way} " in result.output
    assert "ferry booking" in result.output and "mean of 3 sources" in result.output


def test_rows_without_a_rank_are_counted_and_presets_left_out(few: Path) -> None:
    more = [json.loads(line) for line in few.read_text("utf-8").splitlines()]
    more += [{"summary": "no rank"}, {"summary": "preset", "priority_rank": 2, "default": True}]
    result = model("eval", written(few, more), "--priorities", "--json")
    told = json.loads(result.output)
    assert told["left out"] == {"without a rank": 1, "with a preset rank": 1}
    assert set(told["mean"]) >= {SLUICE, URGENCY}
    assert told["mean"][SLUICE]["issues"] == len(more) - 2


def test_the_figures_can_be_kept_in_a_file_beside_the_table(few: Path, tmp_path: Path) -> None:
    result = model("eval", few, "--priorities", "--figures", tmp_path / "figures.json")
    kept = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert f"{kept['mean'][SLUICE]['pairs']:.2f}" in result.output


def test_leaving_one_out_uses_another_model_than_the_one_that_ships(few: Path) -> None:
    shipped, fresh = (
        json.loads(model("eval", few, "--priorities", "--json", *more).output)["mean"]
        for more in ((), ("--leave-one-out",))
    )
    assert shipped[URGENCY]["spearman"] != fresh[URGENCY]["spearman"]
    assert shipped["keywords"] == fresh["keywords"]


def test_mistakes_are_the_issues_farthest_from_their_priority(few: Path) -> None:
    named = ("--licensed", "village radio", "--licensed", "ferry booking")
    result = model("eval", few, "--priorities", "--mistakes", *named)
    _, _, listed = result.output.partition("farthest from their priority")
    lines = [line for line in listed.splitlines() if line.startswith("| ")][1:]
    assert 0 < len(lines) <= 20
    cells = [line.split("|") for line in lines]
    gaps = [abs(float(by_priority) - float(by_score)) for _, _, by_priority, by_score, *_ in cells]
    assert all(one >= other - 2 for one, other in pairwise(gaps))  # they are rounded
    assert not any("planetarium" in line for line in lines), "its text may not be shown"


def test_build_makes_a_model_of_urgency_from_the_named_trackers(few: Path, tmp_path: Path) -> None:
    named = ("--licensed", "ferry booking", "--licensed", "village radio")
    result = model("build", few, "--priorities", *named, "--output", tmp_path / "own.npz")
    assert result.exit_code == 0, result.output
    assert "20 issues" in result.output
    own = UrgencyModel.load(tmp_path / "own.npz")
    assert own.info["texts"] == {"ferry booking": 10, "village radio": 10}


@pytest.mark.parametrize(
    ("rank", "said"),
    [(5, "a whole number from 0 to 4"), ("High", "a whole number from 0 to 4"), (None, "no row")],
)
def test_a_wrong_rank_is_told_in_a_line(tmp_path: Path, rank: object, said: str) -> None:
    file = written(tmp_path / "odd.jsonl", [{"summary": "a", "priority_rank": rank}])
    result = model("eval", file, "--priorities")
    assert result.exit_code == 1 and said in result.output and "Traceback" not in result.output


def test_one_source_alone_leaves_nothing_to_learn_from(tmp_path: Path) -> None:
    one = [row for row in rows() if row["source"] == "village radio"]
    result = model("eval", written(tmp_path / "one.jsonl", one), "--priorities")
    assert result.exit_code == 1 and "there is no source to learn from" in result.output


def test_leaving_one_out_is_refused_for_classes(few: Path) -> None:
    result = model("eval", few, "--leave-one-out")
    assert result.exit_code == 1 and "--unseen" in result.output
