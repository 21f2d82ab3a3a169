"""Search for bytes at which a reader of content raises an exception: `make fuzz`.

Coverage guides the search. Inputs that are found are stored in `tests/fuzz/corpus`;
tests/content/test_fuzz.py reads them again. The first byte of an input chooses the reader.
"""

import contextlib
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["pipeline", "markdown_it", "mdit_py_plugins"]):
    from tests.fuzz.loading import read

CORPUS = ROOT / "tests/fuzz/corpus"
WORK = ROOT / "build/.cache/fuzz"
# The number of the reader for each ending of a file name.
SEEDS = {".yaml": 0, ".csv": 1, ".svg": 2, ".png": 3, ".jpg": 3}


def write_seeds() -> None:
    """Write the first inputs: the samples, and the files with one mistake each."""
    WORK.mkdir(parents=True, exist_ok=True)
    for folder in (ROOT / "content", ROOT / "tests/invalid"):
        for file in folder.rglob("*"):
            if file.suffix in SEEDS and file.is_file() and file.stat().st_size < 50_000:
                name = f"{SEEDS[file.suffix]}-{file.parent.parent.name}-{file.name}"
                (WORK / name).write_bytes(bytes([SEEDS[file.suffix]]) + file.read_bytes())


def main(seconds: str) -> None:
    """Run for `seconds`, or until an input raises an exception."""
    write_seeds()
    options = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=2048"]
    options += ["-max_len=20000", f"-artifact_prefix={CORPUS}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(WORK), str(CORPUS)], read)
    with contextlib.suppress(KeyboardInterrupt):
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
