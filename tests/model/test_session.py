"""Sessions are loaded and checked."""

from collections.abc import Callable
from datetime import date

import pytest

from pipeline.content.loader import load_series
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.model.dates import InformationDate
from pipeline.model.session import Dates, Handout, Paper, Session
from pipeline.problems import Problem, Rule, Severity
from pipeline.project import open_project
from tests.conftest import WriteProject

FILE = "content/sessions/331.yaml"
SESSION = """\
body: {en: Governing Body, fr: Conseil d’administration}
dates: {start: 2017-10-26, end: 2017-11-09}
place: Geneva
handouts:
  - brief: brief
    copies: {en: 120, fr: 60}
"""
LoadSession = Callable[[str], tuple[Session | None, list[Problem]]]


@pytest.fixture
def load(write_project: WriteProject) -> LoadSession:
    """Load one session of a small project."""

    def load(text: str) -> tuple[Session | None, list[Problem]]:
        project = open_project(write_project({FILE: text}))
        series, _ = load_series(project, ())
        assert series
        (path,) = find_sessions(project)[0].values()
        _, session, problems = load_session(project, path, series)
        return session, problems

    return load


def test_a_session_has_the_values_of_its_file(load: LoadSession) -> None:
    session, problems = load(SESSION + "missing_language: default\n")
    assert problems == []
    assert session
    facts = session.facts
    assert (session.slug, session.file) == ("331", FILE)
    assert facts.dates == Dates(start=date(2017, 10, 26), end=date(2017, 11, 9))
    assert facts.body == {"en": "Governing Body", "fr": "Conseil d’administration"}
    assert facts.handouts == (Handout(brief="brief", copies={"en": 120, "fr": 60}),)
    assert facts.missing_language == "default"
    assert facts.languages == {"en", "fr"}


def test_missing_keys_of_a_session_have_defaults(load: LoadSession) -> None:
    session, _ = load(SESSION.partition("handouts")[0])
    assert session
    assert session.facts.handouts == ()
    assert session.facts.missing_language == "stop"
    assert session.facts.paper == Paper(size="A4", grams=None, duplex=True, finish="staple")


def test_an_edition_is_named_by_its_information_date(load: LoadSession) -> None:
    session, problems = load(SESSION + "    edition: 2017-03\n")
    assert problems == []
    assert session
    assert session.facts.handouts[0].edition == InformationDate(2017, 3)


def test_a_session_of_one_day_begins_and_ends_on_it(load: LoadSession) -> None:
    session, problems = load(SESSION.replace("2017-11-09", "2017-10-26"))
    assert (session is not None, problems) == (True, [])


def test_all_errors_are_reported_at_once(load: LoadSession) -> None:
    wrong = SESSION.replace("place", "plaec").replace("120", "0").replace("26", "32")
    session, problems = load(wrong)
    assert session is None
    assert [(str(p.place), p.rule) for p in problems] == [
        (f"{FILE}:2:16", Rule.INVALID_VALUE),
        (f"{FILE}:6:18", Rule.INVALID_VALUE),
        (f"{FILE}:3:1", Rule.UNKNOWN_KEY),
    ]


def test_texts_of_a_session_are_checked_like_those_of_a_brief(load: LoadSession) -> None:
    _, problems = load(SESSION.replace("Geneva", "<b>Geneva</b>"))
    assert {p.rule for p in problems} == {Rule.RAW_HTML}


def test_a_text_missing_in_a_used_language_gives_a_warning(load: LoadSession) -> None:
    session, problems = load(SESSION.replace(", fr: Conseil d’administration", ""))
    assert session
    assert [(p.rule, str(p.place)) for p in problems] == [
        (Rule.MISSING_TRANSLATION, f"{FILE}:1:7")
    ]


def test_one_name_of_the_body_for_all_languages_gives_the_same_warning(
    load: LoadSession,
) -> None:
    body = "{en: Governing Body, fr: Conseil d’administration}"
    assert body in SESSION
    session, problems = load(SESSION.replace(body, "Governing Body"))
    assert session
    assert [(p.rule, str(p.place)) for p in problems] == [
        (Rule.MISSING_TRANSLATION, f"{FILE}:1:7")
    ]
    assert problems[0].severity is Severity.WARNING


def test_sessions_are_listed_by_name_without_opening_files(
    write_project: WriteProject,
) -> None:
    root = write_project(
        {f"content/sessions/{n}.yaml": "not: [yaml" for n in ("council-2025", 331)}
    )
    sessions, problems = find_sessions(open_project(root))
    assert list(sessions) == ["331", "council-2025"]
    assert problems == []


def test_a_project_may_have_no_sessions(write_project: WriteProject) -> None:
    assert find_sessions(open_project(write_project({}))) == ({}, [])


@pytest.mark.parametrize("name", ["October", "331_b", "³³¹", "-331"])
def test_the_file_name_of_a_session_is_a_slug(
    write_project: WriteProject, name: str
) -> None:
    project = open_project(write_project({f"content/sessions/{name}.yaml": SESSION}))
    sessions, problems = find_sessions(project)
    assert sessions == {}
    assert [p.rule for p in problems] == [Rule.SESSION_NAME]


def load_named(write_project: WriteProject, slug: str, text: str) -> list[Problem]:
    project = open_project(write_project({f"content/sessions/{slug}.yaml": text}))
    series, _ = load_series(project, ())
    assert series
    return load_session(project, find_sessions(project)[0][slug], series)[2]


NAME = "name: {en: 3rd Meeting, fr: 3e réunion}\n"
BODY = "body: {en: Governing Body, fr: Conseil d’administration}\n"


@pytest.mark.parametrize("slug", ["council-2025", "0331", "12345"])
def test_a_session_whose_file_name_is_no_number_needs_a_name(
    write_project: WriteProject, slug: str
) -> None:
    (problem,) = load_named(write_project, slug, SESSION)
    assert problem.rule is Rule.MISSING_KEY
    assert str(problem.place) == f"content/sessions/{slug}.yaml:1:1"
    assert problem.message == f'"name" is missing, and "{slug}" is not a number'
    assert load_named(write_project, slug, NAME + SESSION) == []


def test_a_session_with_a_name_needs_no_body(write_project: WriteProject) -> None:
    assert load_named(write_project, "331", NAME + SESSION.replace(BODY, "")) == []
    (problem,) = load_named(write_project, "331", SESSION.replace(BODY, ""))
    assert problem.rule is Rule.MISSING_KEY
    assert problem.message == '"body" is missing, and the session has only a number'


def test_the_name_of_a_session_is_in_each_language(write_project: WriteProject) -> None:
    (problem,) = load_named(write_project, "council", "name: 3rd Meeting\n" + SESSION)
    assert (problem.rule, problem.place.line) == (Rule.MISSING_TRANSLATION, 1)
