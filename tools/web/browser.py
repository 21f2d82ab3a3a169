"""Check a site in Chromium: `audit.mjs` visits its pages, served on loopback.

Chromium is taken from PATH, packages of Node from `.venv/web` (`make browser`), or from the
folder that BROWSER_TOOLS names.
"""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(os.environ.get("BROWSER_TOOLS", ROOT / ".venv/web"))
VALIDATOR = TOOLS / "node_modules/vnu-jar/build/dist/vnu.jar"
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *values: Any) -> None:
        """Print nothing."""


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve a folder on loopback; give its address."""
    handler = partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def find_chromium() -> str:
    """Return the path of Chromium."""
    program = next(filter(None, map(shutil.which, _CHROMIUM_NAMES)), None)
    assert program, "needs Chromium (Debian: apt-get install chromium)"
    return program


def visit(site: Path, visits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Visit pages of a site; audit.mjs describes the keys of visits and results."""
    script = Path(__file__).with_name("audit.mjs")
    with serve_folder(site) as address:
        completed = subprocess.run(
            ["node", script, TOOLS / "node_modules", find_chromium(), address],
            input=json.dumps(visits),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert completed.returncode == 0, completed.stderr
    results: list[dict[str, Any]] = json.loads(completed.stdout)
    return results


def html_errors(site: Path) -> list[str]:
    """List the errors that the Nu HTML Checker finds in all pages of a site."""
    command = ["java", "-jar", VALIDATOR, "--errors-only", "--skip-non-html", site]
    completed = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return completed.stderr.splitlines()
