"""Serve the preview to a browser on this machine.

The address contains a secret, which other users of the machine do not have. Requests must
name the host as 127.0.0.1 or localhost, so that a web page cannot use another name for this
machine (DNS rebinding). A request that changes a file must come from the page of the
preview. No request names a file: see text_editing.py. The web page is shown in a frame in
which no script can run.
"""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from secrets import compare_digest
from typing import Any

from pipeline.preview.state import PreviewState, ShownPreview
from pipeline.preview.text_editing import EditableText, edit_text, locate_text
from pipeline.preview.update import EditorUrl
from pipeline.problems import PipelineError
from pipeline.project import BUNDLED, Project

# The maximum size of a request, in bytes; an edited text of maximum length is smaller.
_MAX_BODY = 256 << 10
# Seconds without a byte after which a connection is closed, and between keep-alive lines.
_IDLE_SECONDS, _KEEP_ALIVE_SECONDS = 60, 15
# The number of a rendering, and of one of its structure entries.
_ENTRY_NUMBER = re.compile("([0-9]{1,9})[.]([0-9]{1,9})")
_OLD_PAGES = "The pages were drawn again since you clicked. Click the text once more."
_PAGE_FILES = {
    "": ("page.html", "text/html; charset=utf-8"),
    "preview.css": ("preview.css", "text/css; charset=utf-8"),
    "preview.js": ("preview.js", "text/javascript; charset=utf-8"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# The policy of the web page: it runs no script and sends no request.
_FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)


class PreviewServer(ThreadingHTTPServer):
    """A server on loopback; with port 0 the system chooses a free one.

    `texts` are the texts that were clicked, by number.
    """

    daemon_threads = True

    def __init__(
        self, project: Project, state: PreviewState, url: EditorUrl, secret: str, port: int
    ) -> None:
        self.project, self.state, self.editor_url, self.secret = project, state, url, secret
        folder = BUNDLED / "templates" / "preview"
        self.files = {
            name: ((folder / file).read_bytes(), mime)
            for name, (file, mime) in _PAGE_FILES.items()
        }
        self.texts: dict[int, EditableText] = {}
        self.numbers = count()
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the traceback of a bug. A closed connection is not a bug."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    server: PreviewServer

    def version_string(self) -> str:
        return "briefs"

    def log_message(self, *_: Any) -> None:
        """Print nothing: an address holds the secret."""

    def send_error(self, code: int, *_: Any) -> None:
        """Answer a request that the standard library rejects, such as another method."""
        self.close_connection = True
        self._send_bytes(405 if code == 501 else code)

    def do_GET(self) -> None:
        if (name := self._authorized_path("none", "same-origin")) is not None:
            self._send_resource(name)

    def do_POST(self) -> None:
        self.close_connection = True  # the body of a rejected request is not read
        if (name := self._authorized_path("same-origin")) is None:
            return
        host, mime = self.headers["Host"], self.headers.get("Content-Type")
        if self.headers.get("Origin") != f"http://{host}" or mime != "application/json":
            return self._send_bytes(403)
        commands: dict[str, Callable[[Any], None]] = {
            "select": self._select_document,
            "edit": self._edit_text,
        }
        if name not in commands:
            return self._send_bytes(404)
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit():
            return self._send_bytes(411)
        if len(length) > 9 or int(length) > _MAX_BODY:
            return self._send_bytes(413)
        try:
            commands[name](json.loads(self.rfile.read(int(length))))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._send_bytes(400)

    def _authorized_path(self, *allowed_sites: str) -> str | None:
        """Return the path after the secret; send an error and return None if refused."""
        port = self.connection.getsockname()[1]
        hosts = self.headers.get_all("Host", [])
        is_local_host = hosts in ([f"127.0.0.1:{port}"], [f"localhost:{port}"])
        # Browsers send Sec-Fetch-Site. A request without it comes from another program.
        if (
            not is_local_host
            or self.headers.get("Sec-Fetch-Site", allowed_sites[0]) not in allowed_sites
        ):
            self._send_bytes(403)
            return None
        secret, slash, name = self.path.removeprefix("/").partition("/")
        if not slash or not compare_digest(secret.encode(), self.server.secret.encode()):
            self._send_bytes(404)
            return None
        return name

    def _send_resource(self, name: str) -> None:
        """Answer by the name of a resource: a kind and a key. No name is a file path."""
        kind, _, key = name.partition("/")
        shown = self.server.state.shown
        if name in self.server.files:
            self._send_bytes(200, *self.server.files[name])
        elif name == "events":
            self._send_events()
        elif name == "structure":
            entries = shown.rendered.structure_entries
            self._send_json([(e.depth, e.role, e.text, e.path != "") for e in entries])
        elif kind == "page" and (png := shown.pictures.get(key)):
            self._send_bytes(200, png, "image/png", "max-age=3600, immutable")
        elif kind == "web" and key and key == _web_page_key(shown):
            page, policy = shown.rendered.web_page, _FRAME_POLICY
            self._send_bytes(200, page, "text/html; charset=utf-8", policy=policy)
        elif kind == "place":
            self._send_place(key)
        else:
            self._send_bytes(404)

    def _send_place(self, entry: str) -> None:
        server, shown = self.server, self.server.state.shown
        if not (match := _ENTRY_NUMBER.fullmatch(entry)):
            return self._send_bytes(404)
        drawn, number = map(int, match.groups())
        if drawn != shown.rendered_number:
            return self._send_bytes(409, _OLD_PAGES.encode())
        if number >= len(shown.rendered.structure_entries):
            return self._send_bytes(404)
        try:
            place, text = locate_text(server.project, shown.rendered, number)
        except PipelineError as error:
            return self._send_bytes(409, str(error).encode())
        link = server.editor_url(place.file, place.line, place.column)
        answer: dict[str, Any] = {"place": str(place), "link": link, "text": None}
        if text:
            server.texts[key := next(server.numbers)] = text
            answer |= {"number": key, "text": text.text, "offset": text.offset}
        self._send_json(answer)

    def _select_document(self, requested: dict[str, str]) -> None:
        state = self.server.state
        choices = state.shown.choices
        chosen = {key: value for key, value in requested.items() if value in choices[key]}
        if chosen != requested:
            return self._send_bytes(404)
        if "slug" in chosen:  # another brief has other editions
            chosen = {"edition": "", **chosen}
        state.select(replace(state.selection, **chosen))
        self._send_bytes(204)

    def _edit_text(self, requested: dict[str, Any]) -> None:
        old, text = self.server.texts.get(requested["number"]), requested["text"]
        if old is None or not isinstance(text, str):
            return self._send_bytes(404)
        try:
            refusal = edit_text(self.server.project, old, text)
        except PipelineError as error:
            refusal = str(error)
        self._send_bytes(409 if refusal else 204, refusal.encode())

    def _send_events(self) -> None:
        """Send what is shown, and each change of it, until the connection is closed."""
        self.close_connection = True
        self._send_head(
            200, {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        number = 0
        try:
            while True:
                if self.server.state.wait(number, _KEEP_ALIVE_SECONDS):
                    shown = self.server.state.shown
                    number = shown.number
                    data = json.dumps(_event_data(shown))
                    self.wfile.write(f"data: {data}\n\n".encode())
                else:
                    self.wfile.write(b": keep-alive\n\n")
                self.wfile.flush()
        except OSError:
            return

    def _send_json(self, value: Any) -> None:
        self._send_bytes(200, json.dumps(value).encode(), "application/json")

    def _send_bytes(
        self,
        status: int,
        body: bytes = b"",
        mime: str = "text/plain; charset=utf-8",
        cache: str = "no-store",
        policy: str = _HEADERS["Content-Security-Policy"],
    ) -> None:
        sizes = {"Content-Type": mime, "Content-Length": str(len(body))}
        headers = {**sizes, "Cache-Control": cache, "Content-Security-Policy": policy}
        self._send_head(status, headers)
        self.wfile.write(body)

    def _send_head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        for name, value in {**_HEADERS, **headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()


def _web_page_key(shown: ShownPreview) -> str:
    """Name the web page by its hash; "" if there is none."""
    page = shown.rendered.web_page
    return blake2b(page, digest_size=16).hexdigest() if page else ""


def _event_data(shown: ShownPreview) -> dict[str, Any]:
    """Describe the shown preview; the browser requests the pictures that it lacks."""
    pages = [
        {"key": p.key, "width": p.width, "height": p.height, "parts": p.parts}
        for p in shown.rendered.pages
    ]
    return {
        **shown.status,
        "drawn": shown.rendered_number,
        "pages": pages,
        "web": _web_page_key(shown),
        "choices": shown.choices,
    }
