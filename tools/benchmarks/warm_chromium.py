"""Print by one Chromium: `python -m tools.benchmarks.warm_chromium FOLDER TABS NAME...`.

Its tabs print each HTML file to a tagged PDF. The browser is controlled over two pipes by
the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/. FONTCONFIG_FILE
must name the fontconfig file of the fonts.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools.benchmarks.rivals import chromium

_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")
_PRINT = {"printBackground": True, "preferCSSPageSize": True, "generateTaggedPDF": True}


class Browser:
    """A Chromium that answers messages, in the order of their numbers."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, os.fdopen(read, "rb", buffering=0)
        self._buffer, self._number = b"", 0

    def send(self, method: str, session: str = "", **parameters: Any) -> int:
        """Send a message; give the number of its answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": session} if session else {}
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        return self._number

    def receive(self) -> dict[str, Any]:
        """Wait for the next message."""
        while b"\0" not in self._buffer:
            self._buffer += self._read.read(1 << 20) or b""
        message, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(message))

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Send a message and wait for its answer."""
        number = self.send(method, session, **parameters)
        while (message := self.receive()).get("id") != number:
            pass
        return dict(message["result"])


@contextmanager
def open_browser() -> Generator[Browser]:
    """Start Chromium with pipes at 3 and 4, as it expects them."""
    program = chromium()
    assert program
    chromium_in, ours_out = os.pipe()
    ours_in, chromium_out = os.pipe()
    with TemporaryDirectory() as profile:
        command = [program, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"]
        shell = f'exec "$@" 3<&{chromium_in} 4>&{chromium_out}'
        process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command],
            pass_fds=(chromium_in, chromium_out),
            stderr=subprocess.DEVNULL,
        )
        os.close(chromium_in)
        os.close(chromium_out)
        browser = Browser(ours_out, ours_in)
        yield browser
        browser.send("Browser.close")
        process.wait()


def print_all(folder: Path, tabs: int, names: list[str]) -> None:
    """Print the files; each tab prints one file after the other."""
    with open_browser() as browser:
        names_left = list(reversed(names))
        pages_by_tab: dict[str, str] = {}
        for _ in range(tabs):
            target = browser.call("Target.createTarget", url="about:blank")["targetId"]
            session = browser.call("Target.attachToTarget", targetId=target, flatten=True)
            tab = session["sessionId"]
            browser.call("Page.enable", tab)
            _load_next(browser, tab, folder, names_left, pages_by_tab)
        while pages_by_tab:
            message = browser.receive()
            tab = message.get("sessionId", "")
            if message.get("method") == "Page.loadEventFired":
                browser.send("Page.printToPDF", tab, **_PRINT)
            elif "data" in message.get("result", {}):
                pdf = base64.b64decode(message["result"]["data"])
                (folder / f"{pages_by_tab.pop(tab)}.pdf").write_bytes(pdf)
                _load_next(browser, tab, folder, names_left, pages_by_tab)


def _load_next(
    browser: Browser,
    tab: str,
    folder: Path,
    names_left: list[str],
    pages_by_tab: dict[str, str],
) -> None:
    if names_left:
        pages_by_tab[tab] = names_left.pop()
        browser.send("Page.navigate", tab, url=f"file://{folder}/{pages_by_tab[tab]}.html")


if __name__ == "__main__":
    print_all(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
