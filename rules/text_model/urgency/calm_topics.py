"""List the topics that make an issue less urgent: their weight and their words. See `topics`."""

from __future__ import annotations

from collections.abc import Mapping

CALM: Mapping[str, tuple[float, str]] = {
    "typo": (
        -2.5,
        "typo typos typographical spelling spelled spelt misspell* misspelt mis_spelled "
        "grammar* punctuation wording capitaliz* capitalis* wrong_word reword* rephras*",
    ),
    "looks": (
        -2.0,
        "cosmetic* icon icons color colors colour* font fonts align* misalign* padding margin* "
        "indent* layout whitespace white_space pixel pixels tooltip* label labels look_and "
        "ugly pretty prettier prettify nicer style styles styling css formatting blank_line "
        "trailing theme themes logo dark_mode favicon spacing",
    ),
    "documents": (
        -1.5,
        "doc docs document documents documentation documented documenting javadoc* readme "
        "comment comments manual tutorial* guide guides wiki faq example examples sample "
        "samples website web_site man_page help_text changelog glossary",
    ),
    "clean-up": (
        -1.8,
        "cleanup* clean_up cleanups cleaning unused refactor* renam* removal deprecat* "
        "redundan* obsolete tidy unnecessar* dead_code simplif* reorgani* code_style "
        "checkstyle findbugs lint linter lints copyright duplicate_code duplicated_code "
        "consolidat* modulari* leftover* boilerplate get_rid",
    ),
    "wish": (
        -2.2,
        "be_nice be_good be_great be_useful be_helpful be_cool be_better be_handy be_nicer "
        "nice_to it'd_be could_be maybe perhaps might_be should_probably minor trivial* small "
        "little tiny slight* low_priority not_urgent not_critical not_important no_big big_deal "
        "nitpick* annoy* confus* inconvenien* workaround* work_around convenien* optional* "
        "some_day someday eventually wish wishlist wishes cool handy",
    ),
    "messages": (
        -1.4,
        "message messages log_message* logging logger logged log_level warning warnings warn "
        "verbos* debug debugging misleading unclear unhelpful diagnostic* print prints printed "
        "printing display displays displayed stderr stdout suggestion suggestions",
    ),
    "tests": (
        -0.8,
        "unit_test* test_case* test tests testcase testcases coverage junit mock mocks mocking "
        "test_suite",
    ),
    "improvement": (
        -0.8,
        "improv* enhanc* better easier allow allows allowing ability_to add adds added adding "
        "provide support extend feature_request proposal suggest consider* configurable custom "
        "customiz* customis* more",
    ),
    "names": (
        -1.0,
        "naming naming_convention* inconsistent inconsistently consisten* misnam* misnomer "
        "default_value hardcoded hard_coded",
    ),
    "tools": (
        -0.8,
        "ide eclipse netbeans intellij maven pom ant gradle script scripts makefile cmake svn "
        "git archetype editorconfig",
    ),
    "old systems": (
        -0.6,
        "solaris aix hpux ie0 ie_0 internet_explorer safari opera vista xp zos cygwin openbsd "
        "freebsd netbsd haiku windows",
    ),
    "dependency": (-0.4, "upgrade_to update_to bump bumps new_version dependenc*"),
    "rare": (
        -0.8,
        "rare rarely sometimes occasional* corner_case* edge_case* some_cases certain specific "
        "unlikely theoretical* potential* harmless",
    ),
    "question": (
        -1.0,
        "? question questions wonder* why_does why_is why_do what_is how_to how_do how_can "
        "is_it discuss* investigat* think_about figure_out explore",
    ),
    "later": (
        -0.8,
        "todo fixme xxx follow_up followup later future the_road some_point backlog tracking",
    ),
    "members": (
        -0.4,
        "attribute* getter* setter* accessor* constructor* interface tostring equals hashcode "
        "static enum* constant* public private protected overload*",
    ),
    "screen": (
        -0.5,
        "ui gui dialog* menu menus button buttons tab tabs scroll* click* screen widget* "
        "checkbox* dropdown* drop_down text_field panel toolbar keyboard hover view",
    ),
    "patch": (
        -0.4,
        "attached_patch patch_attached fix_attached pull_request please_review see_patch",
    ),
}
