"""The server of the preview answers its own page only, and refuses other requests."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pipeline.pdf.structure_entries import StructureEntry
from pipeline.preview.pictures import PagePicture
from pipeline.preview.server import PreviewServer
from pipeline.preview.state import PreviewState, RenderedPages, Selection
from pipeline.project import open_project
from tests.conftest import WriteProject

SECRET = "the-secret"  # noqa: S105
WEB_PAGE = "web/" + blake2b(b"<p>Some words.", digest_size=16).hexdigest()
SOURCE = "content/brief/2017/en.yaml"
BRIEF = """# The first brief
title: A title
sections:
  - heading: One
    blocks:
      - text: Some words.  # about work
"""


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project({SOURCE: BRIEF})


@pytest.fixture
def state() -> PreviewState:
    state = PreviewState(Selection("brief", "2017", "en"))
    page = PagePicture("a" * 32, b"\x89PNG", 600, 800, ((0, (1, 2, 3, 4)),))
    entries = (
        StructureEntry(1, "P", "Some words.", "sections.0.blocks.0.text", ((0, 0),)),
        StructureEntry(1, "H2", "Key messages", "key_messages", ((0, 1),)),
    )
    choices = {"slug": ["brief"], "language": ["en", "fr"]}
    rendered = RenderedPages(SOURCE, (page,), entries, b"<p>Some words.")
    state.show({"problems": []}, choices, rendered)
    return state


@pytest.fixture
def server(root: Path, state: PreviewState) -> Iterator[PreviewServer]:
    def link(file: str, line: int, column: int) -> str:
        return f"editor:{file}:{line}:{column}"

    with PreviewServer(open_project(root), state, link, SECRET, 0) as server:
        thread = Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def request(
    server: PreviewServer,
    name: str,
    method: str = "GET",
    body: bytes | str | None = None,
    secret: str = SECRET,
    **headers: str,
) -> tuple[int, bytes]:
    host = f"127.0.0.1:{server.server_port}"
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_port)) as connection:
        connection.putrequest(method, f"/{secret}/{name}", skip_host=True)
        sent_headers = {"Host": host}
        if method == "POST":
            sent_headers |= {"Origin": f"http://{host}", "Content-Type": "application/json"}
            sent_headers |= {"Content-Length": str(len(body or b""))}
        for key, value in {**sent_headers, **headers}.items():
            if value:
                connection.putheader(key.replace("_", "-"), value)
        data = body.encode() if isinstance(body, str) else body
        connection.endheaders(data)
        answer = connection.getresponse()
        return answer.status, answer.read()


def post(server: PreviewServer, name: str, value: object) -> tuple[int, bytes]:
    return request(server, name, "POST", json.dumps(value))


def test_the_page_gets_its_files_and_what_is_shown(server: PreviewServer) -> None:
    for name in (
        "",
        "preview.css",
        "preview.js",
        "structure",
        "page/" + "a" * 32,
        WEB_PAGE,
    ):
        status, body = request(server, name)
        assert status == 200
        assert body


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:80", ""]
)
def test_a_foreign_host_gets_nothing(server: PreviewServer, host: str) -> None:
    assert request(server, "", Host=host) == (403, b"")
    assert request(server, "select", "POST", "{}", Host=host) == (403, b"")


def test_localhost_is_accepted_as_host(server: PreviewServer) -> None:
    assert request(server, "", Host=f"localhost:{server.server_port}")[0] == 200


def test_a_request_with_two_hosts_gets_nothing(server: PreviewServer) -> None:
    assert request(server, "", host="evil.example") == (403, b"")


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", "ü", "../x"])
def test_another_user_of_the_machine_gets_nothing(
    server: PreviewServer, secret: str
) -> None:
    quoted = secret.replace("ü", "%FC")
    for name in ("", "events", "structure", "page/" + "a" * 32, WEB_PAGE, "place/1.0"):
        assert request(server, name, secret=quoted) == (404, b"")
    assert request(server, "edit", "POST", "{}", secret=quoted) == (404, b"")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_gets_nothing(server: PreviewServer, site: str) -> None:
    for name in ("", "events", "page/" + "a" * 32, WEB_PAGE, "place/1.0"):
        assert request(server, name, Sec_Fetch_Site=site) == (403, b"")
    assert request(server, "select", "POST", "{}", Sec_Fetch_Site=site) == (403, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_a_post_that_is_not_from_the_page_changes_nothing(
    server: PreviewServer, state: PreviewState, headers: dict[str, str]
) -> None:
    body = json.dumps({"language": "fr"})
    headers = {key.replace("_", "-"): value for key, value in headers.items()}
    assert request(server, "select", "POST", body, **headers) == (403, b"")
    assert state.selection.language == "en"


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "page/../../../../etc/passwd",
        "page//etc/passwd",
        f"page/{SOURCE}",
        "preview.js/../../../pyproject.toml",
        "place/1./etc/passwd",
        "place/1.-1",
        "place/1.9",
        "place/x",
        "..",
    ],
)
def test_no_path_is_opened(server: PreviewServer, name: str) -> None:
    assert request(server, name) == (404, b"")


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "X"]
)
def test_other_methods_are_refused(server: PreviewServer, method: str) -> None:
    assert request(server, "", method) == (405, b"")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": str((256 << 10) + 1)}, 413),
        ({"Content-Length": "9" * 5000}, 413),
        ({"Content-Length": "-1"}, 411),
        ({"Content-Length": "²"}, 411),
        ({"Content-Length": "", "Transfer-Encoding": "chunked"}, 411),
    ],
)
def test_a_body_of_unknown_or_excessive_size_is_not_read(
    server: PreviewServer, headers: dict[str, str], status: int
) -> None:
    assert request(server, "select", "POST", b"{}", **headers) == (status, b"")


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[]", b"1", b'{"x": 1}', b"[" * 100_000, b"\xff", b'{"language": [1]}'],
)
def test_a_body_that_is_not_what_the_page_sends_is_refused(
    server: PreviewServer, state: PreviewState, body: bytes
) -> None:
    for name in ("select", "edit"):
        assert request(server, name, "POST", body)[0] in (400, 404)
    assert request(server, "other", "POST", b"{}") == (404, b"")
    assert state.selection == Selection("brief", "2017", "en")


def test_only_what_exists_can_be_selected(
    server: PreviewServer, state: PreviewState
) -> None:
    assert post(server, "select", {"language": "../../etc"})[0] == 404
    assert not state.take_selection()
    assert post(server, "select", {"language": "fr"})[0] == 204
    assert state.take_selection()
    assert not state.take_selection()
    assert state.selection == replace(Selection("brief", "2017", "en"), language="fr")


def test_every_answer_forbids_other_sites_to_use_it(server: PreviewServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    with closing(connection):
        for path in (f"/{SECRET}/", "/"):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Server"] is None
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_html_edition_runs_no_script_and_connects_to_nothing(
    server: PreviewServer,
) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_port)) as connection:
        connection.request("GET", f"/{SECRET}/{WEB_PAGE}")
        answer = connection.getresponse()
        assert answer.read() == b"<p>Some words."
        policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'self'"} < {*policy}
    assert "sandbox allow-same-origin" in policy
    assert not [rule for rule in policy if "script" in rule or "connect" in rule]
    for name in ("web", "web/", f"{WEB_PAGE}0", "web/../web", "web/" + "0" * 32):
        assert request(server, name)[0] == 404


def test_it_listens_on_loopback_only(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def place_of(server: PreviewServer, number: int = 0) -> dict[str, Any]:
    status, body = request(server, f"place/1.{number}")
    assert status == 200
    place: dict[str, Any] = json.loads(body)
    return place


def test_a_click_gives_file_line_and_the_text_as_typed(server: PreviewServer) -> None:
    place = place_of(server)
    assert (place["place"], place["text"]) == (f"{SOURCE}:6:15", "Some words.")
    assert place["link"] == f"editor:{SOURCE}:6:15"


def test_a_click_on_outdated_pages_is_refused(
    server: PreviewServer,
) -> None:
    status, reason = request(server, "place/0.0")
    assert status == 409
    assert b"once more" in reason


def test_words_of_a_template_have_no_text_to_edit(server: PreviewServer) -> None:
    assert place_of(server, 1)["text"] is None


def test_a_text_is_edited_and_everything_else_stays(
    server: PreviewServer, root: Path
) -> None:
    file = root / SOURCE
    file.chmod(0o640)
    edited = {"number": place_of(server)["number"], "text": "Other words: new."}
    assert post(server, "edit", edited) == (204, b"")
    after = BRIEF.replace("Some words.", '"Other words: new."')
    assert file.read_text() == after
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    server: PreviewServer, root: Path
) -> None:
    edited = {"number": place_of(server)["number"], "text": "Other words."}
    (root / SOURCE).write_text(BRIEF + "# a thought\n")
    status, reason = post(server, "edit", edited)
    assert status == 409
    assert b"changed since" in reason
    assert (root / SOURCE).read_text() == BRIEF + "# a thought\n"


def test_a_text_that_changes_another_one_is_refused(
    server: PreviewServer, root: Path
) -> None:
    (root / SOURCE).write_text(BRIEF.replace("Some", "&some Some") + "lead: *some\n")
    edited = {"number": place_of(server)["number"], "text": "Other."}
    status, reason = post(server, "edit", edited)
    assert status == 409
    assert b"without changing another" in reason


@pytest.mark.parametrize("number", [1, -1, None, "0", 0.5, SOURCE])
def test_only_a_text_that_was_shown_is_edited(
    server: PreviewServer, root: Path, number: object
) -> None:
    place_of(server)
    assert post(server, "edit", {"number": number, "text": "x"}) == (404, b"")
    assert (root / SOURCE).read_text() == BRIEF


def test_a_file_that_is_a_link_is_not_replaced(server: PreviewServer, root: Path) -> None:
    real = root / "content" / "brief" / "real.yaml"
    (root / SOURCE).rename(real)
    (root / SOURCE).symlink_to(real)
    edited = {"number": place_of(server)["number"], "text": "x"}
    status, reason = post(server, "edit", edited)
    assert status == 409
    assert b"link" in reason
    assert real.read_text() == BRIEF
