"""`briefs due`: reviews, what the next session lacks, and the calendar of both."""

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.conftest import briefs

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
TEXT = "title: A *title*\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"
SESSION = """\
body: {en: Governing Body, fr: Conseil d’administration}
dates: {start: 2017-10-26, end: 2017-11-09}
place: Geneva
handouts:
  - brief: brief
    copies: {en: 120, fr: 60}
"""
FACTS = "content/brief/2017/edition.yaml"
FILES = {
    "content/series.yaml": "name: Briefs\npublisher: {name: A}\nlanguages: [en, fr]\n",
    "content/brief/2017/en.yaml": TEXT,
    "content/brief/2017/fr.yaml": TEXT,
    FACTS: "review_after: 12 months\n",
    "content/sessions/331.yaml": SESSION,
}


def due(root: Path, on: str) -> tuple[int, list[dict[str, Any]]]:
    result = briefs(root, "due", "--on", on, "--json")
    assert result.stderr == ""
    report = json.loads(result.stdout)
    assert report["exit_code"] == result.exit_code
    return result.exit_code, report["due"]


def kinds(root: Path, on: str) -> list[str]:
    return [item["kind"] for item in due(root, on)[1]]


def make_all(root: Path) -> None:
    assert briefs(root, "build", "--profile", "office").exit_code == 0
    assert briefs(root, "pack", "331").exit_code == 0


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a project once, PDFs and packs."""
    root = tmp_path_factory.mktemp("built")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    make_all(root)
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Give a copy of it, where `write_project` writes."""
    return shutil.copytree(built, tmp_path / "project")


def test_an_edition_is_overdue_the_day_after_its_review(root: Path) -> None:
    assert due(root, "2018-12-31")[0] == 0
    code, [item] = due(root, "2019-01-02")
    assert code == 6
    assert item == {
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
    }


def test_only_the_edition_that_counts_is_reviewed(
    root: Path, write_project: WriteProject
) -> None:
    later = "change_note: New\nreview_after: 1 year\nissued: 2018-03-09\n"
    write_project(
        {
            **FILES,
            "content/brief/2018-03/en.yaml": TEXT,
            "content/brief/2018-03/edition.yaml": later,
        }
    )
    assert due(root, "2018-01-15")[1][0]["information_date"] == "2017"
    code, [item] = due(root, "2019-01-02")
    assert code == 0
    assert (item["information_date"], item["day"]) == ("2018-03", "2019-03-09")


def test_without_a_span_nothing_is_due(write_project: WriteProject) -> None:
    root = write_project({**FILES, FACTS: None, "content/sessions/331.yaml": None})
    result = briefs(root, "due")
    assert (result.stdout, result.stderr, result.exit_code) == ("", "nothing overdue\n", 0)


def test_a_session_that_has_all_it_needs_lacks_nothing(root: Path) -> None:
    result = briefs(root, "due", "--on", "2017-10-14")
    assert result.exit_code == 0
    assert result.stderr == (
        "session 331 begins on 2017-10-26, in 12 days; nothing missing; nothing overdue\n"
    )
    assert kinds(root, "2017-10-14") == ["review"]


def test_a_stale_pdf_is_due(root: Path) -> None:
    (root / "content/brief/2017/fr.yaml").write_text(TEXT.replace("Some", "Other"))
    code, [pack, item, _] = due(root, "2017-10-14")
    assert code == 0
    assert (pack["kind"], pack["languages"]) == ("pack", ["en", "fr"])
    assert pack["hint"] == "briefs pack 331"
    assert (item["kind"], item["languages"]) == ("document", ["fr"])
    assert item["hint"] == "briefs build --session 331 --profile office"
    assert (item["day"], item["days_left"], item["session"]) == ("2017-10-26", 12, 331)


@pytest.mark.parametrize(
    ("file", "text", "kind", "said"),
    [
        (FACTS, "status: draft\n", "edition", "it is still a draft"),
        ("content/brief/2017/fr.yaml", "titel: x\n", "edition", "its content has errors"),
        (
            "content/brief/2017/fr.yaml",
            None,
            "translation",
            'content/sessions/331.yaml:6:23: "brief" of 2017 has no text in "fr"',
        ),
        (
            "content/sessions/331.yaml",
            SESSION.replace("brief: brief", "brief: other"),
            "edition",
            'content/sessions/331.yaml:5:12: there is no brief "other"',
        ),
        (
            "content/sessions/330.yaml",
            SESSION.replace("2017-10-26", "2017-10-02").replace("2017-11-09", "2017-10-26"),
            "session",
            "content/sessions/331.yaml:2:8: it begins on 2017-10-26, during session 330",
        ),
    ],
    ids=["draft", "errors", "translation", "brief", "dates"],
)
def test_missing_items_of_the_next_session_are_overdue_once_it_has_begun(
    root: Path,
    write_project: WriteProject,
    file: str,
    text: str | None,
    kind: str,
    said: str,
) -> None:
    write_project({**FILES, file: text})
    items = due(root, "2017-10-27")[1]
    found = [i for i in items if i["kind"] == kind]
    assert [i["what"] for i in found] == [said]
    assert [i["overdue"] for i in found] == [True]
    assert due(root, "2017-10-01")[0] == 0


