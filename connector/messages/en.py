"""Hold the English sentences of Sluice's comments in Jira."""

from __future__ import annotations

from connector.messages.message_table import (
    CapacityTexts,
    LearningTexts,
    LookBackTexts,
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
        tech_debt="tech debt",
        business_need="business need",
        exploration="exploration",
        undecided="class undecided",
    ),
    verdicts=PerVerdict(
        accept=VerdictTexts("Accepted", "It is ready to be planned."),
        defer=VerdictTexts(
            "Deferred",
            "Not planned for now. Add facts (who needs it, how often, what it costs) to the "
            "description or in a comment. Sluice looks at it again as soon as you do.",
            for_reporter=True,
        ),
        needs_info=VerdictTexts(
            "Needs info",
            "Please say more in the description or in a comment. Sluice looks at it again as soon "
            "as you do.",
            for_reporter=True,
            by_person="Sent back for info",
        ),
        review=VerdictTexts(
            "Needs a review",
            "A person has to decide: please set {gate} by hand.",
            by_person="Sent to a review",
        ),
        reject=VerdictTexts("Rejected", "Please close it, or set {gate} by hand if this is wrong."),
    ),
    quadrants=PerQuadrant(
        quick_win="quick win", big_bet="big bet", fill_in="fill-in", money_pit="money pit"
    ),
    comma=", ",
    list_comma=", ",
    either=" or ",
    colon=":",
    semicolon="; ",
    space=" ",
    triage=TriageTexts(
        urgent="At once",
        reporter="For the reporter",
        for_team="Please pass on to the reporter, who can't see this note",
        manager="For whoever plans the work",
        answer="Please answer in the description or in a comment. Sluice looks at it again as soon "
        "as you do.",
        ticked="✓ {ask}",
        heard="Answered in a comment, please look:",
        decided_by="{verdict} by {person}",
        by_hand="{verdict} (set by hand)",
        why="Why",
        priority="priority {priority}",
        class_reason="{kind}: {because}",
        model_words="Words that suggest this class: {words}.",
        model_text="The text as a whole suggests this class.",
        team_words="Learned from classes that people set on other issues of this project. Words "
        "that count here: {words}.",
        team_text="Learned from classes that people set on other issues of this project.",
        kept="Set by a person and kept",
        would="{value} (the rules say {proposed})",
        in_business_terms="In business terms",
        unclear="Unclear: {kinds}? Please set {class} by hand.",
        no_votes="No class has enough reasons. Please set {class} by hand.",
        footer="If you set {class}, {gate}, {score} or priority by hand, Sluice keeps it.",
        stuck="(i) Sluice has not been able to triage this issue since {since} UTC. Whoever runs "
        "Sluice can see why; there is nothing to do here.",
    ),
    capacity=CapacityTexts(
        title="How the capacity was used: {project}, {since} to {until}",
        person_days="{n} person-days",
        points="{n} story points",
        time_spent="{n} logged hours",
        count="{n} issues",
        over="*{kind}* took {share} of {total}, {gap} points over its target of {target}.",
        under="*{kind}* took {share} of {total}, {gap} points under its target of {target}.",
        most_of_it="{share} of it was {issue}.",
        even="Of {total}, every class took its target share, to within {tolerance} points.",
        nothing="No work was seen in this time.",
        other_unit=(
            "Counted by {unit}, not by {asked}: only {sized} of {issues} finished issues have that."
        ),
        head="||Class||Target||Actual||Change||Issues||",
        issue="1 issue",
        issues="{n} issues",
        total="Total",
        trend="Shares of the last {weeks} weeks: {trends}.",
        not_posted="No report was posted for {weeks}.",
        pulls="Accepted issues that bring the mix nearest to its targets, within {capacity}:",
        pulls_of="Accepted issues that bring the mix of the last {weeks} weeks nearest to its "
        "targets, within {capacity}:",
        pull="{kind}, {size}, score {score:g}",
        no_pull="No accepted issue would bring the mix nearer to its targets.",
        unplaced="Without a class: {amount} on {issues}. Set {class} on the issue or on its epic.",
        idle="On no issue of this project: {days} of {total}.",
        nobody="In progress without an assignee: {days} on {issues}.",
        closed="Closed without any work, not counted as done: {issues}.",
        unplanned=(
            "Unplanned (came and started in the same week, or an incident): {share}, {issues}."
        ),
        flow="Created {created} → accepted {accepted} → started {started} → done {done}.",
        waiting="{verdict}: {issues}, the longest for {days}.",
        day="1 day",
        days="{n} days",
        rules="Rules that decided most: {rules}.",
        busy="{person} has {issues} in progress, more than {limit}.",
        without="Finished without {unit}, in no share: {issues}.",
        moved="What moved: {issues}.",
        restated="Restated on {date}: {changes}.",
        units=("person-days", "story points", "logged hours", "number of issues"),
        single=("1 person-day", "1 story point", "1 logged hour", "1 issue"),
    ),
    picture=PictureTexts(
        shares="Shares of the work in {week}",
        target="target",
        trend="Shares by week, dotted: targets",
        flow="Issues of the week",
        steps=("Created", "Accepted", "Started", "Done"),
    ),
    page=PageTexts(
        kind="Class",
        target="Target",
        actual="Actual",
        amount="Amount",
        week="Week",
        issue="Issue",
        issues="Issues of the week",
    ),
    learning=LearningTexts(
        correction="1 correction",
        corrections="{count} corrections",
        of_class="{count} of class",
        of_gate="{count} of gate",
        of_priority="{count} of priority",
        learned="Learned from {corrections}: {fields}",
        right="; right {before:.0f} → {after:.0f} % of decided",
        taken_back=". It was taken back.",
        waits=". It does not count before a person approves it.",
        since="{corrections} since {since}: {fields}",
        next="; the next training is at {count}.",
        enough="; enough for the next training.",
        end=".",
        time="1 time",
        times="{count} times",
        no_vote="no vote here",
        here="here {votes}",
        contradicted="contradicted {count} of {times}",
        only_here="{said} here",
        because=": ",
    ),
    look_back=LookBackTexts(
        title="Looking back on two weeks",
        points="Story points",
        effort="The effort that Sluice predicted",
        rank="{what} against person-days spent, {issues}: rank correlation {rank:.2f} (1 is the "
        "same order, 0 none).",
        too_few="Prediction against person-days spent: too little data, {issues} of at least "
        "{least}.",
        all_equal="{what} against person-days spent, {issues}: all are equal, there is no order.",
        gates="Needs info, answered: {answered}. Rejected, reopened: {reopened}.",
        debt="Tech debt paid: {paid}; taken on: {taken}.",
        changed="Of {decided} that Sluice decided, people changed class, gate or priority of "
        "{changed} ({share}).",
        none_decided="Sluice decided no issue for the first time.",
        classes="Classes that people changed: {changes}.",
    ),
)
