"""The files of tests/invalid/, and what they state about themselves."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.problems import Rule

ROOT = Path(__file__).resolve().parents[1]
INVALID = ROOT / "tests" / "invalid"
CORPUS = sorted(f for f in INVALID.iterdir() if f.is_file() and f.suffix != ".md")
BRIEF = "content/brief/"
EN = f"{BRIEF}2017/en.yaml"


def header(file: Path, mark: str) -> Iterator[str]:
    """Return the rest of each line that begins with a mark: two characters and a space."""
    text = file.read_bytes().decode("utf-8", "surrogateescape")
    return (line[3:] for line in text.split("\n") if line.startswith(mark))


def rule_of(file: Path) -> Rule:
    """Return the rule that a file is named after."""
    id = file.name.partition(".")[0].partition("--")[0]
    return next(rule for rule in Rule if rule.id == id)
