"""The environment and sluice.yaml: a good file, and every mistake at once, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from worker.settings.load import load
from worker.settings.settings import Settings, SettingsError

GOOD = """\
sites:
  main:
    url: https://example.atlassian.net/
    kind: cloud
    email: sluice@example.com
    fields: {class: Kind of work}
    words: {accept: Go}
  old-one:
    url: http://jira.example.com/jira
    kind: datacenter
projects:
  SHOP:
    site: main
    targets: {tech_debt: 30, business_need: 60, exploration: 10}
    report: {issue: SHOP-1, day: friday, time: 9:30, timezone: Asia/Shanghai}
  OPS:
    site: old-one
    book: minimal
    language: zh
    capacity: {unit: count, no_work: [Dropped]}
"""
ENVIRON = {
    "SLUICE_MAIN_TOKEN": "a-token-nobody-may-see",
    "SLUICE_MAIN_SECRET": "a-secret-nobody-may-see",
    "SLUICE_OLD_ONE_TOKEN": "another-token-nobody-may-see",
    "SLUICE_OLD_ONE_SECRET": "another-secret-nobody-may-see",
    "SLUICE_REDIS_URL": "redis://:a-password-nobody-may-see@127.0.0.1:6379/0",
}
ONE_SITE = "sites: {main: {url: 'https://j.example.com', kind: cloud, email: a@b.c}}\n"


def read(folder: Path, text: str, **environ: str) -> Settings:
    path = folder / "sluice.yaml"
    path.write_text(text, encoding="utf-8")
    return load({**ENVIRON, "SLUICE_CONFIG": str(path), **environ})


def wrong(folder: Path, text: str, **environ: str) -> list[str]:
    """Everything that is said of a bad file, its folder left out."""
    with pytest.raises(SettingsError) as raised:
        read(folder, text, **environ)
    said = [str(problem).replace(f"{folder}/", "") for problem in raised.value.problems]
    assert not any("nobody-may-see" in line for line in said)
    assert not any("\n" in line for line in said)
    for jargon in ("pydantic", "input should", "Input should", "regex", "instance of"):
        assert not any(jargon in line for line in said), said
    return said


def one(folder: Path, text: str, **environ: str) -> str:
    (line,) = wrong(folder, text, **environ)
    return line


def project(line: str) -> str:
    """A file with one site and one project, about which this line says something."""
    return f"{ONE_SITE}projects:\n  SHOP:\n    language: en\n    {line}\n"


def stuck_after(minutes: str) -> str:
    """A file that says after how many minutes a stuck issue is told."""
    return project("book: default").replace(
        "kind: cloud,", f"kind: cloud, tell_stuck_after: {minutes},"
    )


def test_a_good_file_is_read(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    main, old = settings.sites["main"], settings.sites["old-one"]
    shop, ops = settings.projects["SHOP"], settings.projects["OPS"]
    assert main.account.url == "https://example.atlassian.net"
    assert (main.account.token, old.secret) == (
        "a-token-nobody-may-see",
        "another-secret-nobody-may-see",
    )
    assert main.fields["class"] == "Kind of work" and main.fields["gate"] == "Sluice Gate"
    assert main.words["accept"] == "Go" and main.words["reject"] == "Reject"
    assert shop.targets == {"tech_debt": 30, "business_need": 60, "exploration": 10}
    assert shop.report is not None and f"{shop.report.time:%H:%M}" == "09:30"
    assert shop.report.weekday == 4
    assert (ops.site, ops.language, ops.capacity.unit, ops.report) == (
        *("old-one", "zh", "count", None),
    )
    assert set(settings.of_site("main")) == {"SHOP"}
    assert settings.reconcile_minutes == 10


@pytest.mark.parametrize(("written", "minutes"), [("off", None), ("false", None), ("45", 45)])
def test_a_stuck_issue_is_told_after_minutes_or_never(
    tmp_path: Path, written: str, minutes: int | None
) -> None:
    settings = read(tmp_path, stuck_after(written))
    assert settings.sites["main"].tell_stuck_after == minutes


@pytest.mark.parametrize("written", ["0", "true", "soon", "1.5"])
def test_another_time_is_refused(tmp_path: Path, written: str) -> None:
    assert "write one from 1 to 100000, or off" in one(tmp_path, stuck_after(written))


def test_secrets_are_in_no_repr(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    assert "nobody-may-see" not in f"{settings!r} {settings}"


def test_every_mistake_of_every_kind_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        "book: bad\nrules:\n  - id: one\n    when: labels = \n    points: {pain: 1}\n", "utf-8"
    )
    text = """\
