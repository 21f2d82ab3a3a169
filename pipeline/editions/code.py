"""The code in the imprint: which edition, in which language, with which text.

Ten characters in two groups, as `N9FMR-FJW58`: five for the edition and its language, four
for its text, and one that tells a typing error from a code that nobody knows. They are
those of Douglas Crockford's base 32, without I, L, O and U; whoever types them may use
small letters, leave out the hyphen, and take O for 0 and I or L for 1. A code is computed,
never stored: the same words of an edition give the same code in every profile.
"""

import hashlib
import unicodedata
from dataclasses import dataclass

from pipeline.model.dates import InformationDate

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5
_IDENTITY, _TEXT = 5, 4
_LENGTH = _IDENTITY + _TEXT + 1
_TAKEN_FOR = str.maketrans("OIL", "011")
# The field of 32 elements: x^5 + x^2 + 1, of which x is a primitive element.
_POLYNOMIAL = 0b100101


@dataclass(frozen=True)
class Code:
    """A code in its parts. `identity` has 25 bits, `text` 20; printed by `str`."""

    identity: str
    text: str

    def __str__(self) -> str:
        return f"{self.identity}-{self.text}{_check(self.identity + self.text)}"


def make_code(
    slug: str, information_date: InformationDate, language: str, words: bytes
) -> Code:
    """Make the code of an edition in a language, of which `words` are what is printed."""
    return Code(identity_of(slug, information_date, language), _hash(words, _TEXT))


def identity_of(slug: str, information_date: InformationDate, language: str) -> str:
    """Make the part of a code that says which edition it is, and in which language."""
    return _hash(f"{slug}/{information_date}/{language}".encode(), _IDENTITY)


def read_code(typed: str) -> Code:
    """Read a code as people type it; ValueError says what is wrong with it."""
    letters = characters_of(typed)
    if strange := [c for c in letters if c not in ALPHABET]:
        raise ValueError(f'there is no "{strange[0]}" in a code')
    if len(letters) != _LENGTH:
        raise ValueError(f"a code has {_LENGTH} characters, and this has {len(letters)}")
    code = Code(letters[:_IDENTITY], letters[_IDENTITY:-1])
    if _check(letters[:-1]) != letters[-1]:
        raise ValueError("its last character does not fit the others: one is mistyped")
    return code


def characters_of(typed: str) -> str:
    """Give the characters of what was typed as a code has them, without its hyphen."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", typed) if _counts(c))
    return "".join(map(_digit, kept)).upper().translate(_TAKEN_FOR)


def _counts(character: str) -> bool:
    """Whether a character is part of a code: no space, hyphen or mark of direction."""
    return unicodedata.category(character) not in ("Zs", "Pd", "Cf", "Cc")


def _digit(character: str) -> str:
    """A digit of any script as the Latin one."""
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _hash(data: bytes, characters: int) -> str:
    """The first bits of SHA-256, five to a character."""
    bits = int.from_bytes(hashlib.sha256(data).digest(), "big") >> (
        256 - _BITS * characters
    )
    places = range(_BITS * (characters - 1), -1, -_BITS)
    return "".join(ALPHABET[bits >> place & 31] for place in places)


def _check(characters: str) -> str:
    """Make the check character: each place multiplies by another power of x.

    So one wrong character is always found, and two that changed places too.
    """
    total = 0
    for character in characters:
        total = _times_x(total ^ ALPHABET.index(character))
    return ALPHABET[total]


def _times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ _POLYNOMIAL if doubled > 31 else doubled
