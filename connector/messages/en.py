"""Hold the English sentences of Sluice's comments in Jira."""

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
        manager="For whoever plans the work",
        answer="Please answer in the description or in a comment. Sluice looks at it again as soon "
        "as you do.",
        ticked="✓ {ask}",
        heard="Answered in a comment, please look:",
        decided_by="{verdict} by {person}",
        by_hand="{verdict} (set by hand)",
        why="Why",
        priority="priority {priority}",
        score="score {score:g}",
        points=" ({points:+g})",
        base="Every issue starts at {base:g}.",
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
    ),
    capacity=CapacityTexts(
        title="How the capacity was used: {project}, {since} to {until}",
        span="The seven days up to {until}, by {unit}.",
        points="story points",
        count="number of issues",
        head="||Class||Target||Done||In progress||",
        total="Total",
        issues="{total:g} (issues: {issues})",
        nothing="Nothing was finished in this time.",
        unclassed="Not counted: {count} without a class, {unsized} without story points.",
        under="*{kind}* is furthest below its target. The accepted issues with the best scores:",
        none="*{kind}* is furthest below its target. No accepted issue of this class is open.",
        even="Every class with a target meets its target.",
        score=" (score {score:g})",
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
)
