"""List the English words that say how a sentence means what it says.

The idea is ConText (Harkema et al. 2009, doi:10.1016/j.jbi.2009.05.002): a trigger has a mark and a
scope; the scope ends at a word of `ENDS`. What only looks like a trigger is in `AFFIRMED`: what
does not work is a fault, not a denial. `{slot}` stands for each word of a list in `SLOTS`. Write
contractions in full, "does not" and "will be": the tokens are so. `#` is any number.
"""

from __future__ import annotations

from collections.abc import Mapping

from rules.vocabulary.marks import Mark

_FUNCTIONS = (
    "work load open respond show appear display render start update refresh save send arrive "
    "sync print accept recognize recognise return support handle validate scroll respect "
    "compile finish complete connect log sign register reach match add up sum count download "
    "upload export import play answer close redirect expire resolve converge boot install run "
    "execute trigger fire apply parse escape sanitize encrypt mask protect check verify enforce "
    "preserve remember recover deliver receive get exist scale fit align behave function "
    "persist propagate react provide allow let give offer pass call generate create list move "
    "hide focus select highlight rotate resize zoom draw inherit follow honor honour obey wait "
    "pause clear reset delete remove insert append store cache convert translate uninstall "
    "detect catch release exit quit cancel submit post fetch query filter sort group search "
    "index format wrap stretch center position toggle switch navigate go come bring build clean "
    "copy paste replace reload redraw repaint animate compute calculate produce"
)
_PARTICIPLES = (
    "shown sent found kept seen written read known done paid set given made taken run got built "
    "drawn met bound held"
)
_QUALITIES = (
    "correct correctly accurate accurately right properly consistent reliable reliably readable "
    "visible available accessible possible able enough sufficient scalable secure safe compliant "
    "tested documented maintained maintainable supported handled clickable usable responsive "
    "responding stable compatible complete unique valid ready good fast big easy clear-cut allowed "
    "permitted authorized well anymore obvious intuitive helpful satisfied happy acceptable"
)


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


def _forms(verb: str) -> tuple[str, ...]:
    """Return a verb's regular forms; needless ones do no harm."""
    stem = verb.removesuffix("e")
    return verb, f"{verb}s", f"{verb}es", f"{stem}ed", f"{stem}ing", f"{verb}{verb[-1]}ed"


_BEGIN = words(
    "run test start begin measure launch interview survey evaluate try pilot experiment "
    "investigate explore check decide look revisit"
)

SLOTS: Mapping[str, tuple[str, ...]] = {
    "works": (
        *(form for verb in words(_FUNCTIONS) for form in _forms(verb)),
        *words(_PARTICIPLES),
        *words(_QUALITIES),
    ),
    "lacked": words(
        "workaround way alternative access response reply answer feedback test tests "
        "documentation docs validation monitoring backup backups owner encryption authentication "
        "authorization logging index option possibility chance means sound connection internet "
        "effect message confirmation warning indication information results result "
        "rollback"
    ),
    "people": words(
        "user users customer customers client clients one person people employee employees "
        "merchant merchants patient patients player players shopper shoppers team agent"
    ),
    "is": ("is", "are", "was", "were", "be", "been", "being"),
    "does": ("does", "do", "did", "will", "would", "should", "must", "has", "have", "had"),
    "nice": words("nice great good useful helpful cool awesome better best ideal handy"),
    "fixed": ("fixed", "solved", "resolved", "repaired", "patched"),
    "closed": ("closed", "removed", "cleaned up", "mended", "done", "gone"),
    "failing": words("crashes fails breaks throws hangs freezes stops shows loses returns works"),
    "begun": words("run begun done made built measured asked rolled written held"),
    "sure": ("sure", "clear", "certain", "known", "decided"),
    "next": ("week", "month", "quarter", "year", "sprint", "release", "spring", "summer"),
    "begin": _BEGIN,
    "to be begun": tuple(f"{word}ed" for word in _BEGIN),
}

AFFIRMED = (
    # No denial at all.
    *("not only", "not just", "not merely", "no doubt", "no matter", "not to mention", "no wonder"),
    *("no sooner", "why not", "no less than", "no more than", "not more than", "not less than"),
    *("no later than", "not later than", "not exceed", "no longer than", "no higher than"),
    *("not longer than", "not greater than", "not higher than", "no lower than", "no fewer than"),
    *("not fall below", "not drop below", "not go below", "without it", "without this"),
    *("without them", "without that", "no {is}", "no {does}"),
    # Inability and faults.
    *(
        "can not",
        "could not",
        "not able",
        "not possible",
        "no way",
        "not {works}",
        "not be {works}",
    ),
    *(
        "does not always",
        "not even",
        "never {works}",
        "no longer {works}",
        "no longer has",
        "no longer have",
        "no {lacked}",
    ),
    *(
        "not been {works}",
        "no error handling",
        "no error message",
        "no error messages",
        "no input validation",
        "not yet {works}",
        "no such",
    ),
    *("not {is} {works}", "no unit tests", "does nothing", "do nothing", "not do anything"),
    *("nothing happens", "nothing works", "nothing is {works}", "could someone", "could somebody"),
    *("can someone", "can somebody", "no automated tests", "no permission"),
    # Requests and wishes.
    *("could you", "would you", "can you", "will you", "would be {nice}", "would like"),
    *("would love", "would want", "would prefer", "would appreciate", "would help", "may i"),
    *("if possible", "if needed", "if necessary", "if any", "if applicable", "as if"),
    *("should be able", "would expect", "may be used", "not have to", "should not be necessary"),
    # Still so, or now broken.
    *("used to {works}", "{is} used to", "get used to", "might as well", "used to be able"),
    *("used to be {works}", "used to be possible", "not {fixed}", "never {fixed}"),
)

