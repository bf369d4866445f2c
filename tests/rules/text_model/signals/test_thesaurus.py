"""Concepts that are found in sentences, in two languages."""

from __future__ import annotations

from rules.text_model.signals.features import plain
from rules.text_model.signals.thesaurus import TOKEN, Thesaurus, shipped

SMALL = Thesaurus(
    ["deadline\tdead line, due*, by the end of\t截止, 截止日期", "people\tuser*, user\t用户"]
)


def concepts(text: str, thesaurus: Thesaurus = SMALL) -> set[str]:
    """Return the concepts of a text."""
    text = plain(text)
    return {one.concept for one in thesaurus.find(text, TOKEN.findall(text))}


def test_a_phrase_is_found_only_as_a_whole() -> None:
    assert concepts("This line is dead line six.") == {"deadline"}
    assert concepts("A line that is dead.") == set()
    assert concepts("By the end of May") == {"deadline"}
    assert concepts("By the end") == set()


def test_an_asterisk_stands_for_the_rest_of_a_word() -> None:
    assert concepts("Duely noted") == {"deadline"}
    assert concepts("Produce") == set()


def test_chinese_needs_no_spaces_and_overlapping_words_are_all_found() -> None:
    found = SMALL.find("用户的截止日期", TOKEN.findall("用户的截止日期"))
    assert [one.term for one in found] == ["用户", "截止日期", "截止"] or {
        one.term for one in found
    } == {"用户", "截止日期", "截止"}


def test_both_languages_have_the_same_concepts() -> None:
    pairs = [
        ("An attacker can log in as any user.", "攻击者可以登录任意账号。", "attacker"),
        ("They will not renew the contract.", "他们不会续约。", "renewal"),
        ("Conversion fell by 3 %.", "转化率下降 3%。", "went_down"),
        ("Two incidents came from it.", "两次故障由它引起。", "causes_trouble"),
        ("It runs over night.", "夜里跑。", "no_hurry"),
    ]
    for english, chinese, concept in pairs:
        assert concept in concepts(english, shipped()), english
        assert concept in concepts(chinese, shipped()), chinese


def test_every_concept_has_words_in_both_languages() -> None:
    from rules.text_model.signals import thesaurus

    header, *lines = thesaurus.SHIPPED.read_text("utf-8").splitlines()
    assert header == "concept\tenglish\tchinese"
    names = [line.split("\t")[0] for line in lines]
    assert len(names) == len(set(names))
    for line in lines:
        _, english, chinese = line.split("\t")
        assert english, line
        assert chinese, line
