"""`briefs preview`, started as a program: it follows each save, shows errors, and edits."""

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import WriteProject, briefs

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "content/brief/2017/en.yaml"
PARAGRAPH = "Each of these words is on the first page. " * 20
BRIEF = (
    f"""# The first brief
title: A title
lead: Some words.
sections:
  - heading: One
    blocks:
      - text: {PARAGRAPH}
  - heading: Two
    blocks:
"""
    + 7 * f"      - text: {PARAGRAPH}\n"
)


class Browser:
    """The requests of a browser: it reads the stream of messages, gets and posts."""

    def __init__(self, address: str) -> None:
        url = urlsplit(address)
        self.host, self.path = url.netloc, url.path
        self.stream = http.client.HTTPConnection(self.host, timeout=60)
        self.stream.request("GET", f"{self.path}events")
        self.events = self.stream.getresponse()

    def next_message(self) -> Any:
        """Read the next message."""
        while not (line := self.events.readline()).startswith(b"data: "):
            assert line, "the stream has ended"
        return json.loads(line.removeprefix(b"data: "))

    def request(self, name: str, value: object = None) -> tuple[int, bytes]:
        """Get an address, or post a value to it."""
        headers = {"Origin": f"http://{self.host}", "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            method, body = ("POST", json.dumps(value)) if value else ("GET", None)
            connection.request(method, f"{self.path}{name}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project({SOURCE: BRIEF, "content/brief/2017/fr.yaml": BRIEF})


@pytest.fixture
def process(root: Path) -> "Iterator[subprocess.Popen[str]]":
    command = [sys.executable, "-m", "pipeline", "--project", root, "preview", "brief"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def browser(process: "subprocess.Popen[str]") -> Iterator[Browser]:
    assert process.stdout
    browser = Browser(process.stdout.readline().strip())
    with closing(browser.stream), closing(browser.events):
        yield browser


def keys(message: Any) -> list[str]:
    return [page["key"] for page in message["pages"]]


def test_it_follows_each_save_and_only_pages_that_changed_are_new(
    root: Path, browser: Browser, process: "subprocess.Popen[str]"
) -> None:
    first = browser.next_message()
    assert first["problems"] == []
    assert len(first["pages"]) > 2
    assert first["selection"] == {
        "slug": "brief",
        "edition": "2017",
        "language": "en",
        "profile": "screen",
        "web_page": "",
        "scale": "1",
    }
    for key in keys(first):
        status, png = browser.request(f"page/{key}")
        assert status == 200
        assert png.startswith(b"\x89PNG")
    (root / SOURCE).write_text(BRIEF.replace("Some words", "Other words"))
    second = browser.next_message()
    assert keys(second)[0] != keys(first)[0]
    # The imprint on the last page has the code of the edition.
    assert keys(second)[1:-1] == keys(first)[1:-1]
    # Ctrl-C ends it, and nothing is left.
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert not (root / "build").exists()


def test_an_error_is_shown_over_the_last_good_pages(root: Path, browser: Browser) -> None:
    first = browser.next_message()
    (root / SOURCE).write_text("title: A\ntitel: B\n" + BRIEF.split("\n", 2)[2])
    second = browser.next_message()
    assert second["is_old"]
    assert keys(second) == keys(first)
    assert second["drawn"] == first["drawn"]
    (problem,) = second["problems"]
    assert problem["place"] == f"{SOURCE}:2:1"
    assert problem["is_error"]
    assert problem["hint"]
    assert problem["link"].endswith(f"/{SOURCE}:2:1")
    (root / SOURCE).write_text(BRIEF)
    third = browser.next_message()
    assert not third["is_old"]
    assert third["problems"] == []
    assert keys(third) == keys(first)
    # An error in another language is not shown.
    (root / "content/brief/2017/fr.yaml").write_text("title: [")
    other = browser.next_message()
    assert other["problems"] == []
    assert not other["is_old"]
    # Text that does not fit is shown, with its error.
    (root / SOURCE).write_text(BRIEF.replace("A title", "A very long title " * 20))
    too_long = browser.next_message()
    assert not too_long["is_old"]
    assert any(p["is_error"] for p in too_long["problems"])
    # All content may be missing for a while, as when a branch is checked out.
    (root / "content").rename(root / "away")
    gone = browser.next_message()
    assert gone["is_old"]
    assert "no folder" in gone["problems"][0]["message"]
    assert keys(gone) == keys(too_long)
    (root / "away" / SOURCE.removeprefix("content/")).write_text(BRIEF)
    (root / "away").rename(root / "content")
    back = browser.next_message()
    while back["problems"]:
        back = browser.next_message()
    assert not back["is_old"]
    assert keys(back) == keys(first)


def test_an_outdated_translation_is_shown_with_its_warnings(
    root: Path, browser: Browser
) -> None:
    browser.next_message()
    assert briefs(root, "translate", "brief", "--to", "fr", "--accept").exit_code == 0
    (root / SOURCE).write_text(BRIEF.replace("Some words", "Other words"))
    browser.next_message()
    browser.request("select", {"language": "fr"})
    french = browser.next_message()
    while french["selection"]["language"] != "fr":
        french = browser.next_message()
    (problem,) = french["problems"]
    assert problem["place"] == "content/brief/2017/fr.yaml:3:7"
    assert problem["message"] == "en.yaml:3 changed after this was translated"
    assert not problem["is_error"]


def test_scale_language_and_profile_are_switched(browser: Browser) -> None:
    def width(message: Any) -> int:
        png = browser.request(f"page/{keys(message)[0]}")[1]
        return int.from_bytes(png[16:20])

    first = browser.next_message()
    shown = first["pages"][0]["width"]
    assert width(first) == shown
    assert browser.request("select", {"scale": "2"})[0] == 204
    assert abs(width(browser.next_message()) - 2 * shown) <= 1
    assert first["choices"]["language"] == ["en", "fr"]
    assert browser.request("select", {"scale": "1", "language": "fr"})[0] == 204
    french = browser.next_message()
    assert french["selection"]["language"] == "fr"
    assert keys(french) != keys(first)
    assert browser.request("select", {"profile": "a5"})[0] == 204
    small = browser.next_message()
    assert small["pages"][0]["width"] < shown
    assert browser.request("select", {"profile": "booklet"})[0] == 204
    assert browser.next_message()["pages"][0]["parts"] == []


def test_the_html_edition_is_shown_beside_the_pages(root: Path, browser: Browser) -> None:
    first = browser.next_message()
    assert first["web"] == ""
    assert first["choices"]["web_page"] == ["", "320", "390", "768"]
    assert browser.request("select", {"web_page": "390"})[0] == 204
    second = browser.next_message()
    assert keys(second) == keys(first)
    status, html = browser.request(f"web/{second['web']}")
    assert status == 200
    assert b"Some words." in html
    assert b"font/woff2" in html
    (root / SOURCE).write_text(BRIEF.replace("Some words", "Other words"))
    third = browser.next_message()
    assert browser.request(f"web/{second['web']}")[0] == 404
    assert b"Other words." in browser.request(f"web/{third['web']}")[1]
    assert browser.request("select", {"web_page": ""})[0] == 204
    assert browser.next_message()["web"] == ""


def test_a_click_leads_to_the_line_and_an_edit_to_new_pages(
    root: Path, browser: Browser
) -> None:
    first = browser.next_message()
    entries = json.loads(browser.request("structure")[1])
    entry = next(n for n, e in enumerate(entries) if e[1:3] == ["H2", "Two"])
    parts = [number for p in first["pages"] for number, _ in p["parts"]]
    assert entry in parts
    place = json.loads(browser.request(f"place/{first['drawn']}.{entry}")[1])
    line = BRIEF.split("\n").index("  - heading: Two") + 1
    assert (place["place"], place["text"]) == (f"{SOURCE}:{line}:14", "Two")
    edited = {"number": place["number"], "text": "Three"}
    assert browser.request("edit", edited)[0] == 204
    assert (root / SOURCE).read_text() == BRIEF.replace("Two", "Three")
    second = browser.next_message()
    assert second["drawn"] > first["drawn"]
    assert browser.request(f"place/{first['drawn']}.{entry}")[0] == 409
    assert browser.request("edit", edited)[0] == 409
