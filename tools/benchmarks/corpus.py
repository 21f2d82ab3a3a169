"""Generate any number of different briefs, in three languages.

Their sentences are chosen at random, with a fixed seed, from the samples in `content/`, so
that words, hyphens and fonts are those of real text. Each brief has key messages, four
sections with a chart, a table and a footnote, and fills three pages. The numbers of a brief
are the same in all languages, as a check requires.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "fr", "ru")
DATED = "2017"
# Markdown that is not text: notes, citations, links, languages.
_MARKS = re.compile(r"\[[@^][^\]]*\]:?|\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})|[*\\]")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")


def write_project(root: Path, briefs: int) -> None:
    """Write a project; each brief is three documents."""
    (root / "content").mkdir(parents=True)
    _write_yaml(
        root / "content/series.yaml",
        {
            "name": "Trade and work",
            "publisher": {"name": "A publisher", "address": "1 Example Street, Geneva"},
            "languages": list(LANGUAGES),
        },
    )
    for number in range(briefs):
        folder = root / "content" / slug_of(number) / DATED
        folder.mkdir(parents=True)
        for language in LANGUAGES:
            _write_yaml(folder / f"{language}.yaml", brief(number, language))


def write_small_project(root: Path, briefs: int) -> None:
    """Write a project of briefs with one sentence each, which build fast."""
    write_project(root, 0)
    for number in range(briefs):
        folder = root / "content" / slug_of(number) / DATED
        folder.mkdir(parents=True)
        for language in LANGUAGES:
            text = f"title: Brief {number}\nsections: [{{heading: A heading, blocks: "
            text += f"[{{text: One sentence of {number}.}}]}}]\n"
            (folder / f"{language}.yaml").write_text(text)


def slug_of(number: int) -> str:
    """Name a brief."""
    return f"brief-{number:04}"


def documents(briefs: int) -> list[str]:
    """Return the file names of all documents, without folder and suffix."""
    slugs = map(slug_of, range(briefs))
    return [f"{slug}_{DATED}_{language}" for slug in slugs for language in LANGUAGES]


def brief(number: int, language: str) -> dict[str, Any]:
    """Generate the content of one language file."""
    random = Random(f"{number} {language}")
    return {
        "title": f"{_choose_sentences(random, language, 1)[:40]} {number}",
        "standfirst": _choose_sentences(random, language, 1)[:110],
        "key_messages": [
            {"say": "A.", "because": _choose_sentences(random, language, 1)[:120]}
            for _ in range(3)
        ],
        "lead": _choose_sentences(random, language, 2),
        "sections": [_section(random, language, number, kind) for kind in range(4)],
        "points_for_decision": [
            {"do": _choose_sentences(random, language, 1)[:90]} for _ in range(3)
        ],
        "references": [{"id": "one", "text": _choose_sentences(random, language, 1)}],
    }


def _section(random: Random, language: str, number: int, kind: int) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"text": _paragraphs(random, language)}]
    if kind == 0:
        blocks[0]["text"] += f"[^n]\n\n[^n]: {_choose_sentences(random, language, 1)}\n"
    elif kind == 1:
        blocks.append({"figure": _figure(random, language, Random(number))})
    elif kind == 2:
        blocks.append({"table": _table(random, language, Random(number))})
    return {
        "heading": _choose_sentences(random, language, 1)[:48].rstrip(" ,."),
        "blocks": blocks,
    }


def _paragraphs(random: Random, language: str) -> str:
    return "\n\n".join(
        _choose_sentences(random, language, random.randint(2, 3)) for _ in range(2)
    )


def _figure(random: Random, language: str, numbers: Random) -> dict[str, Any]:
    rows = [{"group": f"{place}", "posts": numbers.randint(5, 95)} for place in "ABCDE"]
    return {
        "title": _choose_sentences(random, language, 1)[:60],
        "subtitle": "2017, %",
        "chart": "bar",
        "data": rows,
        "label": "group",
        "value": "posts",
        "highlight": "A",
        "alt": _choose_sentences(random, language, 1),
        "source": "@one",
    }


def _table(random: Random, language: str, numbers: Random) -> dict[str, Any]:
    return {
        "title": _choose_sentences(random, language, 1)[:60],
        "columns": ["1", "2", "3"],
        "rows": [
            [
                f"{row}",
                f"{numbers.randint(1, 999)}",
                _choose_sentences(random, language, 1)[:80],
            ]
            for row in range(5)
        ],
    }


def _choose_sentences(random: Random, language: str, sentences: int) -> str:
    return " ".join(random.choice(_sentences(language)) for _ in range(sentences))


@cache
def _sentences(language: str) -> list[str]:
    """List the complete sentences without numbers in the samples of a language."""
    found: list[str] = []
    for file in sorted((ROOT / "content").glob(f"*/2017/{language}.yaml")):
        for text in _texts(yaml.safe_load(file.read_text(encoding="utf-8"))):
            plain = " ".join(_MARKS.sub(r"\1", text).split())
            found += [s for s in _SENTENCE.split(plain) if 40 < len(s) < 200]
    whole = [s for s in dict.fromkeys(found) if s[0].isupper() and s[-1] in ".?!"]
    return [sentence for sentence in whole if not re.search(r"\d", sentence)]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("lead", "text", "because", "sections", "blocks", "key_messages"):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield from value.split("\n\n")


def _write_yaml(path: Path, value: Any) -> None:
    path.write_text(
        yaml.dump(
            value, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=90
        ),
        encoding="utf-8",
    )
