"""Suggest the name that was probably meant by a misspelt one."""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from pipeline.problems import MOST_REPORTED

# A longer name is not a spelling mistake, and comparing takes the square of its length.
_MAX_LENGTH = 100


def closest(typed: str, known: Collection[str]) -> str | None:
    """Return the known name most similar to `typed`; None when none is similar."""
    if len(typed) > _MAX_LENGTH:
        return None
    names = sorted(name for name in known if len(name) <= _MAX_LENGTH)
    return next(iter(get_close_matches(typed, names, n=1)), None)


def suggestion(typed: str, known: Collection[str], otherwise: str) -> str:
    """Return a hint that asks for the closest known name, or the hint `otherwise`."""
    return next(suggestions([typed], known, otherwise))


def suggestions(
    typed: Sequence[str], known: Collection[str], otherwise: str
) -> Iterator[str]:
    """Return one hint for each typed name; compare only as many as a report shows."""
    for number, name in enumerate(typed):
        name_meant = closest(name, known) if number < MOST_REPORTED else None
        yield f'did you mean "{name_meant}"?' if name_meant else otherwise
