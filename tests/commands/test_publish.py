"""`briefs publish`, the ledger, and what happens when either is damaged."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pikepdf
import pypdfium2
import pytest

from pipeline.commands import publish
from pipeline.editions.ledger import FrozenFile, Ledger, Record, parse_ledger
from pipeline.tasks import plan_documents
from tests.commands.publish_project import (
    EN,
    FACTS,
    FILES,
    FOLDER,
    TEXT,
    change,
    publish_2017,
)
from tests.conftest import briefs, changed, write_files

PUBLISHED = "content/brief/published"
LEDGER = f"{PUBLISHED}/ledger.yaml"
CORRECTION = "corrections: [{date: 2018-05-01, note: A wrong figure.}]\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief, published with `--jobs` and then corrected; to be read only."""
    root = tmp_path_factory.mktemp("published")
    write_files(root, FILES)
    publish_2017(root, "2018-03-01", "--jobs", "2")
    write_files(root, {FACTS: CORRECTION, EN: changed(TEXT, "12", "21")})
    publish_2017(root, "2018-05-01")
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    return copytree(published, tmp_path / "project")


def everything(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# --- What is frozen ---


def test_the_ledger_and_the_frozen_files(root: Path) -> None:
    ledger = parse_ledger("brief", (root / LEDGER).read_text())
    assert ledger.problems == ()
    assert [(r.event, r.number, str(r.day)) for r in ledger.records] == [
        ("published", 0, "2018-03-01"),
        ("corrected", 1, "2018-05-01"),
    ]
    for record in ledger.records:
        assert [*record.texts] == ["en", "fr"]
        assert len(record.files) == 2
    assert briefs(root, "log").exit_code == 0
    head = briefs(root, "log", "--head").stdout
    assert head == f"{ledger.head}  2 records  brief\n"


def test_the_ledger_as_json(root: Path) -> None:
    result = briefs(root, "log", "--json")
    report = json.loads(result.stdout)
    assert (report["exit_code"], report["problems"], result.stderr) == (0, [], "")
    (ledger,) = report["ledgers"]
    head = briefs(root, "log", "--head").stdout.split()[0]
    assert (ledger["brief"], ledger["head"]) == ("brief", head)
    last = ledger["records"][-1]
    assert (last["event"], last["correction"], last["day"]) == (
        *("corrected", 1, "2018-05-01"),
    )
    assert last["digest"] == head
    for file in last["files"]:
        frozen = (root / file["file"]).read_bytes()
        assert sha256(frozen).hexdigest() == file["sha256"]
        assert len(frozen) == file["bytes"]
    (root / last["files"][0]["file"]).unlink()
    damaged = json.loads(briefs(root, "log", "brief", "--json").stdout)
    assert damaged["exit_code"] == 5
    assert [problem["rule"] for problem in damaged["problems"]] == ["frozen-file"]


def test_published_records_are_printed_as_json(root: Path) -> None:
    run = ("publish", "brief", "--on", "2018-06-01", "--json")
    assert json.loads(briefs(root, *run).stdout)["records"] == []
    result = briefs(root, *run, "--profile", "office", "--dry-run")
    (record,) = json.loads(result.stdout)["records"]
    assert (record["event"], [*record["codes"]], result.stderr) == (
        "added",
        ["en", "fr"],
        "",
    )
    change(root, EN, "21 per cent", "22 per cent")
    result = briefs(root, *run)
    report = json.loads(result.stdout)
    assert (report["exit_code"], result.exit_code, report["records"]) == (5, 5, [])
    (root / LEDGER).write_text("")  # an error before anything is read
    assert json.loads(briefs(root, *run).stdout)["problems"][0]["rule"] == "ledger"


def test_publishing_again_changes_nothing(root: Path) -> None:
    before = everything(root / PUBLISHED)
    assert "nothing to do" in publish_2017(root, "2018-06-01")
    assert everything(root / PUBLISHED) == before


def test_accepted_warnings_are_recorded(tmp_path: Path) -> None:
    uncited = f"{TEXT}references: [{{id: b, text: B}}]\n"
    write_files(tmp_path, {**FILES, EN: uncited, f"{FOLDER}/fr.yaml": uncited})
    refused = briefs(tmp_path, "publish", "brief", "--on", "2018-03-01")
    assert refused.exit_code == 3
    assert 'warning: the reference "b" is not cited' in refused.stderr
    assert "nothing was published: 2 warnings; " in refused.stderr
    assert not (tmp_path / PUBLISHED).exists()
    publish_2017(tmp_path, "2018-03-01", "--despite-warnings")
    log = briefs(tmp_path, "log")
    assert (log.exit_code, log.stderr) == (0, "")
    assert "2 files, despite 2 warnings (unused-reference)" in log.stdout
    data = json.loads(briefs(tmp_path, "log", "--json").stdout)
    assert data["ledgers"][0]["records"][0]["accepted"] == {"unused-reference": 2}
    assert "nothing to do" in publish_2017(tmp_path, "2018-03-02", "--despite-warnings")


def test_an_error_is_never_accepted(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, EN: f"{TEXT}nokey: x\n"})
    refused = briefs(tmp_path, "publish", "brief", "--despite-warnings")
    assert refused.exit_code == 3
    assert not (tmp_path / PUBLISHED).exists()


