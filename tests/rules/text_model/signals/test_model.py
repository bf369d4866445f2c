"""The model of signals: its file, its digest, what it returns for odd texts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rules.text_model.model_file import ModelFileError
from rules.text_model.signals.figures import average_precision, calibration_error, figures
from rules.text_model.signals.model import SignalModel, shipped
from rules.text_model.signals.said import Said
from rules.text_model.signals.samples import Sample, read
from rules.text_model.signals.train import train
from rules.vocabulary.signals import SIGNALS

DOMAINS = ("bank", "farm", "school", "zoo", "port")
PORT = Said("The port is down")
ODD = [
    "",
    " ",
    "\x00\ud800",
    "?" * 50_000,
    "的" * 50_000,
    "1,2.3%" * 9_000,
    "3 of 0",
    "\u202e\u200d",
    "from . to 0",
    "p = .",
]


def few() -> list[Sample]:
    """Return texts of five domains: outages, holes, and neither."""
    texts = [
        ("The {} portal is down for all users", {"outage", "many_affected"}, "affirmed"),
        ("An attacker can log in to the {}", {"security"}, "affirmed"),
        ("The {} portal is not down", {"outage"}, "negated"),
        ("Rename the button of the {}", set(), "affirmed"),
        ("{}系统宕机了", {"outage"}, "affirmed"),
        ("{}的按钮改名", set(), "affirmed"),
    ]
    return [
        Sample(text.format(domain), frozenset(signals), mark, domain)
        for domain in DOMAINS
        for text, signals, mark in texts
    ]


@pytest.fixture(scope="module")
def small() -> SignalModel:
    """Return a model that learned from a few texts."""
    return train(few())


def test_it_learns_what_is_affirmed_and_not_what_is_denied(small: SignalModel) -> None:
    column = small.signals.index("outage")
    down, up = small.likely([Said("It is down"), Said("It is not down")])[:, column]
    assert down > up


def test_training_twice_gives_the_same_model(small: SignalModel) -> None:
    assert train(few()).digest == small.digest


def test_a_saved_model_is_the_same_after_loading(small: SignalModel, tmp_path: Path) -> None:
    file = tmp_path / "signals.npz"
    file.write_bytes(small.as_bytes())
    loaded = SignalModel.load(file)
    assert loaded.digest == small.digest
    assert np.array_equal(loaded.likely([PORT]), small.likely([PORT]))


def test_the_digest_changes_with_everything_that_affects_a_signal(small: SignalModel) -> None:
    for name in ("weights", "meanings", "bias", "scales", "shifts", "limits"):
        changed = getattr(small, name).copy()
        changed.flat[0] += 1
        assert replace(small, **{name: changed}).digest != small.digest, name


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04"])
def test_a_file_that_is_no_model_is_refused_with_its_name(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "odd.npz"
    file.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"odd\.npz.*Build it again"):
        SignalModel.load(file)


def test_a_model_that_was_changed_by_hand_is_refused(small: SignalModel, tmp_path: Path) -> None:
    file = tmp_path / "signals.npz"
    file.write_bytes(small.as_bytes())
    with np.load(file) as parts:
        arrays = {**parts}
    arrays["bias"] = arrays["bias"] + 1
    np.savez_compressed(file, **arrays)
    with pytest.raises(ModelFileError, match="changed after training"):
        SignalModel.load(file)


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_give_probabilities_and_no_error(text: str) -> None:
    found = shipped().read([Said(text)])
    assert set(found) == set(SIGNALS)
    for signal in found.values():
        assert 0 <= signal.probability <= 1
        assert isinstance(signal.words, tuple)


def test_no_statement_gives_no_signal() -> None:
    assert shipped().read([]) == {}


def test_the_same_text_gives_the_same_signals() -> None:
    text = [Said("Orders are lost"), Said("订单丢失了")]
    assert shipped().read(text) == shipped().read(text)


@pytest.mark.parametrize("mark", ["planned", "hypothetical", "past", "question"])
def test_a_statement_that_is_not_so_states_no_signal(mark: str) -> None:
    hole = "Attackers can run code on the host"
    with_it = shipped().read([Said("Patch the library"), Said(hole, mark)])
    without = shipped().read([Said("Patch the library")])
    assert with_it["security"].probability == without["security"].probability


def test_what_is_denied_in_a_part_of_a_sentence_states_less() -> None:
    text = "There is a security hole, an RCE, in the parser"
    gap = text.replace("a security hole, an RCE,", "\x1f" * 24)
    plainly, denied = (
        shipped().read([said])["security"] for said in (Said(text), Said(text, "affirmed", gap))
    )
    assert denied.probability < plainly.probability


def test_another_sentence_never_lowers_a_signal_of_sentences() -> None:
    first = [Said("Patch the library"), Said("Attackers can run code")]
    more = [*first, Said("The names of the files are long.")]
    before, after = shipped().read(first), shipped().read(more)
    for name, signal in SIGNALS.items():
        if not signal.whole:
            assert after[name].probability >= before[name].probability, name


def test_a_signal_names_its_statement_and_its_words() -> None:
    found = shipped().read([Said("Patch the library"), Said("Attackers can run code on our host")])[
        "security"
    ]
    assert found.statement == 1
    assert "attackers" in found.words
    assert all(word in found.said.text.lower() for word in found.words)


def test_figures_count_what_is_above_the_limit(small: SignalModel) -> None:
    table = {one.signal: one for one in figures(small, few(), "en")}
    assert table["outage"].texts == len(DOMAINS)
    assert table["mean"].texts == 4 * len(DOMAINS)
    assert table["outage"].recall == 1
    assert figures(small, [], "en") == []


def test_average_precision_and_calibration_by_hand() -> None:
    stated, found = np.array([True, False, True]), np.array([0.9, 0.8, 0.1], np.float32)
    assert average_precision(stated, found) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.array([False]), found[:1]) == 0
    assert calibration_error(stated, found) == pytest.approx((0.1 + 0.8 + 0.9) / 3)


@pytest.mark.parametrize(
    "row",
    ["no JSON", "[]", '{"text": "x"}', '{"text": "x", "signals": 1, "mark": "", "domain": ""}'],
)
def test_a_bad_line_is_named(row: str, tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    good = {"text": "x", "signals": ["outage"], "mark": "affirmed", "domain": "zoo"}
    file.write_text(f"{json.dumps(good)}\n{row}\n", "utf-8")
    with pytest.raises(ModelFileError, match=r"texts\.jsonl.*line 2"):
        list(read(file))


def test_an_unknown_signal_is_named(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"text": "x", "signals": ["urgent"], "mark": "affirmed", "domain": "z"}\n')
    with pytest.raises(ModelFileError, match="unknown signal urgent"):
        list(read(file))
