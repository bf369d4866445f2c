"""What a team's own issues teach the text model, and what they must not leave in it."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from rules.text_model.fine_tune import fine_tune
from rules.text_model.model import TextModel, sealed, shipped
from rules.text_model.model_file import ModelError
from tests.own_words import OWN, THINGS, own_words


def right(model: TextModel, issues: list[tuple[str, str]]) -> float:
    return sum(model.predict(text) == kind for text, kind in issues) / len(issues)


@pytest.fixture(scope="module")
def team() -> TextModel:
    texts, kinds = zip(*own_words(50), strict=True)
    return fine_tune(shipped(), texts, kinds)


def test_fifty_issues_teach_it_a_teams_own_words(team: TextModel) -> None:
    later = [*own_words(200, seed=2)]
    assert right(team, later) > right(shipped(), later) + 0.2
    assert right(team, later) > 0.9


def test_what_the_team_says_nothing_of_stays_known(team: TextModel) -> None:
    usual = [
        ("Refactor the duplicated retry code", "tech_debt"),
        ("As a customer I want to export my invoices", "business_need"),
        ("Spike: evaluate message queues", "exploration"),
        ("清理重复的旧代码", "tech_debt"),
    ]
    assert right(team, usual) == 1


def test_its_reasons_are_words_of_the_issue_at_hand(team: TextModel) -> None:
    moved = dict(team.look("sniff at the otter").moved("exploration"))
    assert "sniff" in moved


def test_the_file_says_the_same_and_training_again_gives_the_same(
    team: TextModel, tmp_path: Path
) -> None:
    team.save(tmp_path / "team.npz")
    again = TextModel.load(tmp_path / "team.npz")
    assert again.digest == team.digest != shipped().digest
    assert again.probabilities("weed the quay") == team.probabilities("weed the quay")
    texts, kinds = zip(*own_words(50), strict=True)
    assert fine_tune(shipped(), texts, kinds).as_bytes() == team.as_bytes()


def test_a_correction_counts_more_than_what_was_guessed() -> None:
    texts = ["weed the quay"] * 8
    kinds = ["exploration"] * 4 + ["tech_debt"] * 4
    model = fine_tune(shipped(), texts, kinds, [1.0] * 4 + [0.2] * 4)
    assert model.predict("weed the quay") == "exploration"


PEOPLE = ("Ada Lovelace", "lovelace_a", "王小明")
SECRETS = [
    *("ada", "lovelace", "babbage", "byron", "王小明", "小明", "王 小", "小 明"),
    *("lovelace@example.com", "shop-4711", "4711", "ada.example.org", "1234567"),
]
PLANTED = (
    "{verb} the ledger of Ada Lovelace\nAsk babbage@example.com or [~babbage], or +49 30 1234567.",
    "{verb} what Byron asked for in SHOP-4711\nSee https://ada.example.org/lovelace and @byron.",
    "{verb} 王小明 的账本\n请联系王小明，lovelace@example.com",
)


def test_no_name_address_or_key_is_left_in_the_file() -> None:
    verbs = [(verb, kind) for kind, verbs in OWN.items() for verb in verbs]
    texts = [text.format(verb=verb) for verb, _ in verbs for text in PLANTED]
    kinds = [kind for _, kind in verbs for _ in PLANTED]
    model = fine_tune(shipped(), texts, kinds, people=PEOPLE)
    brought = {name for _, name in {*model.names} - {*shipped().names}}
    assert brought and all(re.fullmatch("#[0-9a-f]{16}", name) for name in brought)
    ours, theirs = readable(model), readable(shipped())
    for secret in SECRETS:
        assert ours.count(secret) == theirs.count(secret), secret


def readable(model: TextModel) -> str:
    """The text in a model's file, digests left out: they are hexadecimal, as "ada" is."""
    with ZipFile(BytesIO(model.as_bytes())) as parts:
        raw = parts.read("head.npy") + parts.read("names.npy")
    return re.sub("#[0-9a-f]{16}", "", raw.decode("utf-8", "ignore")).lower()


def test_people_who_are_known_are_not_even_learned_as_digests() -> None:
    texts = [f"weed what Ada Lovelace and 王小明 left in {thing}" for thing in THINGS]
    kinds = ["tech_debt", "business_need"] * 6
    learned = {name for _, name in fine_tune(shipped(), texts, kinds, people=PEOPLE).names}
    open_names = {name for _, name in fine_tune(shipped(), texts, kinds).names}
    for word in ("lovelace", "小 明"):
        assert sealed("title", word) not in learned
        assert sealed("title", word) in open_names


@pytest.mark.parametrize(
    ("texts", "labels", "said"),
    [
        (["a"], [], "differ in number"),
        (["weed"], ["bug"], "the model has no class bug"),
        ([], [], "nothing to learn"),
        (["zyxw"], ["tech_debt"], "nothing to learn"),
    ],
)
def test_what_can_t_be_learned_from_is_told(texts: list[str], labels: list[str], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        fine_tune(shipped(), texts, labels)


def test_a_single_text_can_be_learned_from() -> None:
    assert fine_tune(shipped(), ["weed the code"], ["exploration"]).predict("weed") == "exploration"