def test_a_dry_run_writes_nothing(root: Path) -> None:
    before = everything(root / "content")
    output = publish_2017(root, "2018-06-01", "--profile", "office", "--dry-run")
    assert "would write: 2018-06-01  brief 2017  added, en fr, 2 files" in output
    assert everything(root / "content") == before


def test_another_profile_is_added_to_what_was_published(root: Path) -> None:
    publish_2017(root, "2018-06-01", "--profile", "office")
    name = "brief_2017_en_office.pdf"
    frozen = (root / PUBLISHED / "2017-record3" / name).read_bytes()
    briefs(root, "build", "--profile", "office")
    assert (root / "build/brief" / name).read_bytes() == frozen


def test_a_language_is_added_to_what_was_published(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, f"{FOLDER}/fr.yaml": None})
    publish_2017(tmp_path, "2018-03-01")
    write_files(tmp_path, {f"{FOLDER}/fr.yaml": TEXT})
    assert "added, fr, 1 file" in publish_2017(tmp_path, "2018-04-01")
    assert briefs(tmp_path, "check").exit_code == 0
    frozen = tmp_path / PUBLISHED / "2017-record2/brief_2017_fr.pdf"
    assert "published on 2018-04-01;" in briefs(tmp_path, "verify", frozen).stdout


def test_the_same_text_is_issued_again_for_a_technical_reason(root: Path) -> None:
    assert "reissued, en fr, 2 files" in publish_2017(root, "2018-06-01", "--reissue")
    line = briefs(root, "list").stdout
    assert "corrected" in line


# --- The settings of the series ---

SERIES = """\
name: {en: Notes, fr: Notes}
publisher:
  name: P
  address: {en: 1 Quay Street, fr: 1 rue du Quai}
languages: [en, fr]
licence: CC-BY-4.0
disclaimer: This is a sample.
"""


def test_a_setting_that_changed_after_publication_is_a_warning_with_its_place(
    tmp_path: Path,
) -> None:
    write_files(tmp_path, {**FILES, "content/series.yaml": SERIES})
    publish_2017(tmp_path, "2018-03-01")
    assert briefs(tmp_path, "check").exit_code == 0
    assert "published-series" not in briefs(tmp_path, "check", "--json").stdout
    change(tmp_path, "content/series.yaml", "CC-BY-4.0", "CC-BY-NC-4.0")
    change(tmp_path, "content/series.yaml", "1 rue du Quai", "2 rue du Quai")
    change(tmp_path, "content/series.yaml", "disclaimer: This is a sample.\n", "")
    expected = [
        (
            "content/series.yaml:1:1",
            "disclaimer: with “This is a sample.”, now it is missing",
        ),
        (
            "content/series.yaml:4:36",
            "publisher.address: with “1 rue du Quai”, now it is “2 rue du Quai”",
        ),
        ("content/series.yaml:6:10", "licence: with “CC-BY-4.0”, now it is “CC-BY-NC-4.0”"),
    ]
    for command in ("check", "build", "build", "web"):
        result = briefs(tmp_path, command, "--json")
        warnings = [
            p
            for p in json.loads(result.stdout)["problems"]
            if p["rule"] == "published-series"
        ]
        places = [
            (
                f"{p['file']}:{p['line']}:{p['column']}",
                p["message"].replace("brief 2017 was published ", ""),
            )
            for p in warnings
        ]
        assert (command, places) == (command, expected)
        assert "briefs publish brief --edition 2017 --reissue" in warnings[0]["hint"]
    # A PDF of another profile would differ from the frozen ones.
    result = briefs(
        tmp_path, "publish", "brief", "--profile", "office", "--on", "2018-04-01"
    )
    assert result.exit_code == 5
    assert "published with “CC-BY-4.0”" in result.stderr


def test_files_that_are_issued_again_have_the_settings_of_now(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "content/series.yaml": SERIES})
    publish_2017(tmp_path, "2018-03-01")
    change(tmp_path, "content/series.yaml", "CC-BY-4.0", "CC-BY-NC-4.0")
    publish_2017(tmp_path, "2018-04-01", "--reissue")
    assert "published-series" not in briefs(tmp_path, "check", "--json").stdout
    assert "published-series" not in (tmp_path / LEDGER).read_text()


