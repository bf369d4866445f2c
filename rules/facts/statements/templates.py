"""Know the headings and placeholders of templates, and what a heading says about its section."""

from __future__ import annotations

import re
from typing import NamedTuple

from rules.vocabulary.marks import Mark

_MARKER = re.compile(r"[ \t\x1f]*(?:h[1-6]\.|#{2,6}(?=[ \t])|【|\*\*|__|\*(?=\S)|\[)[ \t]*\*{0,2}")
_TITLE = re.compile(r"[ \t\x1f]*([^\n:：】\]*]{1,60}?)[ \t]*(?:(?:[:：】\]]|\*\*|__|\*)[ \t]*)+#*")
_SIGN = re.compile(r"[:：】\]*_]")
_LONGEST = 70
"""No title of a section is longer."""
_SPACES = re.compile(r"[\W_]+")

_TOPIC_FREE = frozenset(
    _SPACES.sub("", one)
    for one in (
        *("steps to reproduce", "to reproduce", "reproduction steps", "reproduction", "steps"),
        *("expected result", "expected results", "expected behavior", "expected behaviour"),
        *("actual result", "actual results", "actual behavior", "actual behaviour", "expected"),
        *("actual", "current behavior", "current behaviour", "describe the bug", "description"),
        *("bug description", "summary", "overview", "background", "context", "motivation"),
        *("additional context", "additional information", "screenshots", "screenshot", "logs"),
        *("log output", "environment", "version", "versions", "versions affected", "notes"),
        *(
            "acceptance criteria",
            "definition of done",
            "user story",
            "problem",
            "problem statement",
        ),
        *("solution", "proposed solution", "describe the solution you d like", "proposal"),
        *("is your feature request related to a problem", "what happened", "feature description"),
        *("what did you expect to happen", "how to reproduce", "related issues", "checklist"),
        *("your environment", "desktop", "smartphone", "os", "browser", "goal", "goals", "scope"),
        *("how can we reproduce it", "anything else", "possible solution", "details", "impact"),
        *("issue description", "what is the problem", "use case", "references", "links", "task"),
        *(
            "复现步骤",
            "重现步骤",
            "操作步骤",
            "步骤",
            "预期结果",
            "期望结果",
            "实际结果",
            "预期",
            "实际",
            "环境",
        ),
        *(
            "测试环境",
            "版本",
            "问题描述",
            "描述",
            "背景",
            "需求背景",
            "需求描述",
            "功能描述",
            "截图",
            "日志",
        ),
        *(
            "附件",
            "备注",
            "补充说明",
            "验收标准",
            "验收条件",
            "解决方案",
            "方案",
            "目标",
            "现状",
            "前置条件",
        ),
        *("用户故事", "缺陷描述", "期望行为", "实际行为", "影响范围", "相关链接", "原因分析"),
    )
)
_TELLING = frozenset(("goal", "goals", "目标", "impact", "影响范围", "scope"))
"""Titles that say how to read what stands behind them in the line: "Goal: 500 users"."""
_TITLES: tuple[tuple[Mark, str], ...] = (
    (
        "negated",
        "non-goals, out of scope, not in scope, no goals, what we do not do, not part of this, "
        "exclusions, excluded, "
        "不做, 非目标, 不在范围, 不在范围内, 范围外, 不包括, 不做什么, 本期不做",
    ),
    (
        "planned",
        "later, nice to have, future, future work, next steps, follow-up, follow-ups, planned, "
        "plans, roadmap, 以后, 后续, 后续计划, 下一步, 计划, 将来, 未来规划",
    ),
    (
        "hypothetical",
        "ideas, idea, alternatives, alternatives considered, considered alternatives, "
        "describe alternatives you've considered, describe alternatives you have considered, "
        "options considered, 想法, 备选方案, 其他方案, 替代方案",
    ),
    ("question", "open questions, questions, 待解决问题, 待确认, 开放问题, 问题待定"),
)
_SECTION = {_SPACES.sub("", one): mark for mark, titles in _TITLES for one in titles.split(", ")}
_PLACEHOLDER = re.compile(
    r"(?:a clear and concise description|if applicable, add|add any other context|"
    r"please (?:fill|describe|enter your|add (?:your|any other|details|steps)|"
    r"explain|complete this)\b|"
    r"(?:describe|explain|enter|insert|write|provide|fill in)(?: here| the (?:bug|issue|problem|"
    r"feature|steps|solution)| your| what you)\b|steps to reproduce the behavior|"
    r"ex\. i'm always frustrated|i'm always frustrated when \[|scroll down to '\.+'|see error$|"
    r"(?:go to|click on) ['\"\u2018]\.*['\"\u2019]|todo\b\W*$|tbd\W*$|n/?a\W*$|none\W*$|xxx+\W*$|"
    r"_?no response_?\W*$|your text here|lorem ipsum|what you expected to happen|"
    r"(?:please )?fill (?:in|me|out)\b|describe (?:it )?here|text here\W*$|to be filled|"
    r"\[[ x]?\] ?i (?:have|checked|searched|confirm)|i have (?:searched|read) the|"
    r"as an? [\[<{(][^\n]*|i want (?:to )?[\[<{(][^\n]*|so that [\[<{(][^\n]*|"
    r"<[^<>\n]{1,120}>\W*$|\[[^\[\]\n]{1,120}\]\W*$|\{[^{}\n]{1,120}\}\W*$|\.{2,}$|\u2026$|"
    r"请填写|请输入|请描述|请补充|请在此|待填写|待补充|此处填写|填写|暂无|无\W*$|略\W*$|没有\W*$)",
    re.IGNORECASE,
)


class Heading(NamedTuple):
    """A heading: its length in the line, whether its section is below, the mark of its section."""

    length: int
    opens: bool
    mark: Mark | None


def is_placeholder(text: str) -> bool:
    """Return whether a line or sentence is to be filled in, and so says nothing."""
    plain = text.strip("\x1f \t*_-•>#0123456789.)、")
    return not re.search(r"\w", plain) or bool(_PLACEHOLDER.match(plain))


def heading(line: str) -> Heading | None:
    """Return the heading of a template at the start of a line; None if the line is prose.

    A heading may have its content behind it: "Expected result: it opens". A heading that nobody
    knows is a statement if it is a sentence: "### Nobody can pay since Monday".
    """
    marker = _MARKER.match(line)
    at = marker.end() if marker else 0
    signed = _SIGN.search(line, at, at + _LONGEST)
    if not (marker or signed) and len(line) > _LONGEST:
        return None
    start = at or len(line) - len(line.lstrip("# \t\x1f"))
    parted = _TITLE.match(line, start) if signed else None
    title = parted[1] if parted else line[at:].strip(" \t#\x1f")
    rest = line[parted.end() :].strip("\x1f \t") if parted else ""
    name = _SPACES.sub("", title.lower())
    if name in _SECTION or (
        name in _TOPIC_FREE and not (name in _TELLING and not is_placeholder(rest))
    ):
        return Heading(parted.end() if parted and rest else len(line), not rest, _SECTION.get(name))
    if marker and not rest and (len(title.split()) <= 3 or title.endswith(("?", "？"))):
        return Heading(len(line), True, None)
    return None