def test_a_language_replaced_by_the_default_is_listed_but_not_needed(
    root: Path, write_project: WriteProject
) -> None:
    taken = SESSION + "missing_language: default\n"
    write_project(
        {**FILES, "content/brief/2017/fr.yaml": None, "content/sessions/331.yaml": taken}
    )
    make_all(root)
    code, items = due(root, "2017-10-27")
    assert code == 0
    assert items[0]["what"] == "no text in fr; en is handed out, as the session allows"
    assert items[0]["needed"] is False


def test_the_next_session_is_the_first_that_has_not_ended(
    root: Path, write_project: WriteProject
) -> None:
    later = SESSION.replace("2017-10-26", "2018-03-08").replace("2017-11-09", "2018-03-22")
    write_project({**FILES, "content/sessions/332.yaml": later})

    def following(on: str) -> Any:
        report = json.loads(briefs(root, "due", "--on", on, "--json").stdout)
        return report["next_session"]

    assert following("2017-01-01")["session"] == 331
    assert following("2017-11-09") == {
        "session": 331,
        "start": "2017-10-26",
        "end": "2017-11-09",
        "days_left": -14,
    }
    assert following("2017-11-10")["session"] == 332
    assert following("2018-03-23") is None


def test_an_edition_that_cannot_be_read_is_a_problem_not_nothing(
    root: Path, write_project: WriteProject
) -> None:
    write_project(
        {**FILES, FACTS: "review_after: soon\n", "content/sessions/331.yaml": None}
    )
    result = briefs(root, "due", "--on", "2019")
    assert f"{FACTS}:1:15: " in result.stderr
    assert result.exit_code == 3


def test_a_session_that_cannot_be_read_is_a_problem_not_nothing(
    root: Path, write_project: WriteProject
) -> None:
    write_project(
        {**FILES, "content/sessions/331.yaml": SESSION.replace("place", "plaice")}
    )
    result = briefs(root, "due", "--on", "2017")
    assert 'content/sessions/331.yaml:3:1: unknown key "plaice"' in result.stderr
    assert result.exit_code == 3


def test_the_list_is_for_people_the_most_urgent_first(
    root: Path, write_project: WriteProject
) -> None:
    write_project(
        {
            **FILES,
            "content/brief/2017/fr.yaml": TEXT.replace("Some", "Other"),
            "content/old/2015/en.yaml": TEXT,
            "content/old/2015/edition.yaml": "review_after: 1 year\n",
        }
    )
    result = briefs(root, "due", "--on", "2017-10-25")
    assert result.stdout.splitlines() == [
        "298 days late  2016-12-31  old 2015                    "
        "review it: 1 year after 2015-12-31",
        "in 1 day       2017-10-26  session 331 en, fr          "
        "its pack is missing or stale (briefs pack 331)",
        "in 1 day       2017-10-26  session 331: brief 2017 fr  "
        "its PDF is missing or stale (briefs build --session 331 --profile office)",
        "in 432 days    2018-12-31  brief 2017                  "
        "review it: 12 months after 2017-12-31",
    ]
    assert result.stderr == (
        "session 331 begins on 2017-10-26, in 1 day; 2 items missing; 1 overdue\n"
    )
    assert result.exit_code == 6


def test_the_calendar_has_reviews_and_sessions_and_nothing_of_the_clock(
    root: Path,
) -> None:
    first, second = root / "one.ics", root / "two.ics"
    briefs(root, "due", "--on", "2017-10-14", "--ics", str(first))
    briefs(root, "due", "--on", "2018-11-20", "--ics", str(second))
    assert first.read_bytes() == second.read_bytes()
    calendar = icalendar.Calendar.from_ical(first.read_bytes())
    session, review = calendar.walk("VEVENT")
    assert session["SUMMARY"] == "Governing Body, session 331"
    assert session["LOCATION"] == "Geneva"
    assert session["DESCRIPTION"] == "brief: 120 en, 60 fr"
    assert session["DTSTART"].dt == date(2017, 10, 26)
    assert session["DTEND"].dt == date(2017, 11, 10)
    assert review["SUMMARY"] == "Review: A title"
    assert review["DTSTART"].dt == date(2018, 12, 31)
    assert review["DTSTAMP"].dt == datetime.fromisoformat("2017-12-31T00:00:00+00:00")
    assert session["UID"] != review["UID"]


def test_a_calendar_of_another_series_has_other_ids(
    root: Path, write_project: WriteProject
) -> None:
    def ids(name: str) -> list[str]:
        briefs(root, "due", "--ics", str(root / name))
        calendar = icalendar.Calendar.from_ical((root / name).read_bytes())
        return [str(event["UID"]) for event in calendar.walk("VEVENT")]

    before = ids("one.ics")
    series = (root / "content/series.yaml").read_text().replace("Briefs", "Others")
    write_project({**FILES, "content/series.yaml": series})
    assert not set(before) & set(ids("two.ics"))


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2017-10-26", "session 331 begins on 2017-10-26, today; "),
        ("2017-10-27", "session 331 is on until 2017-11-09; "),
        ("2017-11-09", "session 331 is on until 2017-11-09; "),
        ("2017-11-10", "nothing overdue"),
    ],
)
def test_a_session_is_on_until_its_last_day(
    write_project: WriteProject, on: str, said: str
) -> None:
    assert briefs(write_project(FILES), "due", "--on", on).stderr.startswith(said)


def test_a_calendar_that_cannot_be_written_exits_with_7(root: Path) -> None:
    result = briefs(root, "due", "--ics", str(root / "content/series.yaml/due.ics"))
    assert result.exit_code == 7
    assert "the file cannot be written" in result.stderr or "the folder" in result.stderr