def test_a_correction_has_the_settings_of_now(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "content/series.yaml": SERIES})
    publish_2017(tmp_path, "2018-03-01")
    change(tmp_path, "content/series.yaml", "CC-BY-4.0", "CC-BY-NC-4.0")
    write_files(tmp_path, {FACTS: CORRECTION, EN: changed(TEXT, "12", "21")})
    assert "published-series" not in briefs(tmp_path, "check", "--json").stdout
    publish_2017(tmp_path, "2018-05-01")
    assert "published-series" not in briefs(tmp_path, "check", "--json").stdout
    assert "published-series" not in (tmp_path / LEDGER).read_text()


def test_a_ledger_without_settings_is_valid(tmp_path: Path) -> None:
    write_files(tmp_path, {**FILES, "content/series.yaml": SERIES})
    publish_2017(tmp_path, "2018-03-01")
    (record,) = parse_ledger("brief", (tmp_path / LEDGER).read_text()).records
    assert record.series["publisher.address.fr"] == "1 rue du Quai"
    earlier = Ledger("brief").appended(replace(record, series={}))
    (tmp_path / LEDGER).write_text(earlier.text)
    change(tmp_path, "content/series.yaml", "CC-BY-4.0", "CC-BY-NC-4.0")
    result = briefs(tmp_path, "check", "--json")
    assert result.exit_code == 0
    assert "published-series" not in result.stdout


def test_comments_and_facts_that_are_not_printed_may_change(root: Path) -> None:
    change(root, EN, "# a note of the author", "# another note")
    change(root, FACTS, "corrections", "review_after: 12 months\ncorrections")
    assert briefs(root, "build").exit_code == 0


def test_other_tools_do_not_change_a_published_file(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = (root / PUBLISHED / "2017-corr1/brief_2017_en.pdf").read_bytes()
    tools = plan_documents.toolchains_by_profile

    def other_tools(*arguments: Any) -> Any:
        return {p: {**t, "pango": "another"} for p, t in tools(*arguments).items()}

    briefs(root, "build")
    monkeypatch.setattr(plan_documents, "toolchains_by_profile", other_tools)
    result = briefs(root, "build")
    assert "2 up to date" in result.stderr
    assert (root / "build/brief/brief_2017_en.pdf").read_bytes() == frozen


# --- What is contradicted ---


CHANGES = {
    "words": (
        *(EN, "21 per cent", "22 per cent", f"{EN}:5:15"),
        "published as “Pay rose by 21 per cent.”, now “Pay rose by 22 per cent.”",
    ),
    "added": (
        *(EN, "title: Shares", "title: Shares\n          show_data: true", f"{EN}:8:22"),
        "show_data: published without this, now “True”",
    ),
    "data": (
        *(f"{FOLDER}/shares.csv", "There,2", "There,3", f"{EN}:10:17"),
        "shares.csv, line 3: published as “There,2”, now “There,3”",
    ),
    "facts": (
        *(FACTS, "corrections", "symbol: GB.1\ncorrections", f"{FACTS}:1:9"),
        "symbol: published without this",
    ),
    "note": (
        *(FACTS, "A wrong figure.", "Another.", FACTS),
        "correction 1, published on 2018-05-01, differs from `edition.yaml`",
    ),
    "correction": (
        *(FACTS, CORRECTION, "symbol: GB.1\n", FACTS),
        "correction 1, published on 2018-05-01, is not in `edition.yaml`",
    ),
    "draft": (
        *(FACTS, "corrections", "status: draft\ncorrections", FACTS),
        "it is a draft again, but was published on 2018-03-01",
    ),
}


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "message"), CHANGES.values(), ids=CHANGES
)
def test_a_changed_published_text_is_an_error_with_two_remedies(
    root: Path, file: str, old: str, new: str, place: str, message: str
) -> None:
    briefs(root, "build")
    frozen = (root / "build/brief/brief_2017_en.pdf").read_bytes()
    change(root, file, old, new)
    for command in ("check", "build", "publish brief --on 2018-06-01"):
        result = briefs(root, *command.split())
        assert result.exit_code == 5, result.output
        assert f"{place}: " in result.stderr
        assert message in result.stderr
        assert "2018-06-01, note: {en: " in result.stderr or "publish" not in command
    # The file in build/ stays the published one.
    assert (root / "build/brief/brief_2017_en.pdf").read_bytes() == frozen


REFERENCES = """\
references:
  - {id: list, title: L, accessed: 2018-01-02}
  - works.bib
  - works.json
"""
BIB = "@online{bib, title = {B}, urldate = {2018-01-03}}"
CSL_JSON = """\
[{"id": "json", "title": "J", "accessed": {"date-parts": [[2018, 1, 4]]}}]
"""


