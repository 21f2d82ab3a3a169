"""Measure the time from a save to the new pages at the browser, in `briefs preview`.

`python -m tools.benchmarks.preview` prints a table of Markdown. Each round changes a
word of a sample, and waits for the message of the server and the pictures of pages that
changed. What a browser then needs to decode a picture is not measured. The processor time
of all processes of the preview, on Linux, depends less on what else the machine does.
"""

import http.client
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 15
# Samples of two and of four pages, and the limit in milliseconds.
CASES = (
    ("global-advocacy", "2017", 250),
    ("policy-coherence", "2024", 400),
)


@contextmanager
def run_preview(root: Path, slug: str) -> Iterator[tuple[str, int]]:
    """Run the preview of a project; give its address, and the session of its processes."""
    command = [sys.executable, "-m", "pipeline", "--project", str(root), "preview", slug]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        yield process.stdout.readline().strip(), process.pid
        process.terminate()


def processor_time(session: int) -> float:
    """The processor time of all processes of a session, in milliseconds."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            fields = file.read_text().rpartition(")")[2].split()
            if int(fields[3]) == session:
                ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def next_message(events: http.client.HTTPResponse) -> dict[str, list[dict[str, str]]]:
    """Read the next message of the stream."""
    while not (line := events.readline()).startswith(b"data: "):
        assert line
    message: dict[str, list[dict[str, str]]] = json.loads(line.removeprefix(b"data: "))
    return message


def times_of(address: str, session: int, file: Path) -> tuple[list[float], float, int]:
    """Save a file many times; give the times until its pages are there.

    The other values are the processor time of a save, and the number of pages.
    """
    url = urlsplit(address)
    stream, pictures = (http.client.HTTPConnection(url.netloc) for _ in range(2))
    with closing(stream), closing(pictures):
        stream.request("GET", f"{url.path}events")
        with closing(stream.getresponse()) as events:
            keys_shown = {page["key"] for page in next_message(events)["pages"]}
            text, times, pages = file.read_text("utf-8"), [], 0
            processor_ms = processor_time(session)
            for number in range(ROUNDS):
                time.sleep(0.3)
                file.write_text(text.replace("Trade", f"Trade {number}", 1), "utf-8")
                started = time.perf_counter()
                keys = [page["key"] for page in next_message(events)["pages"]]
                for key in keys:
                    if key not in keys_shown:
                        pictures.request("GET", f"{url.path}page/{key}")
                        pictures.getresponse().read()
                times.append((time.perf_counter() - started) * 1000)
                keys_shown, pages = set(keys), len(keys)
            processor_ms = (processor_time(session) - processor_ms) / ROUNDS
    return times, processor_ms, pages


def main() -> None:
    """Measure each case in a copy of the samples."""
    header = f"| pages, {ROUNDS} rounds | median | best | processor time | at most |"
    lines = [header, "|---|---|---|---|---|"]
    for slug, dated, limit in CASES:
        with TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "content", Path(folder, "content"))
            file = Path(folder, "content", slug, dated, "en.yaml")
            with run_preview(Path(folder), slug) as (address, session):
                times, used, pages = times_of(address, session, file)
        values = (median(times), min(times), used, limit)
        cells = " | ".join(f"{value:.0f} ms" for value in values)
        lines.append(f"| {pages} | {cells} |")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
