"""The editions and languages that a session hands out."""

from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_series
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.editions.sessions import ResolvedSessions, read_sessions
from pipeline.problems import Rule, Severity
from pipeline.project import open_project
from tests.conftest import WriteProject

TEXT = "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"
TWICE = {f"content/brief/{date}/en.yaml": TEXT for date in ("2017-11", "2018")}


def session(handouts: str, more: str = "", start: str = "2017-10-26") -> str:
    end = "2017-11-09" if start == "2017-10-26" else start
    return (
        "body: {en: Governing Body, fr: Conseil}\n"
        f"dates: {{start: {start}, end: {end}}}\n"
        f"place: Geneva\nhandouts: [{handouts}]\n{more}"
    )


def read(root: Path, *only: str) -> ResolvedSessions:
    project = open_project(root)
    series, _ = load_series(project, ())
    assert series
    return read_sessions(
        project, read_lifecycles(project, find_editions(project)[0]), series, only
    )


def editions(resolved: ResolvedSessions) -> list[str]:
    given = (g for plan in resolved.sessions for g in plan.handouts)
    return [f"{g.folder.slug} {g.folder.information_date}" for g in given]


def test_the_edition_handed_out_is_the_one_current_on_the_first_day(
    write_project: WriteProject,
) -> None:
    plain = session("{brief: brief, copies: {en: 1}}")
    resolved = read(write_project({**TWICE, "content/sessions/331.yaml": plain}))
    assert (editions(resolved), resolved.problems) == (["brief 2017"], ())
    # The first day of its information date, 1 November, is a day of the session.
    named = session("{brief: brief, edition: 2017-11, copies: {en: 1}}")
    resolved = read(write_project({**TWICE, "content/sessions/331.yaml": named}))
    assert (editions(resolved), resolved.problems) == (["brief 2017-11"], ())


def test_a_missing_language_stops_unless_the_session_takes_the_default(
    write_project: WriteProject,
) -> None:
    hand = "{brief: brief, copies: {fr: 5, en: 1}}"
    resolved = read(write_project({"content/sessions/331.yaml": session(hand)}))
    assert [p.rule for p in resolved.problems] == [Rule.MISSING_LANGUAGE]
    assert resolved.sessions == ()
    replaced = session(hand, "missing_language: default\n")
    resolved = read(write_project({"content/sessions/331.yaml": replaced}))
    (plan,) = resolved.sessions
    assert plan.handouts[0].printed_in == {"en": "en", "fr": "en"}
    # In the order of the series, not of the file.
    assert list(plan.handouts[0].copies.items()) == [("en", 1), ("fr", 5)]


def test_a_missing_text_in_the_default_language_stops_too(
    write_project: WriteProject,
) -> None:
    hand = session("{brief: brief, copies: {fr: 1, en: 1}}", "missing_language: default\n")
    files = {
        "content/brief/2017/en.yaml": None,
        "content/brief/2017/fr.yaml": TEXT,
        "content/sessions/331.yaml": hand,
    }
    resolved = read(write_project(files))
    assert [p.message for p in resolved.problems] == ['"brief" of 2017 has no text in "en"']


def test_readers_of_a_language_get_the_briefs_with_copies_in_it(
    write_project: WriteProject,
) -> None:
    hand = "{brief: brief, copies: {en: 9}}, {brief: other, copies: {en: 3, fr: 2}}"
    files = {f"content/other/2017/{code}.yaml": TEXT for code in ("en", "fr")}
    files["content/sessions/331.yaml"] = session(hand)
    (plan,) = read(write_project(files)).sessions
    slugs = {c: [g.folder.slug for g in plan.in_language(c)] for c in ("en", "fr", "ar")}
    assert slugs == {"en": ["brief", "other"], "fr": ["other"], "ar": []}


def test_sessions_that_touch_on_a_day_take_place_at_once(
    write_project: WriteProject,
) -> None:
    files = {
        "content/sessions/331.yaml": session("{brief: brief, copies: {en: 1}}"),
        "content/sessions/332.yaml": session(
            "{brief: brief, copies: {en: 1}}", start="2017-11-09"
        ),
        "content/sessions/333.yaml": session(
            "{brief: brief, copies: {en: 1}}", start="2017-11-10"
        ),
    }
    resolved = read(write_project(files))
    assert [str(p.place) for p in resolved.problems] == ["content/sessions/332.yaml:2:8"]
    assert [p.rule.severity for p in resolved.problems] == [Severity.WARNING]
    assert [p.session.slug for p in resolved.sessions] == ["331", "332", "333"]
    assert resolved.slugs == ("331", "332", "333")
    # Asked for others, it says nothing of that one.
    assert read(write_project(files), "333").problems == ()


def test_sessions_are_checked_when_all_briefs_are(write_project: WriteProject) -> None:
    files = {"content/sessions/331.yaml": session("{brief: bref, copies: {en: 1}}")}
    root = str(write_project(files))
    result = CliRunner().invoke(main, ["--project", root, "check"])
    assert result.exit_code == 3
    assert 'there is no brief "bref"' in result.stderr
    assert "1 edition and 1 session checked" in result.stderr
    alone = CliRunner().invoke(main, ["--project", root, "check", "brief"])
    assert alone.exit_code == 0
    assert "session" not in alone.stderr