def test_the_words_around_a_reference_are_no_published_text(tmp_path: Path) -> None:
    text = changed(TEXT, "12 per cent", "12 [@list] [@bib] [@json]")
    written = {
        "content/works.bib": BIB,
        "content/works.json": CSL_JSON,
        EN: text + REFERENCES,
        f"{FOLDER}/fr.yaml": None,
    }
    write_files(tmp_path, {**FILES, **written})
    publish_2017(tmp_path, "2018-03-01")
    write_files(tmp_path, {"templates/strings/en.yaml": 'accessed: "Seen on {date}"\n'})
    result = briefs(tmp_path, "build", "--as-of", "2018-03-02")
    assert result.exit_code == 0, result.output
    for name, was, now in (
        ("en.yaml", "2018-01-02", "2018-01-05"),
        ("works.bib", "2018-01-03", "2018-01-06"),
        ("works.json", "1, 4", "1, 7"),
    ):
        file = EN if name == "en.yaml" else f"content/{name}"
        change(tmp_path, file, was, now)
        result = briefs(tmp_path, "check")
        assert result.exit_code == 5, result.output
        assert "references." in result.stderr
        change(tmp_path, file, now, was)
    # Another change is named alone.
    change(tmp_path, EN, "Pay rose", "Pay fell")
    result = briefs(tmp_path, "check")
    assert "now “Pay fell" in result.stderr
    assert "references." not in result.stderr


def test_an_error_in_strings_changes_no_published_text(tmp_path: Path) -> None:
    entry = "references: [{id: a, title: L, language: pl, accessed: 2018-01-02}]\n"
    strings = {"templates/strings/pl.yaml": 'accessed: "Dostęp: {date}"\n'}
    text = changed(TEXT, "12 per cent", "12 [@a]") + entry
    write_files(tmp_path, {**FILES, **strings, EN: text, f"{FOLDER}/fr.yaml": None})
    publish_2017(tmp_path, "2018-03-01")
    change(tmp_path, "templates/strings/pl.yaml", "{date}", "")
    for command in ("check", "build"):
        result = briefs(tmp_path, command)
        errors = [line for line in result.stderr.splitlines() if ".yaml:" in line]
        place = "templates/strings/pl.yaml:1:1"
        assert errors == [f'{place}: the string "accessed" has no {{date}}'], result.stderr
        assert result.exit_code == 4


def test_the_example_of_a_correction_is_of_today_in_each_language(root: Path) -> None:
    change(root, "content/series.yaml", "[en, fr]", "[fr, en]")
    change(root, EN, "Pay rose", "Pay fell")
    hint = 'corrections: [{date: 2018-06-01, note: {fr: "…", en: "…"}}]'
    assert hint in briefs(root, "build", "--as-of", "2018-06-01").stderr
    assert hint.replace("2018-06-01", str(date.today())) in briefs(root, "check").stderr  # noqa: DTZ011


@pytest.mark.parametrize("with_git", [False, True])
def test_only_in_a_repository_of_git_a_commit_is_suggested(
    tmp_path: Path, with_git: bool
) -> None:
    root = tmp_path / "project"
    write_files(root, FILES)
    if with_git:
        (tmp_path / ".git").mkdir()
    result = publish_2017(root, "2018-03-01")
    assert ("next: commit content/brief/published" in result) == with_git


def test_an_embargo_comes_too_late_for_a_published_edition(root: Path) -> None:
    change(root, FACTS, "corrections", "embargo_until: 2018-03-02\ncorrections")
    result = briefs(root, "check")
    message = "embargo_until is 2018-03-02, but it was published on 2018-03-01"
    assert f"{FACTS}: {message}" in result.stderr
    assert result.exit_code == 5
    change(root, FACTS, "03-02", "03-01")  # it ended on the day of publication
    assert briefs(root, "check").exit_code == 0


WITHDRAWN = "withdrawn: {date: 2018-06-01, reason: All was wrong.}\n"


@pytest.mark.parametrize(
    ("old", "new"), [("All was", "Much was"), ("2018-06-01", "2018-06-02")]
)
def test_a_published_withdrawal_stays_as_it_is(root: Path, old: str, new: str) -> None:
    change(root, FACTS, "corrections", f"{WITHDRAWN}corrections")
    publish_2017(root, "2018-06-01", "--edition", "2017")
    assert briefs(root, "check").exit_code == 0
    change(root, FACTS, old, new)
    for command in ("check", "publish brief --edition 2017"):
        result = briefs(root, *command.split())
        message = "the withdrawal, published on 2018-06-01, differs from `edition.yaml`"
        assert f"{FACTS}: {message}" in result.stderr
        assert result.exit_code == 5


def test_a_withdrawal_does_not_hide_a_changed_text(root: Path) -> None:
    change(root, FACTS, "corrections", f"{WITHDRAWN}corrections")
    change(root, EN, "21 per cent", "22 per cent")
    before = everything(root / PUBLISHED)
    result = briefs(root, "publish", "brief", "--edition", "2017", "--on", "2018-06-01")
    assert "published as" in result.stderr
    assert (result.exit_code, everything(root / PUBLISHED)) == (5, before)


