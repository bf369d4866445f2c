"""Define the signals: what a text can state about its matter, in any words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """The properties of a signal: its field in conditions, and how people read it.

    `about` says what the text states, for the docs. `title` names the signal and `because` is its
    sentence in a comment, both by language. `whole`: it is about a text as a whole, not about one
    of its sentences.
    """

    name: str
    about: str
    title: Mapping[str, str]
    because: Mapping[str, str]
    whole: bool = False

    @property
    def field(self) -> str:
        """Return the name of the signal in conditions."""
        return f"{PREFIX}{self.name}"


PREFIX = "signal."


def _signal(
    name: str, about: str, titles: tuple[str, str], because: tuple[str, str], whole: bool = False
) -> Signal:
    languages = ("en", "zh")
    return Signal(
        name,
        about,
        dict(zip(languages, titles, strict=True)),
        dict(zip(languages, because, strict=True)),
        whole,
    )


SIGNALS: Mapping[str, Signal] = {
    signal.name: signal
    for signal in (
        _signal(
            "security",
            "a hole, an attack, a leak, a missing check of rights",
            ("Security", "安全"),
            ("The text states a security problem.", "文中指出了安全问题。"),
        ),
        _signal(
            "outage",
            "something that people need fails for everybody, or again and again",
            ("Outage", "故障"),
            ("The text states an outage.", "文中指出服务中断。"),
        ),
        _signal(
            "data_wrong",
            "data, amounts or results that are wrong, lost, doubled or sent to the wrong person",
            ("Wrong data", "数据出错"),
            ("The text states wrong or lost data.", "文中指出数据错误或丢失。"),
        ),
        _signal(
            "many_affected",
            "a large part of the people, or all of them, are affected",
            ("Many affected", "影响面大"),
            ("The text states that many are affected.", "文中指出受影响的人很多。"),
        ),
        _signal(
            "no_workaround",
            "work stands still: there is no other way",
            ("No way around", "无法绕过"),
            ("The text states that work stands still.", "文中指出工作被卡住，没有替代办法。"),
        ),
        _signal(
            "deadline",
            "a date by which it has to be done, or a commitment",
            ("Deadline", "期限"),
            ("The text states a deadline or a commitment.", "文中指出了期限或承诺。"),
        ),
        _signal(
            "money_at_stake",
            "revenue, costs, fines or contracts that depend on it",
            ("Money at stake", "涉及金额"),
            ("The text states that money is at stake.", "文中指出关系到收入、成本或合同。"),
        ),
        _signal(
            "compliance",
            "law, regulator, audit, personal data, decisions about people by a model",
            ("Compliance", "合规"),
            ("The text states a matter of law or personal data.", "文中涉及法规或个人数据。"),
        ),
        _signal(
            "customer_voice",
            "customers, users or support asked for it or complained",
            ("Customers' voice", "客户声音"),
            ("The text states what customers ask or complain of.", "文中提到客户的要求或投诉。"),
        ),
        _signal(
            "debt_interest",
            "code, build or process that slows work or breaks often",
            ("Interest of debt", "技术债利息"),
            ("The text states that it slows work or breaks often.", "文中指出它拖慢工作或常出错。"),
        ),
        _signal(
            "evidence_for",
            "something was measured, tried or asked, and speaks for it",
            ("Evidence for", "支持的证据"),
            ("The text states evidence for it.", "文中有支持它的证据。"),
        ),
        _signal(
            "evidence_against",
            "something was measured, tried or asked, and speaks against it",
            ("Evidence against", "反对的证据"),
            ("The text states evidence against it.", "文中有反对它的证据。"),
        ),
        _signal(
            "perfectionism",
            "the last percent, polish that nobody misses",
            ("Perfectionism", "过度打磨"),
            ("The text asks for polish of what works.", "文中要求打磨已经够好的东西。"),
        ),
        _signal(
            "vague",
            "nothing that one could act on",
            ("Vague", "含糊"),
            ("The text says nothing that one could act on.", "文中没有可以着手的内容。"),
            whole=True,
        ),
        _signal(
            "too_large",
            "many deliverables in one issue",
            ("Too large", "范围过大"),
            ("The text asks for many things at once.", "文中一次要求了很多东西。"),
            whole=True,
        ),
        _signal(
            "heavy_and_live",
            "heavy computing that has to answer at once",
            ("Heavy and live", "实时重计算"),
            ("The text asks for heavy computing at once.", "文中要求即时完成大量计算。"),
        ),
    )
}
"""All signals, in the order of the docs."""
