"""What is due: reviews, what the next session lacks, and the calendar of both.

What `briefs due` prints, and its exit codes: tests/cli/test_due.py.
"""

import shutil
from datetime import date, datetime
from pathlib import Path

import icalendar
import pytest

from pipeline.build import build_documents as build
from pipeline.commands.due import DueReport, read_due
from pipeline.commands.session import build_packs
from pipeline.editions.review import DueItem
from pipeline.model.dates import InformationDate
from pipeline.problems import Rule
from pipeline.project import open_project
from pipeline.report.calendar import due_calendar
from pipeline.report.due import due_text
from pipeline.targets import BuildOptions
from tests.commands.due_project import FACTS, FILES, SESSION, TEXT
from tests.conftest import (
    WriteProject,
    besides_publishing,
    changed,
    what_is_wrong,
    write_files,
)

BEGINS = date(2017, 10, 26)


def due(root: Path, *on: int) -> DueReport:
    return read_due(open_project(root), date(*on))


def build_all(root: Path) -> None:
    project, options = open_project(root), BuildOptions(profiles=("office",))
    assert build(project, options, date(2017, 10, 1)).problems == ()
    packs = build_packs(project, options, "331", BEGINS)
    assert not besides_publishing(packs.problems)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project once, PDFs and packs."""
    root = tmp_path_factory.mktemp("built")
    write_files(root, FILES)
    build_all(root)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Return a copy of it, where `write_project` writes."""
    return shutil.copytree(built, tmp_path / "project")


def test_an_edition_is_overdue_the_day_after_its_review(root: Path) -> None:
    assert due(root, 2018, 12, 31).overdue == ()
    report = due(root, 2019, 1, 1)
    (item,) = report.due
    assert item == DueItem(
        date(2018, 12, 31),
        "review",
        "review it: 12 months after 2017-12-31",
        brief="brief",
        information_date=InformationDate(2017),
    )
    assert item.days_left(report.on) == -1
    assert (report.overdue, report.problems) == ((item,), ())


def test_only_the_current_edition_is_reviewed(write_project: WriteProject) -> None:
    later = "change_note: New\nreview_after: 1 year\nissued: 2018-03-09\n"
    root = write_project(
        {
            **FILES,
            "content/brief/2018-03/en.yaml": TEXT,
            "content/brief/2018-03/edition.yaml": later,
        }
    )
    assert due(root, 2018, 1, 15).due[0].information_date == InformationDate(2017)
    report = due(root, 2019, 1, 2)
    (item,) = report.due
    assert (report.overdue, report.problems) == ((), ())
    assert (item.information_date, item.day) == (InformationDate(2018, 3), date(2019, 3, 9))


def test_without_a_review_and_a_session_nothing_is_due(write_project: WriteProject) -> None:
    root = write_project({**FILES, FACTS: None, "content/sessions/331.yaml": None})
    report = due(root, 2026, 1, 1)
    assert (report.due, report.next_session, report.problems) == ((), None, ())


def test_a_session_that_has_all_it_needs_lacks_nothing(root: Path) -> None:
    report = due(root, 2017, 10, 14)
    assert report.next_session
    assert report.next_session.slug == "331"
    assert [item.kind for item in report.due] == ["review"]
    assert (report.overdue, report.problems) == ((), ())


def test_a_stale_pdf_is_due(root: Path, write_project: WriteProject) -> None:
    write_project({**FILES, "content/brief/2017/fr.yaml": changed(TEXT, "Some", "Other")})
    report = due(root, 2017, 10, 14)
    pack, document, review = report.due
    assert pack == DueItem(
        *(BEGINS, "pack", "its pack is missing or stale", "briefs pack 331"),
        session="331",
        languages=("en", "fr"),
    )
    assert document == DueItem(
        *(BEGINS, "document", "its PDF is missing or stale"),
        hint="briefs build --session 331 --profile office",
        brief="brief",
        information_date=InformationDate(2017),
        session="331",
        languages=("fr",),
    )
    assert document.days_left(report.on) == 12
    assert review.kind == "review"
    assert (report.overdue, report.problems) == ((), ())


def test_the_most_urgent_item_comes_first(write_project: WriteProject) -> None:
    root = write_project(
        {
            **FILES,
            "content/old/2015/en.yaml": TEXT,
            "content/old/2015/edition.yaml": "review_after: 1 year\n",
        }
    )
    report = due(root, 2017, 10, 25)
    items = [(item.days_left(report.on), item.kind, item.brief) for item in report.due]
    assert items == [
        (-298, "review", "old"),
        (1, "pack", ""),
        (1, "document", "brief"),
        (432, "review", "brief"),
    ]
    assert report.overdue == report.due[:1]