def test_a_renamed_brief_is_reported_as_such(root: Path) -> None:
    (root / "content/brief").rename(root / "content/pay")
    message = 'content/pay/published/ledger.yaml: this brief was published as "brief"'
    for command in ("check", "build", "log"):
        result = briefs(root, command)
        assert message in result.stderr, command
        assert "not as published" not in result.stderr
        assert result.exit_code == 5
    paper = root / "content/pay/published/2017-corr1/brief_2017_en.pdf"
    assert briefs(root, "verify", paper).exit_code != 0


def test_a_checkout_with_the_line_ends_of_windows_is_the_same(tmp_path: Path) -> None:
    root = tmp_path
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">\n</svg>\n'
    text = f"{TEXT}      - picture: {{file: a.svg, alt: A drawing.}}\n"
    added = {EN: text, f"{FOLDER}/a.svg": drawing, f"{FOLDER}/fr.yaml": None}
    write_files(root, {**FILES, **added})
    publish_2017(root, "2018-03-01")
    for path in (root / "content").rglob("*"):
        if path.suffix in (".yaml", ".csv", ".svg"):
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert b"\r\n" in (root / LEDGER).read_bytes()
    assert briefs(root, "check").exit_code == 0
    assert briefs(root, "log").exit_code == 0
    publish_2017(root, "2018-06-01", "--profile", "office")
    assert briefs(root, "log").exit_code == 0


def test_the_ways_out_of_a_changed_text(root: Path) -> None:
    change(root, EN, "21 per cent", "22 per cent")
    result = briefs(root, "build")
    assert "undo the change, or add a correction to edition.yaml" in result.stderr
    change(root, FACTS, "}]", "}, {date: 2018-07-01, note: Wrong again.}]")
    result = briefs(root, "build")
    assert "build/drafts/brief_2017_en.pdf" in result.stderr
    assert result.exit_code == 0
    publish_2017(root, "2018-07-02")
    assert briefs(root, "build").exit_code == 0
    assert "Corr. 2" in briefs(root, "log").stdout


def alter(root: Path) -> None:
    path = root / PUBLISHED / "2017-corr1/brief_2017_en.pdf"
    path.write_bytes(path.read_bytes() + b"x")


def remove(root: Path) -> None:
    (root / PUBLISHED / "2017-corr1/brief_2017_en.pdf").unlink()


def exchange(root: Path) -> None:
    folder = root / PUBLISHED / "2017-corr1"
    en, fr = folder / "brief_2017_en.pdf", folder / "brief_2017_fr.pdf"
    other = en.read_bytes()
    en.write_bytes(fr.read_bytes())
    fr.write_bytes(other)


def lose_the_edition(root: Path) -> None:
    rmtree(root / FOLDER)
    new = "content/brief/2018"
    files = {f"{new}/{language}.yaml": TEXT for language in ("en", "fr")}
    files[f"{new}/shares.csv"] = "place,share\nHere,1\n"
    write_files(root, {**files, f"{new}/edition.yaml": "change_note: New.\n"})


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (alter, "2017-corr1/brief_2017_en.pdf: the frozen file was changed"),
        (remove, "2017-corr1/brief_2017_en.pdf: the frozen file is missing"),
        (exchange, "brief_2017_en.pdf: this is another frozen file, brief_2017_fr.pdf"),
        (
            lose_the_edition,
            "content/brief/2017: this edition was published, and its folder",
        ),
    ],
)
def test_a_damaged_publication_is_an_error(
    root: Path, damage: Callable[[Path], None], message: str
) -> None:
    briefs(root, "build")
    damage(root)
    for command in ("build", "check", "log"):
        result = briefs(root, command)
        assert result.exit_code == 5, result.output
        assert message in result.stderr, result.output
        assert "restore it from version control" in result.stderr


def blocks(text: str) -> list[str]:
    return re.split("(?m)^(?=- record)", text)


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (
            lambda t: changed(t, "day: 2018-03-01", "day: 2018-03-02"),
            "record 1 was changed",
        ),
        (lambda t: changed(t, "  number: 0\n", ""), "record 1 was changed"),
        (lambda t: (b := blocks(t))[0] + b[2], "record 1 does not follow"),
        (lambda t: (b := blocks(t))[0] + b[2] + b[1], "record 1 does not follow"),
        (lambda t: t + blocks(t)[2], "record 3 does not follow"),
        (lambda t: t[:-100], "record 2 is cut off"),
        (lambda t: t[:-1], "record 2 is cut off"),
        (lambda t: changed(t, "Only `briefs", "`briefs"), "its first lines were changed"),
        (lambda t: "", "its first lines were changed"),
        (lambda t: t + "<<<<<<< HEAD\n", "two branches published this brief"),
        (lambda t: "- record: 1\n" * 3, "its first lines were changed"),
        (lambda t: changed(t, "published", "\udcff"), "it is not UTF-8 text"),
    ],
    ids=[
        *("changed", "line-removed", "removed", "moved", "duplicated", "cut", "last-line"),
        *("head", "empty", "conflict", "strange", "bytes"),
    ],
)
def test_a_damaged_ledger_is_an_error_and_nothing_is_lost(
    root: Path, damage: Callable[[str], str], fault: str
) -> None:
    briefs(root, "build")
    before = everything(root / "build/brief")
    text = damage((root / LEDGER).read_text())
    (root / LEDGER).write_bytes(text.encode("utf-8", "surrogateescape"))
    for command in ("build", "check", "log", "list", "publish brief", "verify N9FMR-FJW58"):
        result = briefs(root, *command.split())
        assert "Traceback" not in result.output
        if command != "list":
            assert fault in result.output
            assert result.exit_code == 5 or command.startswith("verify")
    assert everything(root / "build/brief") == before


