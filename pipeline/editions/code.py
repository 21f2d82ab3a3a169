"""Compute and parse edition codes, which identify an edition, a language and a text.

A code has ten characters in two groups, as `N9FMR-Q01QF`: five for the edition and its
language, four for its text, and a check character. The alphabet is Crockford's base 32,
without I, L, O and U. Lower case, a missing hyphen, O for 0 and I or L for 1 are accepted.
The ledger has the codes of published texts. One text has one code in every profile.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.dates import InformationDate

if TYPE_CHECKING:
    from pipeline.model.schema import Edition

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 5
_IDENTITY, _TEXT = 5, 4  # the lengths of the two parts
_LENGTH = _IDENTITY + _TEXT + 1
_LOOKALIKES = str.maketrans("OIL", "011")
# x^5 + x^2 + 1 defines the field of 32 elements; x is a primitive element of it.
_POLYNOMIAL = 0b100101


@dataclass(frozen=True)
class EditionCode:
    """A code: five and four characters of five bits each; `str` adds the check
    character."""

    identity: str
    text: str

    def __str__(self) -> str:
        return f"{self.identity}-{self.text}{_check_character(self.identity + self.text)}"


def code_of(edition: "Edition", language: str) -> EditionCode:
    """Compute the code of an edition in a language."""
    from pipeline.content.attached_yaml import export_printed_content  # imports pydantic

    content = export_printed_content(edition, language)
    return make_code(edition.slug, edition.information_date, language, content)


def make_code(
    slug: str, information_date: InformationDate, language: str, printed_content: bytes
) -> EditionCode:
    """Compute the code of an edition in a language, from its `printed_content`."""
    identity = identity_of(slug, information_date, language)
    return EditionCode(identity, _hash_characters(printed_content, _TEXT))


def identity_of(slug: str, information_date: InformationDate, language: str) -> str:
    """Compute the part of a code that identifies an edition and a language."""
    return _hash_characters(f"{slug}/{information_date}/{language}".encode(), _IDENTITY)


def parse_code(text: str) -> EditionCode:
    """Parse a typed code. Raises ValueError with the reason if it is not valid."""
    letters = characters_of(text)
    if invalid := [c for c in letters if c not in ALPHABET]:
        raise ValueError(f'"{invalid[0]}" cannot be part of a code')
    if len(letters) != _LENGTH:
        raise ValueError(f"a code has {_LENGTH} characters, not {len(letters)}")
    code = EditionCode(letters[:_IDENTITY], letters[_IDENTITY:-1])
    if _check_character(letters[:-1]) != letters[-1]:
        raise ValueError("its check character is wrong, so a character is mistyped")
    return code


def characters_of(typed: str) -> str:
    """Normalize a typed code: upper case, Latin digits, no hyphen or space."""
    text = unicodedata.normalize("NFKC", typed)
    # Without spaces, hyphens, direction marks and controls.
    visible = (c for c in text if unicodedata.category(c) not in ("Zs", "Pd", "Cf", "Cc"))
    letters = "".join(str(unicodedata.decimal(c, c)) for c in visible)
    return letters.upper().translate(_LOOKALIKES)


def _hash_characters(data: bytes, characters: int) -> str:
    """Write the first bits of SHA-256, five to a character."""
    bits = int.from_bytes(hashlib.sha256(data).digest(), "big")
    places = range(256 - _BITS, 255 - _BITS * characters, -_BITS)
    return "".join(ALPHABET[bits >> place & 31] for place in places)


def _check_character(characters: str) -> str:
    """Compute the check character; each position has another power of x as its weight.

    It detects every single wrong character, and every two characters that changed places.
    """
    total = 0
    for character in characters:
        product = (total ^ ALPHABET.index(character)) << 1
        total = product ^ _POLYNOMIAL if product > 31 else product
    return ALPHABET[total]
