"""Suggest the name that was probably meant by a misspelt one."""

from collections.abc import Collection
from difflib import get_close_matches

from pipeline.problems import MAX_LISTED_PER_FILE

# Codes that are probably meant as countries: the code of a rare language, and the language
# of the country with the same code.
RARE_LANGUAGES = {"br": "pt-BR", "ee": "et", "se": "sv"}
# Longer names are not compared: the time grows with the square of the length.
_MAX_LENGTH = 100


def closest(typed: str, valid_names: Collection[str]) -> str | None:
    """Return the known name most similar to `typed`; None when none is similar."""
    if len(typed) > _MAX_LENGTH:
        return None
    names = sorted(name for name in valid_names if len(name) <= _MAX_LENGTH)
    return next(iter(get_close_matches(typed, names, n=1)), None)


def language_of_country(code: str) -> str | None:
    """Return the language probably meant by the code of a country: "ja" for "jp"."""
    from babel.languages import get_official_languages  # takes 50 ms

    official = get_official_languages(code.upper(), de_facto=True)
    return next(iter(official), "").replace("_", "-") or None


def suggestion(typed: str, names: Collection[str], otherwise: str, number: int = 0) -> str:
    """Return a hint that asks for the closest known name, or the hint `otherwise`.

    The names of a file are numbered from 0; only as many as a report shows are compared.
    """
    name = closest(typed, names) if number < MAX_LISTED_PER_FILE else None
    return f'did you mean "{name}"?' if name else otherwise
