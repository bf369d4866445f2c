"""Hold the Chinese sentences of Sluice's comments in Jira."""

from __future__ import annotations

from connector.messages.message_table import (
    CapacityTexts,
    LearningTexts,
    Messages,
    TriageTexts,
    VerdictTexts,
)
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
            "暂缓",
            "暂不安排。请在描述或评论中补充新的事实（谁需要、多常发生、损失多少），补充后会立即重新评估。",
            for_reporter=True,
        ),
        needs_info=VerdictTexts(
            "需要补充信息", "请在描述或评论中补充说明，补充后会立即重新评估。", for_reporter=True
        ),
        review=VerdictTexts("需要人工评审", "需要由人来决定：请手动设置 {gate}。"),
        reject=VerdictTexts("拒绝", "请关闭此问题；如果判断有误，请手动设置 {gate}。"),
    ),
    quadrants=PerQuadrant(
        quick_win="小投入高回报",
        big_bet="大投入高回报",
        fill_in="小投入低回报",
        money_pit="大投入低回报",
    ),
    comma="，",
    list_comma="、",
    either="还是",
    colon="：",
    semicolon="；",
    space="",
    triage=TriageTexts(
        urgent="请马上处理",
        reporter="致提出人",
        manager="致排期负责人",
        answer="请在描述或评论中回答下面的提问，回答后会立即重新评估。",
        ticked="✓ {ask}",
        heard="评论中已有回复，请查看：",
        decided_by="{verdict}（由 {person} 决定）",
        by_hand="{verdict}（由人设置）",
        why="理由",
        priority="优先级 {priority}",
        score="评分 {score:g}",
        points="（{points:+g}）",
        base="每个问题的起点是 {base:g} 分。",
        class_reason="{kind}：{because}",
        model_words="支持此类别的用词：{words}。",
        model_text="整段文字支持此类别。",
        team_words="根据人员为本项目其他问题设置的类别学习得出。起作用的用词：{words}。",
        team_text="根据人员为本项目其他问题设置的类别学习得出。",
        kept="由人设置并保留",
        would="{value}（规则建议 {proposed}）",
        in_business_terms="从业务角度看",
        unclear="类别不明确：{kinds}？请手动设置 {class}。",
        no_votes="没有足够的理由判断类别：请手动设置 {class}。",
        footer="手动设置的 {class}、{gate}、{score} 或优先级都会保留。",
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
        unclassed="未计入：{count} 个没有类别，{unsized} 个没有故事点。",
        # Jira shows *bold* as such only if no letter follows at once: the sentence ends there.
        under="离目标最远的类别：*{kind}*。评分最高的已接受问题：",
        none="离目标最远的类别：*{kind}*。此类别没有未完成的已接受问题。",
        even="所有设有目标的类别都达到了目标。",
        score="（评分 {score:g}）",
    ),
    learning=LearningTexts(
        correction="1 次更正",
        corrections="{count} 次更正",
        of_class="类别 {count} 次",
        of_gate="关口 {count} 次",
        of_priority="优先级 {count} 次",
        learned="已从 {corrections}中学习：{fields}",
        right="；已判定类别的正确率 {before:.0f}% → {after:.0f}%",
        taken_back="。学习结果已被撤回。",
        waits="。需由人批准后才生效。",
        since="自 {since} 以来有 {corrections}：{fields}",
        next="；满 {count} 次时进行下一次学习。",
        enough="；已够进行下一次学习。",
        end="。",
        time="1 次",
        times="{count} 次",
        no_vote="在本团队不计入",
        here="在本团队为 {votes}",
        contradicted="{times}决定中有 {count} 次与之相反",
        only_here="在本团队，{said}",
        because="：",
    ),
)
