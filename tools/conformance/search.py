"""Search PDFs for the texts of a brief, as a reader types them into a search field.

A file may conform to the standard and still fail here: a reader finds and copies the text
that the viewer extracts from the glyphs. Right-to-left text is the difficult case.

    python -m tools.conformance.search

builds the samples in five languages and prints how much each extractor finds, as in
docs/accessibility.md; `--lost` also prints what it does not find.
"""

import re
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path

from pipeline.targets import BuildOptions
from tools.conformance import environment
from tools.conformance.corpus import PROJECTS, Made, build_project, copy_project
from tools.conformance.extraction import EXTRACTORS, Extractor, available_extractors
from tools.conformance.reading import RIGHT_TO_LEFT
from tools.conformance.script import Phrase, write_script
from tools.conformance.speech import QUOTES, squeeze

LANGUAGES = ("ar", "en", "fr", "ru", "zh")
# A run of letters and their marks; a single letter is found anywhere.
_MARKS = "\u064b-\u065f\u0670"
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f{_MARKS}])+")
_CLAUSE = re.compile(r"[^.,;:!?()\[\]«»“”،؛؟、。，：；（）《》…\n]+")
_TELEPHONE = re.compile(r"\+\d[\d ]+\d")
_CODE = re.compile(
    r"[A-Z]{2,}[-.][\w./-]*\d[\w/]*"  # the symbol of a document, a licence
    r"|[\w.-]+(?: \[at\] |@)[\w-]+\.[\w.-]*\w"  # an e-mail address
    r"|(?:[\w-]+\.)+[a-z]{2,3}(?:/[\w./-]*\w)?"  # a web address
)
_DATE = re.compile(r"\d{1,2}(?:er)? [^\W\d_]+(?:/[^\W\d_]+)? \d{4}|\d{4}年\d+月\d+日")
_LATIN = re.compile(r"[A-Za-z]+(?:[ '-][A-Za-z]+)+")
_BRACKETED = re.compile(r"[^\W\d_]+ \([^\W\d_]+|[^\W\d_]+ [^\W\d_]+\)")
# In words, and between the letters of Chinese.
_END_OF_LINE = re.compile(r"\u2010\n|(?<=[\u3000-\u9fff])\s+(?=[\u3000-\u9fff])")
# Marks of direction, and breaks inside words.
_NOT_TYPED = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Find = Callable[[str], Sequence[str]]


def _words(pattern: str, text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if re.search(pattern, word)]


def _clauses(text: str) -> list[str]:
    return [c.strip() for c in _CLAUSE.findall(text) if len(c.split()) > 1]


KINDS: Mapping[str, Find] = {
    "phrases": _clauses,
    "words": partial(_words, ""),
    "words with marks": partial(_words, f"[{_MARKS}]"),
    "words with lam-alef": partial(_words, "\u0644[\u0622\u0623\u0625\u0627]"),
    "telephone numbers": _TELEPHONE.findall,
    "symbols, addresses": _CODE.findall,
    "dates": _DATE.findall,
    "words in brackets": _BRACKETED.findall,
    "Latin phrases": _LATIN.findall,
}
CITATIONS = "citations"
# extractor -> kind -> the least share that the gate accepts in a file from right to left.
# What is not here: docs/accessibility.md, "Arabic".
LEAST: Mapping[str, Mapping[str, float]] = {
    "PDFium": {
        "phrases": 0.85,
        "words": 1,
        "telephone numbers": 1,
        "dates": 0.8,
        "words in brackets": 0.7,
        CITATIONS: 1,
    },
    "Poppler": {
        "phrases": 0.75,
        "words": 1,
        "telephone numbers": 1,
        "dates": 0.8,
        CITATIONS: 1,
    },
    "MuPDF": {
        "phrases": 0.55,
        "words": 0.98,
        "telephone numbers": 1,
        "symbols, addresses": 0.8,
    },
}


def asked(script: Sequence[Phrase], kind: str) -> list[str]:
    """List the different texts of a kind that the pages print."""
    printed = (phrase.text for phrase in script if phrase.role != "Figure")
    return list(dict.fromkeys(found for text in printed for found in KINDS[kind](text)))


def citations(made: Made) -> list[str]:
    """List the numbers of the references, as citations print them."""
    references = made.edition.versions[made.language].references
    return [f"[{number}]" for number, _ in enumerate(references, 1)]


