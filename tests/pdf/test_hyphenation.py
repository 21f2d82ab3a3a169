"""Hyphenation patterns are read as Pyphen reads them, and are parsed when they are used."""

from pathlib import Path

import pyphen
import pytest

from pipeline.pdf import hyphenation

# Among them are other encodings (de_DE) and other spellings (ca, af_ZA).
_LANGUAGES = ("en_US", "fr", "ru_RU", "de_DE", "ca", "af_ZA")


@pytest.mark.parametrize("language", _LANGUAGES)
def test_patterns_are_those_of_pyphen(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(pyphen.LANGUAGES[language])
    expected = pyphen.HyphDict(path)

    monkeypatch.setattr(pyphen.HyphDict, "__init__", hyphenation.read_patterns)
    read = pyphen.HyphDict(path)

    assert read.maxlen == expected.maxlen
    assert _values(read) == _values(expected)


def _values(read: pyphen.HyphDict) -> dict[str, tuple[int, list[tuple[int, object]]]]:
    """Return offset and values of each pattern, with what a value says of the spelling."""
    patterns = {word: tuple(pattern) for word, pattern in read.patterns.items()}
    return {
        word: (offset, [(value, getattr(value, "data", None)) for value in values])
        for word, (offset, values) in patterns.items()
    }


def test_only_patterns_in_use_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = pyphen.parse
    monkeypatch.setattr(pyphen, "parse", lambda text: parsed.append(text) or parse(text))
    monkeypatch.setattr(pyphen.HyphDict, "__init__", hyphenation.read_patterns)
    english = pyphen.HyphDict(Path(pyphen.LANGUAGES["en_US"]))

    assert english.positions("international") == [2, 5, 7, 11]
    assert 0 < len(parsed) < len(english.patterns) / 100