sites:
  main:
    url: jira.example.com
    kind: cloud
    urll: x
  second:
    url: https://two.example.com
    kind: cloud
projects:
  SHOP:
    site: third
    book: bad.yaml
    targets: {tech_debt: 20, business_need: 60, exploration: 10}
  OPS:
    site: main
    language: fr
reconcile_minute: 5
"""
    said = wrong(tmp_path, text, SLUICE_MAIN_TOKEN="", SLUICE_REDIS_URL="http://x")
    expected = [
        ("sluice.yaml:5:", 'unknown key "urll": did you mean "url"?'),
        ("sluice.yaml:16:", '"fr"'),
        ("sluice.yaml:17:", 'unknown key "reconcile_minute": did you mean "reconcile_minutes"?'),
        ("sluice.yaml:6:", '"email" is missing'),
        ("sluice.yaml:11:", '"site" has to be one of: main, second'),
        ("sluice.yaml:13:", "sum of the targets is 90: it has to be 100"),
        ("sluice.yaml:12:", 'the rulebook "bad.yaml" can\'t be used'),
        ("bad.yaml:", ""),
        ("environment:", "SLUICE_MAIN_TOKEN is not set"),
        ("environment:", "SLUICE_SECOND_TOKEN is not set"),
        ("environment:", "SLUICE_SECOND_SECRET is not set"),
        ("environment:", "SLUICE_REDIS_URL is not an address"),
    ]
    for start, words in expected:
        assert any(line.startswith(start) and words in line for line in said), (start, words, said)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("boook: default", 'unknown key "boook": did you mean "book"?'),
        ("model_key: ${KEY}", 'the key "model_key" does not belong here: move it, or remove it'),
        ("book: defalt", 'did you mean "default"?'),
        ("book: nowhere.yaml", "can't be read"),
        ("targets: {tech_debt: 20, business_need: 70}", "sum of the targets is 90"),
        ("targets: {tech_debt: 20, undecided: 80}", "undecided can't have a target"),
        ("targets: {}", "targets"),
        ("targets: {tech_debt: 120, business_need: -20, exploration: 0}", "100 or less"),
        ("targets: {tech_det: 20, business_need: 70, exploration: 10}", 'mean "tech_debt"?'),
        ("report: {issue: shop 1}", "SHOP-12"),
        ("report: {issue: SHOP-1, timezone: Mars/Olympus}", "not a time zone"),
        ("report: {issue: SHOP-1, timezone: ../../etc/passwd}", "not a time zone"),
        ("report: {issue: SHOP-1, day: mondey}", 'did you mean "monday"?'),
        ("report: {issue: SHOP-1, time: 25:00}", "not a time of day"),
        ("report: {issue: SHOP-1, time: 9}", "not a time of day"),
        ("report: {issue: SHOP-1, time: 9.30}", "not a time of day"),
        ("report: {issue: SHOP-1, time: '09:00+02:00'}", "not a time of day"),
        ("report: {day: monday}", "issue"),
        ("site: other", '"site" has to be one of: main'),
        ("by: count", "has moved: write `capacity: {unit: count}`"),
        ("capacity: {unit: hours}", 'can\'t be "hours": write one of person_days, points'),
        ("capacity: {days_off: nowhere.csv}", "can't be read"),
    ],
)
def test_a_mistake_in_a_project_is_named_with_its_line(
    tmp_path: Path, line: str, words: str
) -> None:
    said = wrong(tmp_path, project(line))
    assert any(text.startswith("sluice.yaml:5: ") or "nowhere" in text for text in said), said
    assert any(words in text for text in said), said


@pytest.mark.parametrize("time", ["9:30", "'9:30'", "09:30", "'09:30'"])
def test_a_time_of_day_is_read_with_and_without_quotes(tmp_path: Path, time: str) -> None:
    found = read(tmp_path, project(f"report: {{issue: SHOP-1, time: {time}}}"))
    report = found.projects["SHOP"].report
    assert report is not None and f"{report.time:%H:%M}" == "09:30"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("example.atlassian.net", "not an address"),
        ("ftp://example.com", "not an address"),
        ("'http://[::1'", "not an address"),
        ("http://example.com:port", "not an address"),
        ("https://me:a-password-nobody-may-see@example.com", "holds a user or password"),
        ("https://example.com/secure/Dashboard.jspa?a=b", "has a query or fragment"),
    ],
)
def test_a_bad_address_is_named_with_its_line(tmp_path: Path, url: str, words: str) -> None:
    text = f"sites:\n  main:\n    url: {url}\n    kind: datacenter\nprojects: {{SHOP: {{}}}}\n"
    line = one(tmp_path, text)
    assert line.startswith("sluice.yaml:3: sites.main: ") and words in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 'begin with "sites:"'),
        ("- a\n- b\n", 'begin with "sites:"'),
        ("just words", 'begin with "sites:"'),
        ("sites: [\n", "sluice.yaml:"),
        ("\tsites: 1", "tab"),
    ],
)
def test_a_file_that_holds_no_settings_says_so_in_a_line(
    tmp_path: Path, text: str, words: str
) -> None:
    assert words in one(tmp_path, text)


def test_no_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load({"SLUICE_CONFIG": str(tmp_path / "nowhere.yaml")})
    (problem,) = raised.value.problems
    assert "nowhere.yaml:1: can't be read: No such file or directory: write it" in str(problem)


def test_a_key_that_stands_twice_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    said = wrong(tmp_path, project("language: en"), SLUICE_MAIN_TOKEN=" ")
    assert any("is here twice" in line for line in said)
    assert any("SLUICE_MAIN_TOKEN is not set" in line for line in said)


def test_a_site_with_a_bad_name_is_told_the_form(tmp_path: Path) -> None:
    text = ONE_SITE.replace("main", "Main_Site") + "projects: {SHOP: {}}\n"
    assert "use small letters, digits and -" in one(tmp_path, text)


def test_a_word_that_is_no_class_or_verdict_is_told_the_nearest(tmp_path: Path) -> None:
    text = GOOD.replace("words: {accept: Go}", "words: {acept: Go}")
    line = one(tmp_path, text)
    assert (
        'sluice.yaml:7: sites.main: "acept" is not a class or verdict: did you mean "accept"?'
        in line
    )


@pytest.mark.parametrize("url", ["http://x", "redis://127.0.0.1:port/0", "127.0.0.1:6379"])
def test_a_wrong_address_of_redis_names_the_variable(tmp_path: Path, url: str) -> None:
    assert "SLUICE_REDIS_URL is not an address" in one(tmp_path, GOOD, SLUICE_REDIS_URL=url)


def test_the_queue_is_in_the_redis_of_the_store_unless_it_has_an_address_of_its_own(
    tmp_path: Path,
) -> None:
    for same in ("", ENVIRON["SLUICE_REDIS_URL"]):
        found = read(tmp_path, GOOD, SLUICE_BROKER_URL=same)
        assert found.broker_url == found.redis_url and found.queue_in_store
    found = read(tmp_path, GOOD, SLUICE_BROKER_URL="redis://:hidden-word@queue:6379/1")
    assert found.broker_url == "redis://:hidden-word@queue:6379/1" and not found.queue_in_store
    assert "hidden-word" not in repr(found)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:port/0", "x"])
def test_a_wrong_address_of_the_queue_names_the_variable(tmp_path: Path, url: str) -> None:
    line = one(tmp_path, GOOD, SLUICE_BROKER_URL=url)
    assert "SLUICE_BROKER_URL is not an address" in line


def test_a_token_with_a_line_break_inside_is_refused_without_showing_it(tmp_path: Path) -> None:
    line = one(tmp_path, GOOD, SLUICE_MAIN_TOKEN="a-token\nnobody-may-see")
    assert line.startswith("environment: SLUICE_MAIN_TOKEN has an invalid character")


MODEL = ONE_SITE + "projects: {SHOP: {model: models/shop.npz}}\n"
KEY = "0123456789abcdef" * 4


def test_a_model_needs_a_key_and_the_line_says_how_to_make_one(tmp_path: Path) -> None:
    (said,) = wrong(tmp_path, MODEL)
    assert said.startswith("sluice.yaml:2: projects.SHOP: a model needs a key that seals its words")
    assert "set SLUICE_MODEL_KEY to the output of `openssl rand -hex 32`" in said


def test_the_key_comes_from_the_environment_by_default_or_by_another_name(tmp_path: Path) -> None:
    for text, variable in (
        (MODEL, "SLUICE_MODEL_KEY"),
        (MODEL + "model_key: ${OUR_KEY}\n", "OUR_KEY"),
    ):
        found = read(tmp_path, text, **{variable: f" {KEY.upper()}\n"})
        assert found.model_key == KEY.encode()
        assert KEY not in repr(found)
    assert read(tmp_path, MODEL + f"model_key: {KEY!r}\n").model_key == KEY.encode()


@pytest.mark.parametrize("bad", ["nobody-may-see", "abcd" * 7, "nobody-may-see" * 5])
def test_a_bad_key_is_told_without_repeating_it(tmp_path: Path, bad: str) -> None:
    (said,) = wrong(tmp_path, MODEL, SLUICE_MODEL_KEY=bad)
    assert said.startswith("environment: SLUICE_MODEL_KEY is not a key: use 32 hex digits or more")
    assert bad not in said
    (said,) = wrong(tmp_path, MODEL + f"model_key: {bad!r}\n")
    assert said.startswith("sluice.yaml:3: model_key: is not a key: use 32 hex digits or more")
    assert bad not in said


def test_a_site_names_its_robots_and_a_project_how_fast_decisions_age(tmp_path: Path) -> None:
    plain = read(tmp_path, GOOD)
    assert plain.sites["main"].robots == () and plain.projects["SHOP"].half_life_days == 90
    text = GOOD.replace("    words: {accept: Go}\n", "    robots: [automation]\n")
    text = text.replace(
        "    capacity: {unit: count, no_work: [Dropped]}\n", "    learn: {half_life_days: 30}\n"
    )
    found = read(tmp_path, text)
    assert found.sites["main"].robots == ("automation",)
    assert found.projects["OPS"].half_life_days == 30
    wrong_age = text.replace("half_life_days: 30", "half_life_days: 1")
    assert any("half_life_days" in line for line in wrong(tmp_path, wrong_age))


def test_a_project_has_fields_of_its_own_and_says_how_long_it_is_ranked(tmp_path: Path) -> None:
    more = "    fields: {class: customfield_10101, points: none}\n    rerank: always\n"
    found = read(tmp_path, GOOD + more).projects
    assert found["OPS"].fields == {"class": "customfield_10101", "points": "none"}
    assert (found["OPS"].rerank, found["SHOP"].rerank) == ("always", "until_started")
    assert found["SHOP"].fields == {}
    (line,) = wrong(tmp_path, GOOD + "    fields: {klass: x}\n")
    assert "klass" in line
    assert any("rerank" in line for line in wrong(tmp_path, GOOD + "    rerank: never\n"))


def test_a_condition_on_a_field_that_only_this_project_writes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    rule = "{id: a, when: 'Team is not empty', class: {tech_debt: 2}, because: {en: A, zh: B}}"
    text = f"book: ours\nfields: {{Team: text}}\nrules: [{rule}]\n"
    (tmp_path / "books" / "ours.yaml").write_text(text, "utf-8")
    projects = "projects: {OPS: {book: ours, fields: {class: Team}}}\n"
    assert any('condition on "team"' in line for line in wrong(tmp_path, ONE_SITE + projects))


def test_a_site_names_its_former_accounts_and_priorities_and_a_project_its_id(
    tmp_path: Path,
) -> None:
    plain = read(tmp_path, GOOD)
    assert plain.sites["main"].former_accounts == () and plain.sites["main"].priorities == {}
    assert plain.projects["OPS"].id == ""
    text = GOOD.replace(
        "    words: {accept: Go}\n",
        "    former_accounts: [sluice-old]\n    priorities: {Highest: Sofort}\n",
    )
    text = text.replace("    capacity: {unit: count, no_work: [Dropped]}\n", "    id: 10001\n")
    found = read(tmp_path, text)
    assert found.sites["main"].former_accounts == ("sluice-old",)
    assert found.sites["main"].priorities == {"Highest": "Sofort"}
    assert found.projects["OPS"].id == "10001"
    assert any("id" in line for line in wrong(tmp_path, text.replace("10001", "OPS-1")))


PROJECT = ONE_SITE + "projects: {SHOP: {"
SECRETS = {"SLUICE_MAIN_TOKEN": "x", "SLUICE_MAIN_SECRET": "y"}


def test_a_project_says_how_it_is_told(tmp_path: Path) -> None:
    plain = read(tmp_path, PROJECT + "}}", **SECRETS).projects["SHOP"].telling
    assert (plain.when, plain.visibility, plain.notify) == (None, {}, True)
    text = "comment: never, visibility: {group: jira-developers}, notify: false}}"
    found = read(tmp_path, PROJECT + text, **SECRETS).projects["SHOP"].telling
    assert found.when == "never" and found.notify is False
    assert found.visibility == {"type": "group", "value": "jira-developers"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("visibility: {role: A, group: B}", "needs either a role or a group"),
        ("visibility: {}", "write `visibility: {role: Developers}`"),
        ("comment: sometimes", "write one of always, when_asking, never"),
        ("notify: maybe", "notify"),
    ],
)
def test_a_mistake_in_how_a_project_is_told_is_said(tmp_path: Path, text: str, said: str) -> None:
    problems = wrong(tmp_path, f"{PROJECT}{text}}}}}", **SECRETS)
    assert len(problems) == 1 and said in problems[0], problems


def test_no_rule_may_use_the_field_for_the_reasons(tmp_path: Path) -> None:
    book = tmp_path / "books" / "ours.yaml"
    book.parent.mkdir()
    book.write_text(
        "book: ours\nfields: {Sluice Why: text}\nrules:\n"
        "  - {id: a, when: '\"Sluice Why\" is not EMPTY', points: {pain: 1}, because: It is.}\n"
        "measures: {pain: {weight: 1}}\n",
        "utf-8",
    )
    problems = wrong(tmp_path, PROJECT + "book: ours}}", **SECRETS)
    assert any("sluice why" in one and "which Sluice writes" in one for one in problems), problems


def test_a_former_secret_may_be_set_while_it_is_changed(tmp_path: Path) -> None:
    site = read(tmp_path, PROJECT + "}}", **SECRETS).sites["main"]
    assert site.old_secret == ""
    site = read(tmp_path, PROJECT + "}}", **SECRETS, SLUICE_MAIN_SECRET_OLD=" z ").sites["main"]
    assert (site.secret, site.old_secret) == ("y", "z")
    assert "'z'" not in repr(site)
    (problem,) = wrong(tmp_path, PROJECT + "}}", **SECRETS, SLUICE_MAIN_SECRET_OLD="ä")
    assert "SLUICE_MAIN_SECRET_OLD has an invalid character" in str(problem)
