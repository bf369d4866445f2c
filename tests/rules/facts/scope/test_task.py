"""What a title asks to do, apart from its topic, and which titles are questions."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts.scope.task import MAX_TITLE, asks, task


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Add a spike detector to the board", "Add a detector to the board"),
        ("Migration assistant for new clinics", "assistant for new clinics"),
        ("Survey forms on the phone", "forms on the phone"),
        ("Debt collection letters carry a logo", "collection letters carry a logo"),
        ("Evaluation of lecturers: allow remarks", "allow remarks"),
        ("Remove flags of the old experiments", "Remove flags of the old"),
        ("As a rescue pilot, I want to see the wind", "see the wind"),
        ("Sort the list so that experiments come first", "Sort the list"),
        ("《重构》课程报名", "课程报名"),
        ("实验室预约日历", "室预约日历"),
        ("重构画展：增加英文说明", "增加英文说明"),
        ("作为护士，我希望看到床位", "看到床位"),
        ("清理调研系统里的死代码", "清理 系统里的死代码"),
    ],
)
def test_the_topic_the_role_the_purpose_and_names_are_left_out(title: str, found: str) -> None:
    assert task(title) == found


@pytest.mark.parametrize(
    "title",
    [
        "Spike: hosted search",
        "[spike] Hosted search",
        "Research hosting options",
        "Evaluate the booking page",
        "Refactor the booking page",
        "Migrate the booking page",
        "Explore",
        "重构订单页面",
        "清理订单数据",
        "拆分票务服务",
        "重构费率表",
        "升级展示组件",
        "清理活动数据",
        "评估数据质量",
        "评估员工满意度",
        "调研站点网络",
        "语音客服选型",
    ],
)
def test_work_keeps_its_verb(title: str) -> None:
    assert task(title) == title


@pytest.mark.parametrize(
    "title",
    [
        "Which of the vendors fits us?",
        "Why do riders give up at the second step?",
        "How much does a year of footage cost",
        "[search] Can we replace it by a hosted one?",
        "Build our own OCR or buy it?",
        "自己做还是买现成的？",
        "排班要不要交给算法",
        "票务系统能不能放到云上？",
        "谁还在用旧接口",
    ],
)
def test_a_question_that_work_answers_asks(title: str) -> None:
    assert asks(title)


@pytest.mark.parametrize(
    "title",
    [
        "Can we have a print button?",
        "Could you please sort the list?",
        "Why can't I change my address?",
        "Is there any way to export my runs?",
        "Could the ticket show the platform?",
        "能不能在小票上打印积分？",
        "什么时候能在手机上交电费？",
        "Print button on the page",
        "小票打印积分",
        "",
    ],
)
def test_a_polite_wish_and_a_plain_title_do_not_ask(title: str) -> None:
    assert not asks(title)


@given(st.text(max_size=400))
def test_a_task_has_only_words_of_its_title_in_their_order(title: str) -> None:
    rest = iter("".join(unicodedata.normalize("NFKC", title[:MAX_TITLE]).split()))
    assert all(character in rest for character in "".join(task(title).split()))


@given(st.text(max_size=400))
def test_only_a_title_without_text_has_no_task(title: str) -> None:
    normal = unicodedata.normalize("NFKC", title[:MAX_TITLE])
    assert (task(title) == "") == (normal.strip() == "")


@given(st.sampled_from(("a", "spike ", "as a ", "为什么", "[", "x: ", "《", "“", " or buy")))
def test_a_long_title_is_read_up_to_a_limit(part: str) -> None:
    assert len(task(part * 10_000)) <= MAX_TITLE
    assert asks(part * 10_000) == asks((part * 10_000)[:MAX_TITLE])