def test_a_ledger_that_is_cut_off_anywhere_is_damaged(root: Path) -> None:
    """Between two records only the files beside it show the loss."""
    text = (root / LEDGER).read_text()
    whole = {len("".join(blocks(text)[:n])) for n in (1, 2, 3)}
    for end in range(len(text) + 1):
        ledger = parse_ledger("brief", text[:end])
        assert bool(ledger.problems) == (end not in whole), end


def test_each_changed_character_of_a_ledger_is_noticed(root: Path) -> None:
    text = (root / LEDGER).read_text()
    for place, character in enumerate(text):
        other = "x" if character != "x" else "y"
        damaged = text[:place] + other + text[place + 1 :]
        assert parse_ledger("brief", damaged).problems, place


def test_a_truncated_ledger_is_detected_by_its_files(root: Path) -> None:
    text = (root / LEDGER).read_text()
    (root / LEDGER).write_text("".join(blocks(text)[:2]))
    for command in ("build", "check", "log"):
        result = briefs(root, command)
        assert (
            f"{PUBLISHED}/2017-corr1: the ledger has no record of these files"
            in result.stderr
        )
        assert result.exit_code == 5


@pytest.mark.parametrize(
    ("forge", "message"),
    [
        # A file of another language under this name, with a digest that fits.
        (
            lambda r: replace(r, files=(_renamed(r.files[1], r.files[0]), r.files[1])),
            "its metadata do not name brief_2017_en",
        ),
        (lambda r: replace(r, note={"en": "x"}, number=-1), "a language or a number"),
        (lambda r: replace(r, event="forgotten"), 'there is no event "forgotten"'),
        (
            lambda r: replace(r, files=(replace(r.files[0], name="../../x.pdf"),)),
            '"../../x.pdf" is not the name of a frozen file',
        ),
    ],
    ids=["exchanged", "number", "event", "name"],
)
def test_a_forged_ledger_is_not_trusted(
    root: Path, forge: Callable[[Record], Record], message: str
) -> None:
    first, last = parse_ledger("brief", (root / LEDGER).read_text()).records
    forged = Ledger("brief").appended(first).appended(forge(last))
    (root / LEDGER).write_text(forged.text)
    folder = root / PUBLISHED / "2017-corr1"
    en, fr = (folder / f"brief_2017_{language}.pdf" for language in ("en", "fr"))
    if (
        forged.records[1].files
        and forged.records[1].files[0].sha256 == last.files[1].sha256
    ):
        en.write_bytes(fr.read_bytes())
    result = briefs(root, "build")
    assert message in result.stderr
    assert result.exit_code == 5


def _renamed(file: FrozenFile, other: FrozenFile) -> FrozenFile:
    return replace(file, name=other.name)


def test_a_session_prints_the_published_copy_and_says_what_it_lacks(root: Path) -> None:
    """An unpublished correction is not printed; the job sheet names it."""
    publish_2017(root, "2018-05-02", "--profile", "office")
    change(root, FACTS, "}]", "}, {date: 2018-07-01, note: Wrong again.}]")
    session = (
        "body: Governing Body\ndates: {start: 2018-10-25, end: 2018-11-08}\n"
        "place: Geneva\nhandouts: [{brief: brief, copies: {en: 5}}]\n"
        "paper: {size: A4, finish: none}\n"
    )
    write_files(root, {"content/sessions/334.yaml": session})
    build = briefs(root, "build", "--session", "334", "--profile", "office")
    assert build.exit_code == 0, build.output
    frozen = root / PUBLISHED / "2017-record3/brief_2017_en_office.pdf"
    printed = root / "build/brief/brief_2017_en_office.pdf"
    assert printed.read_bytes() == frozen.read_bytes()
    result = briefs(root, "print-order", "334")
    assert result.exit_code == 0, result.output
    pdf = pypdfium2.PdfDocument(root / "build/sessions/334/334_order.pdf")
    text = pdf[0].get_textpage().get_text_bounded().replace("\u00a0", " ")
    assert "Without Corr. 2, 1 July 2018. Wrong again." in " ".join(text.split())
    # A pack would be made from the content.
    pack = briefs(root, "pack", "334")
    assert "a correction is not published yet" in pack.stderr
    assert pack.exit_code == 5


