"""What Sluice says in Jira, in Chinese."""

from __future__ import annotations

from connector.messages.texts import CapacityTexts, Messages, TriageTexts, VerdictTexts
from rules.vocabulary.classes import PerClass
from rules.vocabulary.quadrants import PerQuadrant
from rules.vocabulary.verdicts import PerVerdict

MESSAGES = Messages(
    classes=PerClass(
        tech_debt="技术债",
        business_need="业务需求",
        exploration="探索",
        undecided="类别未定",
    ),
    verdicts=PerVerdict(
        accept=VerdictTexts("接受", "可以排期了。"),
        defer=VerdictTexts(
            "暂缓", "先放一放。补充新的事实（谁需要、多常发生、损失多少）后会重新评估。"
        ),
        needs_info=VerdictTexts("需要补充信息", "请在描述中补充下面的信息，保存后会自动重新评估。"),
        review=VerdictTexts("需要人工评审", "需要由人来决定：请手动设置 {gate}。"),
        reject=VerdictTexts("拒绝", "请关闭此问题；如果判断有误，请手动设置 {gate}。"),
    ),
    quadrants=PerQuadrant(
        quick_win="速赢项", big_bet="大投入高回报", fill_in="见缝插针", money_pit="费力不讨好"
    ),
    comma="，",
    list_comma="、",
    both="与",
    triage=TriageTexts(
        next="下一步",
        why="理由",
        priority="优先级 {priority}",
        score="评分 {score:g}",
        rest="起始分和其他较小的理由（{points:+g}）",
        class_reason="{kind}：{because}",
        words_speak="用词倾向于此：{words}。",
        text_speaks="整段文字倾向于此。",
        kept="由人设置并保留",
        would="{field} {value}（规则建议 {proposed}）",
        agreed="{field} {value}",
        empty="无",
        said="换句话说",
        wavers="类别在{kinds}之间难以确定：请手动设置 {class}。",
        no_votes="没有规则能判断类别：请手动设置 {class}。",
        own_verdict="{gate} 已由人设为 {verdict}。",
        by="手动设置的类别、关口、评分或优先级都会保留。",
    ),
    capacity=CapacityTexts(
        title="投入去向：{project}，{since} 至 {until}",
        span="截至 {until} 的七天，按{unit}计算。",
        points="故事点",
        count="问题数量",
        head="||类别||目标||已完成||进行中||",
        total="合计",
        issues="{total:g}（{issues} 个问题）",
        nothing="这段时间没有完成任何问题。",
        unclassed="有 {count} 个未分类、{unsized} 个没有故事点，未计入。",
        under="*{kind}*离目标最远。可以优先考虑这些已接受的问题：",
        none="*{kind}*离目标最远，但没有已接受的问题在等待。",
        even="所有类别都达到了目标。",
        score="（评分 {score:g}）",
    ),
)
