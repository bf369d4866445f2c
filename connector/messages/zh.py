"""Hold the Chinese sentences of Sluice's comments in Jira."""

from __future__ import annotations

from connector.messages.message_table import (
    CapacityTexts,
    Messages,
    PageTexts,
    PictureTexts,
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
        kept="由人设置并保留",
        would="{value}（规则建议 {proposed}）",
        in_business_terms="从业务角度看",
        unclear="类别不明确：{kinds}？请手动设置 {class}。",
        no_votes="没有足够的理由判断类别：请手动设置 {class}。",
        footer="手动设置的 {class}、{gate}、{score} 或优先级都会保留。",
    ),
    capacity=CapacityTexts(
        title="投入去向：{project}，{since} 至 {until}",
        person_days="{n} 人天",
        points="{n} 个故事点",
        time_spent="{n} 工时",
        count="{n} 个问题",
        # Jira shows *bold* as such only if no letter follows at once.
        over="*{kind}* 占 {total}的 {share}，比目标 {target} 多 {gap} 个百分点。",
        under="*{kind}* 占 {total}的 {share}，比目标 {target} 少 {gap} 个百分点。",
        most_of_it="其中 {share} 是 {issue}。",
        even="共 {total}，各类别与目标相差都不超过 {tolerance} 个百分点。",
        nothing="这段时间没有看到任何工作。",
        other_unit=(
            "按{unit}计算，而不是按{asked}：{issues} 个已完成的问题中只有 {sized} 个有这个数据。"
        ),
        head="||类别||目标||实际||变化||问题||",
        issue="1 个问题",
        issues="{n} 个问题",
        total="合计",
        trend="最近 {weeks} 周的占比：{trends}。",
        pulls="在 {capacity}以内，最能让占比回到目标的已接受问题：",
        pull="{kind}，{size}，评分 {score:g}",
        no_pull="没有能让占比更接近目标的已接受问题。",
        unplaced="没有类别：{amount}，{issues}。请在问题或其史诗上设置 {class}。",
        idle="不在本项目任何问题上：{total}中的 {days}。",
        nobody="进行中但没有经办人：{days}，{issues}。",
        closed="没有做就关闭的，不计入：{issues}。",
        unplanned="计划外（同一周内提出并开始，或属于事故）：{share}。",
        flow="新建 {created} → 接受 {accepted} → 开始 {started} → 完成 {done}。",
        waiting="{verdict}：{issues}，最久的已等 {days} 天。",
        rules="决定最多的规则：{rules}。",
        busy="{person} 有 {issues}在进行中，超过 {limit} 个。",
        restated="{date} 更正：{changes}。变动的问题：{issues}。",
        units=("人天", "故事点", "工时", "问题数量"),
        single=("1 人天", "1 个故事点", "1 工时", "1 个问题"),
    ),
    picture=PictureTexts(
        shares="{week} 各类工作的占比",
        target="目标",
        trend="每周占比（虚线为目标）",
        flow="本周问题",
        steps=("新建", "接受", "开始", "完成"),
    ),
    page=PageTexts(
        kind="类别",
        target="目标",
        actual="实际",
        amount="数量",
        week="周",
        issue="问题",
        issues="本周的问题",
    ),
)
