"""Signals of texts in any words: paraphrases, denials, and words of the topic in another sense.

No model learned from these sentences. They are judged by the model that ships.
"""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import pytest

from rules.assess.signals import heard
from rules.text_model.signals.model import Signal, shipped

ROOT = Path(__file__).resolve().parents[4]

STATED = {
    "security": [
        "A burglar with a laptop can open any of our locks, the code is always 0000.",
        "Whoever has the link downloads the passports of all guests.",
        "The plugin has a remote code execution hole that criminals use already.",
        "黑客可以绕过验证，拿到任意会员的密码。",
        "不登录也能下载全部病历。",
    ],
    "outage": [
        "The ticket machines have been dead since six, nobody can buy a ticket.",
        "The timetable service crashes whenever somebody opens it.",
        "售票机从早上六点起全部黑屏，没人能买票。",
        "预约服务一打开就崩溃。",
    ],
    "data_wrong": [
        "Members were charged twice in May.",
        "Eleven parcels have disappeared from the list.",
        "会员五月被重复扣款。",
        "十一个包裹的记录不见了。",
    ],
    "many_affected": ["Every single passenger is affected.", "所有乘客都受影响。"],
    "no_workaround": [
        "The bakery can't print labels and there is no other way.",
        "面包房打不出标签，没有别的办法。",
    ],
    "deadline": [
        "The harbour needs it by 1 September.",
        "We have promised it to the museum for spring.",
        "9 月 1 日前必须交付港口。",
        "已经答应博物馆春天上线。",
    ],
    "money_at_stake": [
        "The brewery wants to cancel its contract, 90,000 EUR a year.",
        "Each wrong label costs us 4 dollars.",
        "啤酒厂要解约，每年 9 万欧元。",
    ],
    "compliance": [
        "Upload the pupils' names and birthdays to a vendor in another country.",
        "The supervisory authority demands a report on each refusal.",
        "把学生姓名和生日传到境外供应商。",
        "监管部门要求对每一次拒绝给出解释。",
    ],
    "customer_voice": [
        "Gardeners complain about the tiny map every week.",
        "用户每周都在抱怨地图太小。",
    ],
    "debt_interest": [
        "Every change in the tariff module takes a week and breaks two others.",
        "Three failures this year were caused by that script.",
        "每次改资费模块都要一周，还会弄坏别处。",
        "今年三次故障都由那个脚本引起。",
    ],
    "evidence_for": [
        "The pilot in two gardens won: sales rose by 12 %.",
        "13 of 14 interviewed bakers would pay for it.",
        "试点胜出：销售提升 12%。",
        "访谈 14 位面包师，13 位愿意付费。",
    ],
    "evidence_against": [
        "Not one gardener has asked for it, and none would use it.",
        "The experiment showed no effect: sales fell by 1 %.",
        "没有一个园丁需要它。",
        "实验没有效果：销售下降 1%。",
    ],
    "perfectionism": [
        "Raise the recognition rate of plants from 99.3 % to 99.7 %, nobody has complained.",
        "把植物识别率从 99.3% 提到 99.7%，没有人抱怨。",
    ],
    "vague": ["Make the map better", "把地图优化一下"],
    "too_large": [
        "Tickets, timetable, payments, chat, refunds, news, an app and statistics, all in spring",
        "票务、时刻表、支付、聊天、退款、新闻、App 和统计，春天全部上线",
    ],
    "heavy_and_live": [
        "Ask a large language model on every keystroke; it needs three seconds.",
        "每次按键都调用大模型，要三秒。",
    ],
}

NOT_STATED = {
    "security": [
        "The night guard's shift plan should show the breaks.",
        "The scan found no security hole.",
        "Make the attack animation of the dragon slower.",
        "夜班保安的排班表要显示休息。",
        "扫描没有发现漏洞。",
    ],
    "outage": ["The station was never down this year.", "Add an icon for the weather station."],
    "data_wrong": [
        "No parcel was lost.",
        "没有包裹丢失。",
        "Print the parcel number on the label.",
    ],
    "many_affected": ["Only one gardener is affected.", "只有一个园丁受影响。"],
    "no_workaround": [
        "Nobody is blocked, they use the paper list.",
        "没有人被卡住，先用纸质名单。",
    ],
    "deadline": [
        "The deadline column is too narrow.",
        "“截止日期”一列太窄。",
        "There is no deadline.",
    ],
    "money_at_stake": ["Show the price of a plant in bold.", "植物的价格加粗显示。"],
    "compliance": ["The survey holds no names.", "问卷不含姓名。"],
    "customer_voice": ["Gardeners can rename a bed.", "园丁可以重命名苗床。"],
    "debt_interest": ["The names of the tables are ugly.", "表名不好看。"],
    "evidence_for": ["An A/B test is planned for June.", "计划六月做 AB 测试。"],
    "evidence_against": ["The test won: sales rose by 6 %.", "测试胜出：销售提升 6%。"],
    "perfectionism": ["Raise the recognition rate from 50 % to 80 %."],
    "vague": ["Show the price of a plant below its picture.", "在图片下方显示植物价格。"],
    "too_large": ["The label has name, price and number."],
    "heavy_and_live": ["The heavy model runs over night.", "大模型夜里跑。"],
}


def flat(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return each signal with each of its texts."""
    return [(signal, text) for signal, texts in table.items() for text in texts]


def read(text: str) -> dict[str, Signal]:
    """Return the signals of a text, as an issue without a description has them."""
    return shipped().read([heard(text)])


@pytest.mark.parametrize(("signal", "text"), flat(STATED))
def test_a_text_states_a_signal_in_other_words(signal: str, text: str) -> None:
    assert read(text)[signal].sure


@pytest.mark.parametrize(("signal", "text"), flat(NOT_STATED))
def test_a_denial_or_another_sense_is_no_signal(signal: str, text: str) -> None:
    assert not read(text)[signal].sure


def test_no_model_learned_from_these_sentences() -> None:
    learned = {
        json.loads(line)["text"]
        for name in ("en", "zh")
        for line in (ROOT / "training" / "signals" / f"{name}.jsonl")
        .read_text("utf-8")
        .splitlines()
    }
    assert not learned.intersection(chain(*STATED.values(), *NOT_STATED.values()))
