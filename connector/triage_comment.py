"""Comments in wiki markup, in the project's language. Pure: the same decision, the same words.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict

from connector.field_mapping import Layout
from connector.plan_update import same
from connector.read_issue import MARKER
from rules.assess.assessment import Assessment, Firing

ICONS = {"accept": "(/)", "needs_info": "(?)", "defer": "(i)", "review": "(!)", "reject": "(x)"}
MAX_CHARS = 30_000

_TEXT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "accept": "Accepted",
        "needs_info": "Needs info",
        "defer": "Deferred",
        "review": "Needs a review",
        "reject": "Rejected",
        "tech_debt": "tech debt",
        "business_need": "business need",
        "exploration": "exploration",
        "undecided": "class undecided",
        "next_accept": "It is ready to be planned.",
        "next_needs_info": "Please add this to the description; the gate then looks again.",
        "next_defer": "It waits. New facts (who needs it, how often, what it costs) bring it back.",
        "next_review": "A person has to decide: please set {gate} by hand.",
        "next_reject": "Please close it, or set {gate} by hand if this is wrong.",
        "wavers": "It wavers between {kinds}: set {class} by hand to settle it.",
        "none": "No rule spoke for any class: set {class} by hand.",
        "next": "Next",
        "why": "Why",
        "priority": "priority {priority}",
        "score": "score {score:g}",
        "rest": "The starting value and smaller reasons ({points:+g})",
        "class_reason": "{kind}: {because}",
        "kept": "Set by a person and kept",
        "would": "{field} {value} (the rules say {proposed})",
        "agreed": "{field} {value}",
        "empty": "nothing",
        "sep": ", ",
        "or": " and ",
        "said": "In other words",
        "quick win": "quick win",
        "big bet": "big bet",
        "fill-in": "fill-in",
        "money pit": "money pit",
        "by": "Set class, gate, score or priority by hand and it stays yours.",
    },
    "zh": {
        "accept": "接受",
        "needs_info": "需要补充信息",
        "defer": "暂缓",
        "review": "需要人工评审",
        "reject": "拒绝",
        "tech_debt": "技术债",
        "business_need": "业务需求",
        "exploration": "探索",
        "undecided": "类别未定",
        "next_accept": "可以排期了。",
        "next_needs_info": "请在描述中补充下面的信息，保存后会自动重新评估。",
        "next_defer": "先放一放。补充新的事实（谁需要、多常发生、损失多少）后会重新评估。",
        "next_review": "需要由人来决定：请手动设置 {gate}。",
        "next_reject": "请关闭此问题；如果判断有误，请手动设置 {gate}。",
        "wavers": "类别在{kinds}之间难以确定：请手动设置 {class}。",
        "none": "没有规则能判断类别：请手动设置 {class}。",
        "next": "下一步",
        "why": "理由",
        "priority": "优先级 {priority}",
        "score": "评分 {score:g}",
        "rest": "起始分和其他较小的理由（{points:+g}）",
        "class_reason": "{kind}：{because}",
        "kept": "由人设置并保留",
        "would": "{field} {value}（规则建议 {proposed}）",
        "agreed": "{field} {value}",
        "empty": "无",
        "sep": "，",
        "or": "与",
        "said": "换句话说",
        "quick win": "速赢项",
        "big bet": "大投入高回报",
        "fill-in": "见缝插针",
        "money pit": "费力不讨好",
        "by": "手动设置的类别、关口、评分或优先级都会保留。",
    },
}


def comment(assessment: Assessment, layout: Layout, language: str = "en") -> str:
    """The one comment of an issue: verdict first, what to do next, then the reasons."""
    words = _TEXT[language]
    parts = [
        _headline(assessment, words),
        f"*{words['next']}:* {_next(assessment, layout, words)}",
        *(f"* {ask}" for ask in assessment.decision.asks),
        *_said(assessment, words),
        *_reasons(assessment, words),
        *_kept(assessment, layout, words),
    ]
    # The last line tells our comment from all others: whatever is cut, it is not.
    marker = f"{{color:#6b778c}}{MARKER}{words['by']}{{color}}"
    return "\n".join(parts)[:MAX_CHARS] + "\n" + marker


def escape(text: str) -> str:
    """Text of a stranger with nothing in it that wiki markup would take for its own."""
    return re.sub(r"([\\{}\[\]*_^~+|!#-])", r"\\\1", text.replace("\r", "").replace("\n", " "))


def _headline(assessment: Assessment, words: Mapping[str, str]) -> str:
    decision, kind = assessment.decision, assessment.classification.kind
    verdict = words.get(decision.verdict) or escape(decision.verdict)
    facts = [words.get(kind) or escape(kind)]
    if decision.priority:
        facts.append(words["priority"].format(priority=escape(decision.priority)))
    facts.append(words["score"].format(score=assessment.score))
    if assessment.quadrant:
        facts.append(words[assessment.quadrant])
    icon = ICONS.get(decision.verdict, "(i)")
    return f"{icon} *{verdict}* — {words['sep'].join(facts)}"


def _next(assessment: Assessment, layout: Layout, words: Mapping[str, str]) -> str:
    names = {"gate": escape(layout.verdict.name), "class": escape(layout.kind.name)}
    steps = [words.get(f"next_{assessment.decision.verdict}", words["next_accept"]).format(**names)]
    if assessment.classification.kind == "undecided" and assessment.decision.verdict != "reject":
        steps.append(_wavering(assessment, words).format(**names))
    return " ".join(steps)


def _wavering(assessment: Assessment, words: Mapping[str, str]) -> str:
    """Between which classes it wavers; the names of fields are still to be filled in."""
    votes: dict[str, float] = {}
    for voice in assessment.classification.evidence:
        votes[voice.kind] = votes.get(voice.kind, 0.0) + voice.weight
    told = sorted(
        (kind for kind in votes if votes[kind] > 0), key=lambda kind: (-votes[kind], kind)
    )
    if len(told) < 2:
        return words["none"]
    return words["wavers"].replace("{kinds}", words["or"].join(words[kind] for kind in told[:2]))


def _said(assessment: Assessment, words: Mapping[str, str]) -> list[str]:
    """The technical metrics of the text in words of the business."""
    said = " ".join(map(escape, assessment.said))
    return [f"*{words['said']}:* {said}"] if said else []


def _reasons(assessment: Assessment, words: Mapping[str, str]) -> list[str]:
    reasons = [_reason(firing) for firing in assessment.decision.because]
    reasons += [*_rest(assessment, words), *_class_reason(assessment, words)]
    return [f"*{words['why']}:*", *(f"* {reason}" for reason in reasons)] if reasons else []


def _rest(assessment: Assessment, words: Mapping[str, str]) -> list[str]:
    """What the score holds beside the reasons shown, so that the points add up to it."""
    shown = sum(firing.points for firing in assessment.decision.because)
    rest = round((assessment.proposed.score or 0.0) - shown, 1)
    return [words["rest"].format(points=rest)] if rest else []


def _class_reason(assessment: Assessment, words: Mapping[str, str]) -> list[str]:
    """The strongest voice for the class, where rules and not a person chose it."""
    kind = assessment.classification
    voices = [voice for voice in kind.evidence if voice.kind == kind.kind]
    if kind.source == "person" or not voices:
        return []
    strongest = max(voices, key=lambda voice: voice.weight)
    name = words[kind.kind][:1].upper() + words[kind.kind][1:]
    return [words["class_reason"].format(kind=name, because=strongest.because)]


def _reason(firing: Firing) -> str:
    return f"{firing.because} ({firing.points:+g})" if firing.points else firing.because


def _kept(assessment: Assessment, layout: Layout, words: Mapping[str, str]) -> list[str]:
    """The values that a person set, next to what the rules say."""
    proposed = asdict(assessment.proposed)
    names = {
        "kind": layout.kind.name,
        "score": layout.score.name,
        "verdict": layout.verdict.name,
        "priority": "Priority",
    }
    lines = []
    for field, value in asdict(assessment.issue.kept).items():
        if value is not None:
            told = "agreed" if same(value, proposed[field]) else "would"
            said = _shown(proposed[field], layout) or words["empty"]
            lines.append(
                words[told].format(
                    field=escape(names[field]), value=_shown(value, layout), proposed=said
                )
            )
    return [f"*{words['kept']}:* {'; '.join(lines)}"] if lines else []


def _shown(value: str | float | None, layout: Layout) -> str:
    if value is None:
        return ""
    return escape(layout.shown(value)) if isinstance(value, str) else f"{value:g}"
