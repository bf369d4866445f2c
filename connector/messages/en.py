"""What Sluice says in Jira, in English."""

from __future__ import annotations

from connector.messages.texts import CapacityTexts, Messages, TriageTexts, VerdictTexts
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
            "It waits. New facts (who needs it, how often, what it costs) bring it back.",
        ),
        needs_info=VerdictTexts(
            "Needs info", "Please add this to the description; the gate then looks again."
        ),
        review=VerdictTexts("Needs a review", "A person has to decide: please set {gate} by hand."),
        reject=VerdictTexts("Rejected", "Please close it, or set {gate} by hand if this is wrong."),
    ),
    quadrants=PerQuadrant(
        quick_win="quick win", big_bet="big bet", fill_in="fill-in", money_pit="money pit"
    ),
    comma=", ",
    list_comma=", ",
    both=" and ",
    triage=TriageTexts(
        next="Next",
        why="Why",
        priority="priority {priority}",
        score="score {score:g}",
        rest="The starting value and smaller reasons ({points:+g})",
        class_reason="{kind}: {because}",
        words_speak="Its words speak for it: {words}.",
        text_speaks="The text as a whole speaks for it.",
        kept="Set by a person and kept",
        would="{field} {value} (the rules say {proposed})",
        agreed="{field} {value}",
        empty="nothing",
        said="In other words",
        wavers="It wavers between {kinds}: set {class} by hand to settle it.",
        no_votes="No rule spoke for any class: set {class} by hand.",
        own_verdict="A person set {gate} to {verdict}.",
        by="Set class, gate, score or priority by hand and it stays yours.",
    ),
    capacity=CapacityTexts(
        title="Where the capacity went: {project}, {since} to {until}",
        span="The seven days up to {until}, by {unit}.",
        points="story points",
        count="number of issues",
        head="||Class||Target||Done||In progress||",
        total="Total",
        issues="{total:g} ({issues} issues)",
        nothing="Nothing was finished in this time.",
        unclassed="{count} without a class and {unsized} without story points are not counted.",
        under="*{kind}* is furthest under its target. The best accepted issues to take up:",
        none="*{kind}* is furthest under its target, and no accepted issue of it waits.",
        even="Every class that has a target meets it.",
        score=" (score {score:g})",
    ),
)