def test_a_forged_ledger_has_another_head(root: Path) -> None:
    before = briefs(root, "log", "--head").stdout
    records = parse_ledger("brief", (root / LEDGER).read_text()).records
    forged = Ledger("brief").appended(records[0])
    (root / LEDGER).write_text(forged.text)
    assert briefs(root, "log", "--head").stdout != before


@pytest.mark.parametrize("target", ["/dev/zero", "/etc/hostname", "ledger.yaml"])
def test_a_ledger_that_is_a_link_is_not_read(root: Path, target: str) -> None:
    (root / LEDGER).unlink()
    (root / LEDGER).symlink_to(target)
    result = briefs(root, "build")
    assert "it is not a file inside content/" in result.stderr
    assert result.exit_code == 5


# --- What cannot be published ---


@pytest.mark.parametrize(
    ("facts", "options", "message"),
    [
        ("status: draft\n", "", "the edition is a draft"),
        ("embargo_until: 2999-01-01\n", "", "the edition is embargoed until 2999-01-01"),
        ("embargo_until: 2016-01-01\n", "", "2016-01-01 is before 2017-01-01"),
        ("withdrawn: {date: 2018-01-01, reason: Wrong.}\n", "", "was never published"),
        ("withdrawn: {date: 2018-01-01}\n", "", "reason"),
        ("corrections: [{date: 2018-01-01}]\n", "", "note"),
        ("corrections: [{date: 2016-01-01, note: N}]\n", "", "2016-01-01 is before"),
        (
            "corrections: [{date: 2018-03-01, note: N}, {date: 2018-02-01, note: N}]\n",
            "",
            "the correction of 2018-02-01 comes after that of 2018-03-01",
        ),
        ("", "--on 2018", "--on needs a whole day"),
        ("", "--on 2999-01-01", "is in the future"),
    ],
)
def test_an_unpublishable_edition_is_refused(
    tmp_path: Path, facts: str, options: str, message: str
) -> None:
    write_files(tmp_path, {**FILES, FACTS: facts or "status: final\n"})
    result = briefs(tmp_path, "publish", "brief", *options.split())
    assert message in result.output
    assert result.exit_code in (2, 3, 5)
    assert not (tmp_path / PUBLISHED).exists()


def test_a_clock_that_was_set_back_is_noticed(root: Path) -> None:
    change(root, FACTS, "}]", "}, {date: 2018-07-01, note: Wrong again.}]")
    before = everything(root / PUBLISHED)
    result = briefs(root, "publish", "brief", "--on", "2018-04-30")
    assert (
        "2018-04-30 is before 2018-05-01, the day of the last publication" in result.stderr
    )
    assert (result.exit_code, everything(root / PUBLISHED)) == (5, before)


def test_a_correction_is_dated_between_publication_and_today(root: Path) -> None:
    change(root, FACTS, "}]", "}, {date: 2018-07-01, note: Wrong again.}]")
    result = briefs(root, "publish", "brief", "--on", "2018-06-30")
    assert "a correction is dated 2018-07-01" in result.stderr
    assert result.exit_code == 5


