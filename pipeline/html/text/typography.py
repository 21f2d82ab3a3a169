"""Turn typed text into printed text, character by character.

The result has one string for each character, so that typography can be applied to a whole
paragraph and then distributed to the inline elements in it. Spaces, quotation marks, signs
and digits may change, letters never do. Addresses and telephone numbers stay as typed; in a
language without rules, nearly all text does.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from pipeline.html.text.digits import native_digits
from pipeline.html.text.inline_tree import ADDRESS, PLACEHOLDER
from pipeline.html.text.number_signs import isolate_signed_numbers, replace_hyphen_minus
from pipeline.html.text.quotes import quotation_marks
from pipeline.html.text.spacing import no_break_spaces
from pipeline.model.locale_format import plain_number


@lru_cache(maxsize=2048)
def typeset_characters(text: str, language: str) -> tuple[str, ...]:
    """Return what is printed for each character of a text.

    `language` may include its digits, such as `ar-u-nu-arab` (see digits.py). Results are
    kept for the other profiles of a brief, and for the texts that all briefs have.
    """
    printed = list(text)
    text = ADDRESS.sub(lambda match: PLACEHOLDER * len(match[0]), text)
    for rule in (no_break_spaces, quotation_marks, replace_hyphen_minus, native_digits):
        for position, replacement in rule(text, language).items():
            printed[position] = replacement
    for position, before, after in isolate_signed_numbers(text, language):
        printed[position] = before + printed[position] + after
    return tuple(printed)


def typesetter(language: str) -> Callable[[str], str]:
    """Return the function that applies the typography of a language to plain text."""
    return lambda text: "".join(typeset_characters(text, language))


def format_number(value: Decimal, language: str) -> str:
    """Format a number in a language, with the decimals that were typed."""
    return typesetter(language)(plain_number(value, language))
