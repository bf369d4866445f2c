"""The text model: what it learns, what it says of itself, and what it does with odd input."""

from __future__ import annotations

import json
import random
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.text_model.features import features, readable
from rules.text_model.model import SHIPPED, TextModel, shipped
from rules.text_model.model_file import ModelError
from rules.text_model.train import train
from rules.text_model.word_vectors import words

FRUIT = ["apple", "pear", "plum", "cherry", "quince"]
METAL = ["iron", "copper", "zinc", "nickel", "tin"]
CHINESE = [("苹果", "fruit"), ("葡萄", "fruit"), ("钢铁", "metal"), ("黄铜", "metal")]


def made(words: list[str], count: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    picked = (" and ".join(dice.sample(words, 2)) for _ in range(count))
    return [f"We have {two}\nAnd then some more" for two in picked]


def names(text: str) -> set[tuple[str, str]]:
    return {(block, name) for block, counts in features(text).items() for name in counts}


@pytest.fixture(scope="module")
def model() -> TextModel:
    texts = made(FRUIT, 30, 1) + made(METAL, 10, 2)
    return train(texts, ["fruit"] * 30 + ["metal"] * 10)


def test_it_tells_apart_what_it_was_shown(model: TextModel) -> None:
    assert model.predict("Some cherry and quince") == "fruit"
    assert model.predict("Zinc with tin") == "metal"
    assert sum(model.probabilities("Zinc with tin").values()) == pytest.approx(1)


def test_it_takes_more_than_two_labels_and_small_classes_are_not_drowned() -> None:
    texts = made(FRUIT, 90, 1) + made(METAL, 15, 2) + made(["red", "blue", "green"], 90, 3)
    model = train(texts, ["fruit"] * 90 + ["metal"] * 15 + ["colour"] * 90)
    assert [model.predict(w) for w in ("plum", "nickel", "blue")] == ["fruit", "metal", "colour"]


def test_words_that_no_text_had_are_judged_by_what_they_mean() -> None:
    fruit = [*FRUIT, "banana", "grapes", "lemon", "peach", "mango"]
    metal = [*METAL, "steel", "brass", "bronze", "silver", "lead"]
    model = train(made(fruit, 40, 1) + made(metal, 40, 2), ["fruit"] * 40 + ["metal"] * 40)
    unseen = ["strawberry", "raspberry", "melon", "orange", "apricot", "fig", "coconut", "olive"]
    other = ["gold", "aluminum", "titanium", "alloy", "ore", "foil", "chrome", "rust"]
    right = [model.predict(word) == "fruit" for word in unseen]
    right += [model.predict(word) == "metal" for word in other]
    assert sum(right) >= 13, "of 16"


def test_the_word_that_a_title_begins_with_says_more_than_the_same_word_elsewhere() -> None:
    rare = [f"x{a}{b}" for a in "abcdef" for b in "uvwxyz"]
    texts = [f"Support {word} here" for word in rare] + [f"Here {word} support" for word in rare]
    model = train(texts, ["wish"] * 36 + ["work"] * 36)
    assert model.predict("Support zebu") == "wish" and model.predict("Zebu support") == "work"
    assert [word for word, _ in model.look("Support zebu").moved("wish")] == ["support"]
    assert readable("title", "^ the") is None and readable("title", "^ 支") is None


def test_for_unseen_groups_the_rarer_class_is_the_less_likely_one_where_words_say_nothing() -> None:
    rare = [f"x{a}{b}" for a in "abcdef" for b in "uvwxyz"]
    texts = [f"Order {word} now" for word in rare * 2]
    labels = ["common"] * 60 + ["scarce"] * 12
    unseen = train(texts, labels, groups=["here", "there"] * 36)
    assert unseen.probabilities("Order now")["scarce"] < 0.45
    known = train(texts, labels)
    assert known.probabilities("Order now")["scarce"] == pytest.approx(0.5, abs=0.05)


def test_a_model_s_file_lists_the_words_of_its_texts_and_no_others(
    model: TextModel, tmp_path: Path
) -> None:
    model.save(tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz") as parts:
        lines = parts["names"].tobytes().decode().split("\n")
    of_texts = {name for text in made(FRUIT, 30, 1) + made(METAL, 10, 2) for name in names(text)}
    assert lines and {tuple(line.split("\t")) for line in lines} <= of_texts


def test_of_borrowed_texts_only_common_words_and_those_of_other_texts_are_kept() -> None:
    own, labels = made(FRUIT, 20, 1) + made(METAL, 20, 2), ["fruit"] * 20 + ["metal"] * 20
    lent = [f"The zorbly quango of plum and cobalt {n}" for n in range(20)]
    texts, labels = own + lent, labels + ["metal"] * 20
    free = train(texts, labels)
    bound = train(texts, labels, borrowed=[False] * 40 + [True] * 20)
    assert ("title", "zorbly") in free.learned and ("title", "zorbly quango") in free.learned
    assert {*bound.learned} <= {name for text in own for name in names(text)}
    unlent = train(own, labels[:40])
    for word in ("cobalt", "plum"):  # how they use common words is learned all the same
        assert bound.probabilities(word)["metal"] > unlent.probabilities(word)["metal"]


@pytest.mark.parametrize("more", [{"borrowed": [True]}, {"groups": ["a"] * 9}, {"weights": []}])
def test_as_many_of_each_as_texts_are_asked_for(more: dict[str, list[object]]) -> None:
    with pytest.raises(ModelError, match="differ in number"):
        train(made(FRUIT, 8, 1), ["fruit", "metal"] * 4, **more)  # type: ignore[arg-type]


def test_the_words_with_a_meaning_are_no_names() -> None:
    assert {"overhaul", "invoice", "rewrite", "clean up"} <= words().keys()
    assert not {"ada", "alice", "smith", "johnson", "london", "paris", "google"} & words().keys()


def test_a_text_that_it_knows_nothing_of_is_left_open(model: TextModel) -> None:
    assert not model.look("Zyx 漢字").known
    assert max(model.probabilities("").values()) < 0.7


def test_the_words_that_moved_it_most_are_those_of_the_class(model: TextModel) -> None:
    moved = model.look("A plum beside copper").moved("fruit")
    assert moved[0][0] == "plum" and all(gain > 0 for _, gain in moved)
    assert "copper" not in dict(moved)


def test_a_word_that_adds_little_beside_the_strongest_is_no_reason() -> None:
    look = shipped().look("Replace cron jobs by one scheduler\nWe have five, each with its alarms.")
    gains = [gain for _, gain in look.moved("tech_debt", 50)]
    assert gains and min(gains) >= max(gains) / 3


def test_chinese_is_as_sure_as_its_own_texts_allow_where_no_tracker_has_any() -> None:
    dice = random.Random(7)
    noisy = [(text, dice.choice(["fruit", "metal"])) for text in made(FRUIT + METAL, 80, 3)]
    chinese = [(f"{word}第{n}批", kind) for n in range(20) for word, kind in CHINESE]
    texts, labels = zip(*noisy, *chinese, strict=True)
    groups = [*("ab" * 40), *[None] * len(chinese)]
    model = train(texts, labels, groups=groups)
    assert max(model.probabilities("An apple and a pear").values()) < 0.7
    assert model.probabilities("苹果")["fruit"] > 0.99 < model.probabilities("钢铁")["metal"]


def test_of_a_word_and_a_phrase_with_it_only_one_is_named() -> None:
    moved = [word for word, _ in shipped().look("Refactor the retry loop").moved("tech_debt")]
    assert moved and not any(f" {a} " in f" {b} " for a in moved for b in moved if a != b)


def test_what_is_written_is_read_again_and_says_the_same(model: TextModel, tmp_path: Path) -> None:
    model.save(tmp_path / "m.npz")
    again = TextModel.load(tmp_path / "m.npz")
    assert again.digest == model.digest and again.labels == model.labels
    for text in (*FRUIT, *METAL):
        assert again.probabilities(text) == model.probabilities(text)


def test_training_on_the_same_gives_the_same(model: TextModel) -> None:
    texts = made(FRUIT, 30, 1) + made(METAL, 10, 2)
    again = train(texts, ["fruit"] * 30 + ["metal"] * 10)
    assert again.digest == model.digest and again.as_bytes() == model.as_bytes()


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"PK\3\4 no zip", b"book: x\n"])
def test_a_file_that_is_no_model_is_told_in_a_line(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.npz"
    path.write_bytes(raw)
    with pytest.raises(ModelError, match="is not a text model") as raised:
        TextModel.load(path)
    assert "\n" not in str(raised.value)


def test_a_file_that_would_run_something_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "evil.npz"
    np.savez(path, head=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelError):
        TextModel.load(path)


def test_a_file_that_was_changed_after_training_is_told(model: TextModel, tmp_path: Path) -> None:
    with np.load(BytesIO(model.as_bytes())) as parts:
        changed = {**parts, "bias": parts["bias"] + 1}
    np.savez(tmp_path / "m.npz", **changed)
    with pytest.raises(ModelError, match="was changed after training"):
        TextModel.load(tmp_path / "m.npz")


@given(st.data())
@settings(max_examples=20, deadline=None)
def test_a_file_that_was_cut_or_garbled_is_told(data: st.DataObject) -> None:
    _cut_or_garbled(data)


@pytest.mark.slow
@given(st.data())
@settings(max_examples=300, deadline=None)
def test_three_hundred_files_that_were_cut_or_garbled_are_told(data: st.DataObject) -> None:
    _cut_or_garbled(data)


def _cut_or_garbled(data: st.DataObject) -> None:
    raw = bytearray(shipped().as_bytes())
    at = data.draw(st.integers(0, len(raw) - 1))
    garbled = raw[:at] if data.draw(st.booleans()) else raw[:at] + b"\xff\0" + raw[at + 2 :]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "m.npz"
        path.write_bytes(garbled)
        try:
            assert TextModel.load(path).digest == shipped().digest
        except ModelError as error:
            assert "m.npz: " in str(error) and "\n" not in str(error)


def test_a_missing_file_and_one_of_another_version_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none.npz: can't be read: No such file"):
        TextModel.load(tmp_path / "none.npz")
    other = np.frombuffer(json.dumps({"format": 99, "labels": [], "info": {}}).encode(), np.uint8)
    empty = np.zeros(0)
    np.savez(tmp_path / "old.npz", head=other, names=empty, idf=empty, weights=empty, bias=empty)
    with pytest.raises(ModelError, match="another version"):
        TextModel.load(tmp_path / "old.npz")


@pytest.mark.parametrize(
    ("texts", "labels", "said"),
    [
        ([], [], "at least two classes"),
        (["a b"] * 4, ["x"] * 4, "at least two classes"),
        (["a b"] * 4, ["x"] * 3 + ["y"], "only one text has the label y"),
        (["a b"] * 4, ["x"], "differ in number"),
        (["a", "b", "c", "d"], ["x", "x", "y", "y"], "no word in common"),
    ],
)
def test_what_can_t_be_learned_from_is_told(texts: list[str], labels: list[str], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        train(texts, labels)


PLANTED = [
    "ada.lovelace@example.com",
    "[~ada.lovelace]",
    "@adalovelace",
    "SHOP-4711",
    "https://ada.example.com/lovelace",
    "/srv/lovelace/secret",
    "+49 30 1234567",
]


def test_addresses_keys_and_numbers_of_people_are_never_learned() -> None:
    texts = [
        f"{word} of {who}\nAsk {who} about {who}" for word in (*FRUIT, *METAL) for who in PLANTED
    ]
    labels = ["fruit"] * 5 * len(PLANTED) + ["metal"] * 5 * len(PLANTED)
    model = train(texts, labels)
    learned = " ".join(name for block, name in model.learned if block != "parts").lower()
    for secret in ("lovelace", "ada", "example", "4711", "shop", "secret", "1234567"):
        assert secret not in learned


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_has_features_and_a_likeliest_class(text: str) -> None:
    assert set(features(text)) == {"title", "body", "parts"}
    likely = shipped().probabilities(text)
    assert sum(likely.values()) == pytest.approx(1, abs=1e-5)
    shipped().look(text).moved("tech_debt")


def test_a_huge_text_takes_no_longer_than_a_large_one() -> None:
    assert shipped().probabilities("x\n" + "word " * 10**6) == shipped().probabilities(
        "x\n" + "word " * 1000
    )


def test_the_model_that_ships_is_small_and_says_what_it_was_trained_on() -> None:
    model = shipped()
    assert set(model.labels) == {"tech_debt", "business_need", "exploration"}
    folder = Path(str(SHIPPED)).parent
    assert sum(file.stat().st_size for file in folder.glob("*.npz")) < 8_000_000
    sources = {line.split(":")[0] for line in model.info["trained on"]}
    assert {"ATD-apache-jira", "rust-github", "tidev-jira", "en", "zh"} <= sources
    assert model.info["figures"]["macro_f1"] > 0.75