def test_a_file_of_other_words_is_never_frozen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another build may write an old file under the name; the code in the file shows it."""
    write_files(tmp_path, FILES)
    briefs(tmp_path, "build")
    old = (tmp_path / "build/brief/brief_2017_en.pdf").read_bytes()
    change(tmp_path, EN, "12", "21")

    def build_then_write_old(*arguments: object) -> object:
        result = build_documents(*arguments)  # type: ignore[arg-type]
        (tmp_path / "build/brief/brief_2017_en.pdf").write_bytes(old)
        return result

    build_documents = publish.build_documents
    monkeypatch.setattr(publish, "build_documents", build_then_write_old)
    done = briefs(tmp_path, "publish", "brief")
    assert "pdf: this is not the file of brief_2017_en with the code " in done.stderr
    assert done.exit_code == 5
    assert not (tmp_path / LEDGER).exists()


# --- Nothing is lost ---


def test_a_publication_that_is_killed_at_any_write_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves the files as they are before a write: a sync of a file, a renaming."""
    root = tmp_path / "project"
    write_files(root, FILES)
    left: list[Path] = []

    def copied(write: Callable[..., Any]) -> Callable[..., Any]:
        def copy_and_write(*arguments: object) -> object:
            left.append(copytree(root, tmp_path / f"killed-{len(left)}"))
            return write(*arguments)

        return copy_and_write

    freeze = publish._freeze_and_record

    def copied_at_each_write(*arguments: Any) -> tuple[Record, ...]:
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", copied(os.fsync))
            patch.setattr(Path, "replace", copied(Path.replace))
            return freeze(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(publish, "_freeze_and_record", copied_at_each_write)
        publish_2017(root, "2018-03-01")
    expected = everything(root / PUBLISHED)
    # Two PDFs and the ledger are synced, the folder and the ledger renamed.
    assert len(left) == 5
    for killed in left:
        assert everything(killed / PUBLISHED) != expected
        assert briefs(killed, "build").exit_code in (0, 5)
        publish_2017(killed, "2018-03-01")
        assert everything(killed / PUBLISHED) == expected
        assert briefs(killed, "check").exit_code == 0


def git(root: Path, *texts: str, check: bool = True) -> int:
    settings = ("-c", "user.name=T", "-c", "user.email=t@example.org")
    result = subprocess.run(
        ["git", *settings, *texts], cwd=root, check=False, capture_output=True
    )
    assert result.returncode == 0 or not check, result.stderr
    return result.returncode


def test_two_branches_merge_unless_they_publish_the_same_brief(tmp_path: Path) -> None:
    other = {
        name.replace("brief", "other"): text
        for name, text in FILES.items()
        if "brief" in name
    }
    write_files(tmp_path, {**FILES, **other, ".gitignore": "build/\n"})
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=content")
    for branch, slug, day in (
        ("a", "brief", "2018-03-01"),
        ("b", "other", "2018-03-01"),
        ("c", "brief", "2018-03-02"),
    ):
        git(tmp_path, "checkout", "--quiet", "-b", branch, "main")
        result = briefs(tmp_path, "publish", slug, "--on", day)
        assert result.exit_code == 0, result.output
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "--quiet", f"--message={branch}")
    git(tmp_path, "checkout", "--quiet", "a")
    git(tmp_path, "merge", "--quiet", "--message=merge", "b")
    assert briefs(tmp_path, "check").exit_code == 0
    assert git(tmp_path, "merge", "--quiet", "--message=merge", "c", check=False) != 0
    result = briefs(tmp_path, "build")
    assert (
        "two branches published this brief, and git could not merge them" in result.stderr
    )
    assert "git checkout --ours content/brief/published; then" in result.stderr
    assert result.exit_code == 5
    git(tmp_path, "checkout", "--quiet", "--ours", "content/brief/published")
    assert briefs(tmp_path, "check").exit_code == 0


def test_500_publications_of_one_brief(root: Path) -> None:
    """All are read and checked, and a build with nothing to do reads none of them."""
    ledger = parse_ledger("brief", (root / LEDGER).read_text())
    last = ledger.records[-1]
    for _ in range(500):
        ledger = ledger.appended(Record("added", "2017", 1, last.day, texts=last.texts))
    (root / LEDGER).write_text(ledger.text)
    result = briefs(root, "log")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 502)
    briefs(root, "build")
    program = (
        "import sys; from pipeline.cli import main\n"
        "try: main(['--project', sys.argv[1], 'build', '--quiet'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'yaml', 'pydantic', 'jinja2', 'weasyprint'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for _ in range(2):
        done_again = subprocess.run(
            [sys.executable, "-c", program, str(root)],
            capture_output=True,
            check=True,
            text=True,
            env=env,
        )
    assert done_again.stdout == "[]\n"


def with_update(pdf_file: Path) -> bytes:
    """Append an update in which the first page is empty (ISO 32000-2, 7.5.6)."""
    data = pdf_file.read_bytes()
    with pikepdf.open(pdf_file) as pdf:
        content = pdf.pages[0].obj.Contents
        number, _ = (content[0] if isinstance(content, pikepdf.Array) else content).objgen
        root_number, size = pdf.Root.objgen[0], len(pdf.objects) + 1
    entry = f"{number} 1\n{len(data):010} 00000 n \n"
    stream = f"{number} 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n"
    before = data.rpartition(b"startxref")[2].split()[0].decode()
    trailer = f"trailer\n<</Size {size}/Root {root_number} 0 R/Prev {before}>>\n"
    start = len(data) + len(stream)
    update = f"{stream}xref\n{entry}{trailer}startxref\n{start}\n%%EOF\n"
    return data + update.encode()


def test_bytes_after_a_published_file_are_reported(root: Path) -> None:
    """They may be a signature, or another page; a viewer shows which."""
    frozen = root / PUBLISHED / "2017-corr1/brief_2017_en.pdf"
    for name, data in {
        "signed.pdf": frozen.read_bytes() + b"\n% a signature\n",
        "changed.pdf": with_update(frozen),
    }.items():
        copy = root / name
        copy.write_bytes(data)
        result = briefs(root, "verify", copy)
        assert "altered: bytes were added to the published file" in result.stdout
        assert "; published on 2018-05-01" in result.stdout
        assert result.exit_code == 6
    with pikepdf.open(root / "changed.pdf") as pdf:
        assert pdf.pages[0].obj.Contents.read_bytes() == b""