@pytest.mark.parametrize(
    ("file", "text", "kind", "what"),
    [
        (
            FACTS,
            "status: draft\n",
            "edition",
            'content/sessions/331.yaml:5:12: "brief" has no edition current on 2017-10-26',
        ),
        ("content/brief/2017/fr.yaml", "titel: x\n", "edition", "its content has errors"),
        (
            "content/brief/2017/fr.yaml",
            None,
            "translation",
            'content/sessions/331.yaml:6:23: "brief" of 2017 has no text in "fr"',
        ),
        (
            "content/sessions/331.yaml",
            changed(SESSION, "brief: brief", "brief: other"),
            "edition",
            'content/sessions/331.yaml:5:12: there is no brief "other"',
        ),
        (
            "content/sessions/331.yaml",
            f"{SESSION}  - {{brief: brief, copies: {{en: 9}}}}\n",
            "session",
            'content/sessions/331.yaml:7:13: "brief" of 2017 is handed out in line 5 too',
        ),
    ],
    ids=["draft", "errors", "translation", "brief", "twice"],
)
def test_missing_items_of_the_next_session_are_overdue_once_it_has_begun(
    root: Path,
    write_project: WriteProject,
    file: str,
    text: str | None,
    kind: str,
    what: str,
) -> None:
    write_project({**FILES, file: text})
    report = due(root, 2017, 10, 27)
    items = [item for item in report.due if item.kind == kind]
    assert [item.what for item in items] == [what]
    assert items[0] in report.overdue
    before = due(root, 2017, 10, 1)
    assert (before.overdue, before.problems) == ((), ())


def test_a_language_replaced_by_the_default_is_listed_but_not_needed(
    root: Path, write_project: WriteProject
) -> None:
    session = SESSION + "missing_language: default\n"
    write_project(
        {**FILES, "content/brief/2017/fr.yaml": None, "content/sessions/331.yaml": session}
    )
    build_all(root)
    report = due(root, 2017, 10, 27)
    assert (report.overdue, report.problems) == ((), ())
    item = report.due[0]
    assert item.what == "no text in fr; en is handed out, as the session allows"
    assert item.needed is False
    assert due_text(report).startswith("1 day ago")


def test_the_next_session_is_the_first_that_has_not_ended(
    write_project: WriteProject,
) -> None:
    later = changed(SESSION, "2017-10-26", "2018-03-08")
    later = changed(later, "2017-11-09", "2018-03-22")
    root = write_project({**FILES, "content/sessions/332.yaml": later})

    def following(*on: int) -> str | None:
        session = due(root, *on).next_session
        return session and session.slug

    assert following(2017, 1, 1) == "331"
    assert following(2017, 11, 9) == "331"
    assert following(2017, 11, 10) == "332"
    assert following(2018, 3, 23) is None


def test_an_edition_that_cannot_be_read_is_a_problem(
    write_project: WriteProject,
) -> None:
    root = write_project(
        {**FILES, FACTS: "review_after: soon\n", "content/sessions/331.yaml": None}
    )
    (problem,) = due(root, 2019, 12, 31).problems
    assert (problem.rule, str(problem.place)) == (Rule.INVALID_VALUE, f"{FACTS}:1:15")


def test_a_session_that_cannot_be_read_is_a_problem(
    write_project: WriteProject,
) -> None:
    file = "content/sessions/331.yaml"
    root = write_project({**FILES, file: changed(SESSION, "place", "plaice")})
    wrong = what_is_wrong(due(root, 2017, 12, 31).problems)
    assert (Rule.UNKNOWN_KEY, f"{file}:3:1", 'unknown key "plaice"') in wrong


def calendar_of(report: DueReport) -> bytes:
    assert report.series
    return due_calendar(report, report.series)


def test_the_calendar_has_reviews_and_sessions_and_is_the_same_on_each_day(
    write_project: WriteProject,
) -> None:
    root = write_project(FILES)
    written = calendar_of(due(root, 2017, 10, 14))
    assert calendar_of(due(root, 2018, 11, 20)) == written
    session, review = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert session["SUMMARY"] == "Governing Body, session 331"
    assert session["LOCATION"] == "Geneva"
    assert session["DESCRIPTION"] == "brief: 120 en, 60 fr"
    assert session["DTSTART"].dt == date(2017, 10, 26)
    assert session["DTEND"].dt == date(2017, 11, 10)
    assert review["SUMMARY"] == "Review: A title"
    assert review["DTSTART"].dt == date(2018, 12, 31)
    assert review["DTSTAMP"].dt == datetime.fromisoformat("2017-12-31T00:00:00+00:00")
    assert session["UID"] != review["UID"]


def test_a_calendar_of_another_series_has_other_ids(write_project: WriteProject) -> None:
    def ids(series: str) -> set[str]:
        root = write_project({**FILES, "content/series.yaml": series})
        calendar = icalendar.Calendar.from_ical(calendar_of(due(root, 2017, 10, 14)))
        return {str(event["UID"]) for event in calendar.walk("VEVENT")}

    series = str(FILES["content/series.yaml"])
    first, second = ids(series), ids(changed(series, "Briefs", "Others"))
    assert len(first) == len(second) == 2
    assert not first & second