FORWARD: Mapping[Mark, tuple[str, ...]] = {
    "negated": (
        *("no", "not", "never", "nobody", "no one", "none", "none of", "nothing", "neither", "nor"),
        *("no longer", "no need", "without", "lack of interest", "lack of demand", "free of"),
        *("lack of evidence", "no {people}", "rules out", "ruled out", "denies", "nowhere"),
        *("out of scope", "rather than", "not save any", "not save us", "not save much"),
        *("not save money", "not save time", "not save #", "not save a"),
    ),
    "planned": (
        *("plan to", "plans to", "planned to", "planning to", "plan for", "planned", "is planned"),
        *("going to", "scheduled for", "we will", "i will", "will {begin}", "on the roadmap"),
        *("on our roadmap", "intend to", "intends to", "we aim to", "next {next} we", "later we"),
        *(
            "some day",
            "someday",
            "in the future we",
            "roadmap",
            "will be {to be begun}",
            "will be {begun}",
        ),
        *("{is} about to", "upcoming"),
    ),
    "hypothetical": (
        *("would", "could", "might", "may", "if", "in case", "suppose", "supposing", "assuming"),
        *("assume", "perhaps", "maybe", "possibly", "what if", "imagine", "provided that"),
        *("we hope", "we had hoped", "hopefully", "hope to", "hoping", "we expect", "expected to"),
        *("theoretically", "in theory", "unless", "potentially", "conceivably"),
    ),
    "past": (
        *("used to", "formerly", "in the past", "back then", "at that time"),
        *("no longer happen", "no longer happens", "no longer occurs", "no longer a problem"),
        *("no longer an issue", "no longer crashes", "no longer fails", "no longer necessary"),
    ),
    "question": (
        *("whether", "not sure", "unsure", "not clear", "unclear", "not know", "no idea"),
        *("wonder", "wonders", "wondering", "unknown whether", "unknown if", "unknown how"),
        *("unclear if", "not {sure}", "not {sure} if", "not know if", "wonder if", "unsure if"),
        *("see if", "check if", "decide if", "not say if", "not tell if", "wondering if"),
        *("should we", "can we", "could we", "shall we", "should i", "how about", "which one"),
        *("find out if", "figure out if", "not certain", "uncertain", "open question"),
    ),
}

BACKWARD: Mapping[Mark, tuple[str, ...]] = {
    "negated": (
        *("not needed", "not required", "not necessary", "unnecessary", "not in scope"),
        *("out of scope", "not part of", "not planned", "not an issue", "not a problem"),
        *("not affected", "ruled out", "not wanted", "not worth", "not an option", "not involved"),
        *("was rejected", "is rejected", "were rejected", "not relevant", "not urgent"),
        *("not a priority", "not the point", "not the goal", "is unaffected", "are unaffected"),
    ),
    "planned": (
        *("is planned", "are planned", "to be done", "to be measured", "to be tested", "to follow"),
        *("to be determined", "to be decided", "is scheduled", "are scheduled", "tbd"),
        *("not measured", "not yet measured", "not tested yet", "next {next}"),
    ),
    "past": (
        *("already {fixed}", "{is} {fixed}", "since been {fixed}", "{fixed} since", "now {fixed}"),
        *("{fixed} meanwhile", "already {closed}", "since been {closed}", "long ago"),
        *("not any more", "not anymore", "now {closed}", "been {closed} since"),
        *("no longer happens", "no longer occurs", "no longer an issue", "no longer a problem"),
        *("not happened again", "is over"),
    ),
    "hypothetical": ("in theory", "theoretically", "hypothetically"),
    "question": ("to be clarified", "is unclear", "not clear", "is unknown", "not known"),
}

SHORT: Mapping[str, int] = {"without": 2, "free of": 2, "rather than": 3, "upcoming": 3}
"""Forward triggers whose scope is at most so many words."""

PARTIAL = frozenset(
    (
        "no",
        "without",
        "free of",
        "rather than",
        "if",
        "in case",
        "unless",
        "provided that",
        "upcoming",
    )
)
"""Triggers that decide over their own part only: "it crashes without network" is affirmed."""

ENABLING = frozenset(
    words(
        "can could able dares dare knows know understands understand maintains maintain owns own "
        "responsible gets receives works work dared knew reaches"
    )
)
"""After "nobody" and the like these state a fault: nobody can order, nobody owns the data."""

SUBJECTS = frozenset(("nobody", "no one", "none", "none of"))
"""Triggers that are the subject of their sentence. "No {people}" is one, too."""

ENDS = (
    *("but", "however", "although", "though", "except", "because", "as", "so that", "therefore"),
    *("instead", "otherwise", "currently", "today", "now", "at present", "still", "when"),
    *("whenever", "while", "then", "until", "since", "yet the", "nevertheless", "apart from"),
    *("and it", "and we", "and they", "and the", "and this", "and that", "and our", "and i"),
    *("and you", "and people", "and users", "and customers", "and he", "and she", "and there"),
    *("which", "only", "while", "and {failing}"),
)

LIGHT_ENDS = frozenset(words("still now today currently only when whenever then as until since"))
"""Ends of a scope that do not part a clause: "the numbers are still to be measured"."""

FAILING = frozenset(words("fails failed breaks broke throws threw hangs hung stops stopped works"))
"""Verbs that end the scope of a noun: "a test with no lines fails"."""

ADVERBS = frozenset(
    words(
        "really actually currently always yet even fully completely entirely quite very longer "
        "ever simply just immediately automatically reliably directly also any so too properly "
        "correctly already necessarily truly"
    )
)
"""Words that may stand inside of a trigger: does not *really* work."""
