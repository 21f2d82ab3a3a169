"""`briefs due`: what it prints and writes, and its exit codes.

What is due: tests/commands/test_due.py.
"""

import json
from datetime import date

import icalendar
import pytest

from pipeline.commands.due import DueReport, read_due
from pipeline.project import open_project
from pipeline.report.due import due_summary
from tests.commands.due_project import FACTS, FILES, SESSION, TEXT
from tests.conftest import WriteProject, briefs, changed

SESSION_FILE = "content/sessions/331.yaml"


def test_an_overdue_item_is_listed_as_text_and_exits_with_6(
    write_project: WriteProject,
) -> None:
    root = write_project(
        {
            **FILES,
            "content/old/2015/en.yaml": TEXT,
            "content/old/2015/edition.yaml": "review_after: 1 year\n",
        }
    )
    result = briefs(root, "due", "--on", "2017-10-25")
    assert result.stdout.splitlines() == [
        "298 days late  2016-12-31  old 2015                        "
        "review it: 1 year after 2015-12-31",
        "in 1 day       2017-10-26  session 331 en, fr              "
        "its pack is missing or stale (briefs pack 331)",
        "in 1 day       2017-10-26  session 331: brief 2017 en, fr  "
        "its PDF is missing or stale (briefs build --session 331 --profile office)",
        "in 432 days    2018-12-31  brief 2017                      "
        "review it: 12 months after 2017-12-31",
    ]
    assert result.stderr == (
        "session 331 begins on 2017-10-26, in 1 day; 2 items missing; 1 overdue\n"
    )
    assert result.exit_code == 6


def test_nothing_due_exits_with_0(write_project: WriteProject) -> None:
    root = write_project({**FILES, FACTS: None, SESSION_FILE: None})
    result = briefs(root, "due")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "nothing overdue\n", 0)


def test_an_invalid_file_exits_with_3(write_project: WriteProject) -> None:
    wrong = changed(SESSION, "place", "plaice")
    root = write_project({**FILES, FACTS: "review_after: soon\n", SESSION_FILE: wrong})
    result = briefs(root, "due", "--on", "2019")
    assert f"{FACTS}:1:15: " in result.stderr
    assert f'{SESSION_FILE}:3:1: unknown key "plaice"' in result.stderr
    assert result.exit_code == 3


def test_json_has_every_key_and_nothing_goes_to_stderr(write_project: WriteProject) -> None:
    session = (
        "body: Governing Body\ndates: {start: 2018-12-19, end: 2019-01-30}\nplace: Geneva\n"
    )
    root = write_project({**FILES, SESSION_FILE: session})
    result = briefs(root, "due", "--on", "2019-01-02", "--json")
    assert (result.stderr, result.exit_code) == ("", 6)
    assert json.loads(result.stdout) == {
        "format": 1,
        "exit_code": 6,
        "problems": [],
        "on": "2019-01-02",
        "next_session": {
            "session": "331",
            "start": "2018-12-19",
            "end": "2019-01-30",
            "days_left": -14,
        },
        "due": [
            {
                "kind": "session",
                "day": "2018-12-19",
                "days_left": -14,
                "overdue": True,
                "needed": True,
                "session": "331",
                "brief": "",
                "information_date": "",
                "languages": [],
                "what": f"{SESSION_FILE}: session 331 hands out nothing",
                "hint": "list the briefs under handouts, each with its copies",
            },
            {
                "kind": "review",
                "day": "2018-12-31",
                "days_left": -2,
                "overdue": True,
                "needed": True,
                "session": None,
                "brief": "brief",
                "information_date": "2017",
                "languages": [],
                "what": "review it: 12 months after 2017-12-31",
                "hint": "",
            },
        ],
    }


@pytest.mark.parametrize(
    ("on", "when"),
    [
        (date(2017, 10, 14), "begins on 2017-10-26, in 12 days"),
        (date(2017, 10, 26), "begins on 2017-10-26, today"),
        (date(2017, 10, 27), "is on until 2017-11-09"),
        (date(2017, 11, 9), "is on until 2017-11-09"),
    ],
)
def test_the_summary_says_when_the_next_session_is(
    write_project: WriteProject, on: date, when: str
) -> None:
    read = read_due(open_project(write_project(FILES)), on)
    report = DueReport(on, read.series, next_session=read.next_session)
    summary = f"session 331 {when}; nothing missing; nothing overdue"
    assert due_summary(report) == summary


def test_the_summary_after_the_last_session_names_none(
    write_project: WriteProject,
) -> None:
    report = read_due(open_project(write_project(FILES)), date(2017, 11, 10))
    assert due_summary(report) == "nothing overdue"


def test_a_calendar_is_written_to_a_file(write_project: WriteProject) -> None:
    root = write_project(FILES)
    briefs(root, "due", "--ics", root / "due.ics")
    calendar = icalendar.Calendar.from_ical((root / "due.ics").read_bytes())
    assert len(calendar.walk("VEVENT")) == 2


def test_a_calendar_that_cannot_be_written_exits_with_7(
    write_project: WriteProject,
) -> None:
    root = write_project(FILES)
    result = briefs(root, "due", "--ics", root / "content/series.yaml/due.ics")
    assert result.exit_code == 7
    assert "the file cannot be written" in result.stderr or "the folder" in result.stderr