def find_lost(extracted: str, texts: Sequence[str]) -> list[str]:
    """Return the texts that the extracted text lacks, with any space between words."""
    typed = _typed(extracted)
    return [text for text in texts if not re.search(_spaced(text), typed)]


def _typed(text: str) -> str:
    """The text as typed. Ligatures of Arabic stay: no search field replaces them all."""
    text = _END_OF_LINE.sub("", text)
    parts = (
        c if "\ufb50" <= c <= "\ufeff" else unicodedata.normalize("NFKC", c) for c in text
    )
    plain = unicodedata.normalize("NFC", _NOT_TYPED.sub("", "".join(parts)))
    return plain.translate(QUOTES)


def _spaced(text: str) -> str:
    """A pattern for a text: where a line may break, there may be space."""
    words = (
        r"\s*".join(map(re.escape, re.split("(?<=[/.\u2010-\u2013-])", word)))
        for word in _typed(text).split()
    )
    return r"\s+".join(words)


def find_lost_texts(
    path: Path,
    script: Sequence[Phrase],
    languages: Sequence[str],
    cited: Sequence[str] = (),
) -> list[str]:
    """Describe the texts that cannot be found: words, and too many of other kinds."""
    text = EXTRACTORS["PDFium"](path)
    squeezed = squeeze(text)
    lost = [word for word in asked(script, "words") if not _is_in(squeeze(word), squeezed)]
    described = [f'"{word}" is not found' for word in lost]
    if all(language in RIGHT_TO_LEFT for language in languages):
        for name, shares in LEAST.items():
            text = EXTRACTORS[name](path)
            for kind, least in shares.items():
                texts = cited if kind == CITATIONS else asked(script, kind)
                described += _shortfall(name, text, texts, kind, least)
    return described


def _is_in(word: str, text: str) -> bool:
    """Whether a word is in a text, or continues on the next page.

    Between its parts stand at most the notes, the folio and the running head.
    """
    return word in text or any(
        re.search(f"{re.escape(word[:n])}.{{0,600}}{re.escape(word[n:])}", text)
        for n in range(2, len(word) - 1)
    )


def _shortfall(
    extractor: str, text: str, texts: Sequence[str], kind: str, least: float
) -> Iterator[str]:
    lost = find_lost(text, texts)
    found = len(texts) - len(lost)
    # Of a few texts one may be at the end of a line.
    if found < least * len(texts) and (least == 1 or len(lost) > 1):
        examples = ", ".join(f'"{text}"' for text in lost[:3])
        yield (
            f"{extractor} finds {found} of {len(texts)} {kind}, fewer than {least:.0%}: "
            f"not {examples}"
        )


# --- The table ---


def build_samples(work: Path) -> Iterator[Made]:
    """Build the briefs of the repository and the hard cases, in `LANGUAGES`."""
    for group, source in PROJECTS.items():
        root = copy_project(source, work / group)
        codes = {e.stem for e in (root / "content").glob("*/*/*.yaml")} & set(LANGUAGES)
        options = BuildOptions(languages=tuple(sorted(codes)), jobs=environment.JOBS)
        yield from build_project(group, root, options).made


def measure(
    made: Made, extractors: Mapping[str, Extractor]
) -> Iterator[tuple[str, str, int, list[str]]]:
    """Yield extractor, kind, number of texts and those that are lost."""
    script = write_script(made.series, made.edition, made.language, made.document.profile)
    for name, extract in extractors.items():
        text = extract(made.path)
        for kind in (*KINDS, CITATIONS):
            texts = citations(made) if kind == CITATIONS else asked(script, kind)
            yield name, kind, len(texts), find_lost(text, texts)


def main(show_lost: bool) -> None:
    """Print the tables."""
    extractors = available_extractors()
    total: Counter[tuple[str, str, str]] = Counter()
    missing: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as work:
        for made in build_samples(Path(work)):
            for name, kind, number, lost in measure(made, extractors):
                total[made.language, name, kind] += number
                missing[made.language, name, kind] += len(lost)
                for text in lost if show_lost else ():
                    sys.stdout.write(f"{made.name}: {name}: {kind}: {text}\n")
    rows = [("Language", "Texts", *extractors), ("---",) * (2 + len(extractors))]
    for language, kind in product(LANGUAGES, (*KINDS, CITATIONS)):
        keys = [(language, name, kind) for name in extractors]
        if total[keys[0]]:
            cells = (f"{total[key] - missing[key]} of {total[key]}" for key in keys)
            rows.append((language, kind, *cells))
    sys.stdout.writelines(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    main("--lost" in sys.argv)
