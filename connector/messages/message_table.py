"""Define the sentences of Sluice's comments in Jira, as a table for each language to fill.

`en.py` and `zh.py` beside this file fill it. A name in braces is a placeholder: the comment beside
a text lists its placeholders.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.vocabulary.classes import PerClass
from rules.vocabulary.quadrants import PerQuadrant
from rules.vocabulary.verdicts import PerVerdict


@dataclass(frozen=True)
class VerdictTexts:
    """The name of a verdict in the comment's headline, and the sentence on the next step.

    The next step is for whoever plans the work, or `for_reporter`. `by_person` names the verdict
    where a person's name follows, if `name` does not fit there.
    """

    name: str
    next: str  # {gate}, {class}: the names of the fields in Jira
    for_reporter: bool = False
    by_person: str = ""


@dataclass(frozen=True)
class TriageTexts:
    """The texts of the comment on an issue."""

    urgent: str
    reporter: str
    for_team: str  # in place of `reporter`, where only the team of a service desk reads the comment
    manager: str
    answer: str  # how to answer the questions, and when the issue is looked at again
    ticked: str  # {ask}: a question that is answered
    heard: str  # the heading of the questions that a comment replied to
    decided_by: str  # {verdict}, {person}
    by_hand: str  # {verdict}
    why: str
    priority: str  # {priority}
    class_reason: str  # {kind}, {because}
    model_words: str  # {words}: the words of the issue that made the text model choose the class
    model_text: str  # if no single word made it choose
    team_words: str  # {words}: the words of the issue that the team's decisions made count
    team_text: str  # if no single word does
    kept: str
    would: str  # {value}: a field and its value, {proposed}
    in_business_terms: str
    unclear: str  # {kinds}, {class}
    no_votes: str  # {class}
    footer: str  # {class}, {gate}, {score}: the names of the fields in Jira
    stuck: str  # {since}: a time in UTC. The words before it tell the line from others


@dataclass(frozen=True)
class CapacityTexts:
    """The texts of the weekly capacity comment. An amount is a number with its unit."""

    title: str  # {project}, {since}, {until}
    person_days: str  # {n}: a number
    points: str
    time_spent: str
    count: str
    over: str  # {kind}, {share}, {total}: an amount, {gap}, {target}
    under: str  # the same
    most_of_it: str  # {share}: a percentage, {issue}: a link with its title
    even: str  # {total}, {tolerance}
    nothing: str
    other_unit: str  # {asked}, {sized}, {issues}, {unit}
    head: str  # a row of headings in wiki markup
    issue: str  # the text of a link to one issue
    issues: str  # {n}: a number, the text of a link to several
    total: str
    trend: str  # {weeks}: a number, {trends}: a list of classes with their shares
    not_posted: str  # {weeks}: a list
    pulls: str  # {capacity}: an amount
    pulls_of: str  # {capacity}: an amount, {weeks}: a number above 1
    pull: str  # {kind}, {size}: an amount, {score:g}
    no_pull: str
    unplaced: str  # {amount}, {issues}: a link, {class}: the field's name
    idle: str  # {days}: an amount, {total}: an amount
    nobody: str  # {days}: an amount, {issues}: a link
    closed: str  # {issues}: a link
    unplanned: str  # {share}: a percentage, {issues}: a link
    flow: str  # {created}, {accepted}, {started}, {done}: links
    waiting: str  # {verdict}, {issues}: a link, {days}: `day` or `days`
    day: str
    days: str  # {n}: a number
    rules: str  # {rules}: rules, each with the number of its issues
    busy: str  # {person}, {issues}: a link, {limit}
    without: str  # {unit}, {issues}: a link
    moved: str  # beside `restated`; {issues}: a link
    restated: str  # {date}, {changes}: classes with shares before and after
    units: tuple[str, str, str, str]  # the names of person-days, points, hours and issues
    single: tuple[str, str, str, str]  # an amount of one of each


@dataclass(frozen=True)
class PictureTexts:
    """The labels of the picture in the weekly comment; `steps` of its way of new issues."""

    shares: str  # {week}
    target: str
    trend: str
    flow: str
    steps: tuple[str, str, str, str]  # created, accepted, started, done


@dataclass(frozen=True)
class PageTexts:
    """The headings of the tables of a week's page."""

    kind: str
    target: str
    actual: str
    amount: str
    week: str
    issue: str
    issues: str


@dataclass(frozen=True)
class LearningTexts:
    """The texts on what people corrected and what was learned from it.

    The line of the weekly comment has {corrections}, such as "14 corrections", and {fields}, such
    as "9 of class, 3 of gate". The texts from `time` on are for explanations of a decision.
    """

    correction: str  # one correction
    corrections: str  # {count}
    of_class: str  # {count}
    of_gate: str  # {count}
    of_priority: str  # {count}
    learned: str  # {corrections}, {fields}; `right`, then `end`, `waits` or `taken_back` follows
    right: str  # {before:.0f}, {after:.0f}: percent
    taken_back: str  # an end: what was learned no longer judges
    waits: str  # an end: a person has to approve what was learned
    since: str  # {corrections}, {fields}, {since}: the day; `next`, `enough` or `end` follows
    next: str  # {count}: the number of corrections at which the next training comes
    enough: str
    end: str
    time: str  # one time
    times: str  # {count}
    no_vote: str  # a rule whose verdict does not count in this team
    here: str  # {votes}: the votes of a rule after what was learned
    contradicted: str  # {count}, {times}
    only_here: str  # {said}: `contradicted`, if nothing else is told of the rule
    because: str  # between two of these parts


@dataclass(frozen=True)
class LookBackTexts:
    """The texts of the look back on two weeks."""

    title: str
    points: str  # what was predicted
    effort: str
    rank: str  # {what}, {issues}: a link, {rank:.2f}
    too_few: str  # {issues}: a link, {least}
    all_equal: str  # {what}, {issues}: a link
    gates: str  # {answered}, {reopened}: links
    debt: str  # {paid}, {taken}: links
    changed: str  # {decided}: a link with its noun, {changed}: a link, {share}: a percentage
    none_decided: str
    classes: str  # {changes}: pairs of classes, each with a link


@dataclass(frozen=True)
class Messages:
    """Every sentence of a language, and its punctuation.

    `comma` separates facts, `list_comma` the words of a list, `semicolon` the values that a person
    set, `either` two likely classes, `space` two sentences. `colon` ends a heading.
    """

    classes: PerClass[str]
    verdicts: PerVerdict[VerdictTexts]
    quadrants: PerQuadrant[str]  # comments of earlier versions name them
    comma: str
    list_comma: str
    either: str
    colon: str
    semicolon: str
    space: str
    triage: TriageTexts
    capacity: CapacityTexts
    learning: LearningTexts
    picture: PictureTexts
    page: PageTexts
    look_back: LookBackTexts
