"""Sort texts by the alphabet of a language, as CLDR does.

Letters are compared first, then their accents, then case. In some languages a letter with
an accent, or two letters together, is a separate letter. Babel has no collation data, PyICU
needs a system library, and pyuca has no tailoring for languages. So the alphabets that
differ from the order of Unicode are listed here. A test compares them with ICU.

Chinese is sorted by pinyin, as far as GB 2312 is: its 3,755 most used characters.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

# A letter and the letters that follow it; `=` joins letters of the same rank, such as those
# that differ by an accent.
_COMMON_ALPHABET = (
    "i ı, n ŋ, z þ, а ә, г ґ ғ, д ђ, е є, з ѕ, и і й ј, к қ, л љ, н ң њ, о ө, т ћ, у ү ұ, "
    "х һ, ч џ, ء آ أ ؤ إ ئ, ب پ, ت ٹ, ج چ, د ڈ, ر ڑ, ز ژ, ك=ک گ, ن ں, ه=ہ ھ, ي=ی ے"
)
_DANISH = "z æ=ä ø=ö å=aa"
_CROATIAN = "c č ć, d dž đ, l lj, n nj, s š, z ž"
_ALPHABETS = {
    "ar": "ء=أ=ؤ=إ=ئ=ا آ, ت=ة, ي=ى=ی",
    "az": "c ç, g ğ, h x ı, k q, o ö, s ş, u ü, z w",
    "be": "е ё, у ў",
    "bs": _CROATIAN,
    "cs": "c č, h ch, r ř, s š, z ž",
    "cy": "c ch, d dd, f ff, g ng, l ll, p ph, r rh, t th",
    "da": _DANISH,
    "es": "n ñ",
    "et": "s š z ž, w õ ä ö ü",
    "fa": "آ ا ء=أ=ؤ=إ=ئ, ن و ه=ة ی=ي=ى",
    "fi": "z å ä=æ ö=ø",
    "fil": "n ñ ng",
    "gl": "n ñ",
    "hr": _CROATIAN,
    "hu": "c cs, d dz dzs, g gy, l ly, n ny, o ö=ő, s sz, t ty, u ü=ű, z zs",
    "is": "a á, d ð, e é, i í, o ó, u ú, y ý, z æ=ä ö=ø å",
    "kk": "е ё, у ұ ү, ы і",
    "ky": "е ё",
    "lt": "c č, i=y, s š, z ž",
    "lv": "a ā, c č, e ē, g ģ, i y ī, k ķ, l ļ, n ņ, o ō, r ŗ, s š, u ū, z ž",
    "mk": "д ѓ, т ќ",
    "nb": _DANISH,
    "nn": _DANISH,
    "no": _DANISH,
    "pl": "a ą, c ć, e ę, l ł, n ń, o ó, s ś, z ź ż",
    "ro": "a ă â, i î, s ş=ș, t ţ=ț",
    "sk": "a ä, c č, h ch, o ô, r ř, s š, z ž",
    "sl": "c č ć, d dž đ, s š, z ž",
    "sq": "c ç, d dh, e ë, g gj, l ll, n nj, r rr, s sh, t th, x xh, z zh",
    "sv": "z å ä=æ ö=ø",
    "tk": "c ç, e ä, j ž, n ň, o ö, s ş, u ü, y ý",
    "tr": "c ç, g ğ, h ı, o ö, s ş, u ü",
    "uk": "г ґ, и і ї й",
    "vi": "a ă â, d đ, e ê, o ô ơ, u ư",
    "wo": "a à, e é ë, n ñ ŋ, o ó",
    "yo": "e ẹ, g gb, o ọ, s ṣ",
}
# Languages in which I and İ are two letters.
_LANGUAGES_WITH_DOTLESS_I = {"az", "tr"}
# Unicode does not decompose letters with a stroke. Katakana is sorted as Hiragana.
_KATAKANA = {chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)}
_BASE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "æ": "ae", "œ": "oe", **_KATAKANA}
)
# Combining classes of characters that are letters or parts of one: 0, nukta and virama.
_LETTER_CLASSES = {0, 7, 9}

Weight = tuple[bool, str, int]
CollationKey = Callable[[str], tuple[list[Weight], str, str]]


def collation_key(language: str) -> CollationKey:
    """Return the sort key function of a language."""
    language = language.partition("-")[0]

    def key(text: str) -> tuple[list[Weight], str, str]:
        with_own_i = (
            text.replace("I", "ı").replace("İ", "i")
            if language in _LANGUAGES_WITH_DOTLESS_I
            else text
        )
        lower = unicodedata.normalize("NFC", with_own_i.casefold())
        return [*_weights(lower, language)], lower, text.swapcase()

    return key


def _weights(text: str, language: str) -> Iterator[Weight]:
    alphabet, pattern = _alphabet(language)
    for letter in pattern.findall(text):
        if letter in alphabet:
            yield alphabet[letter]
            continue
        for base in unicodedata.normalize("NFKD", letter).translate(_BASE_LETTERS):
            if language == "zh" and "\u4e00" <= base <= "\u9fff":
                yield True, "\u4e00" + base.encode("gb18030").decode("latin-1"), 0
            elif unicodedata.combining(base) in _LETTER_CLASSES:
                yield unicodedata.category(base)[0] in "LMN", base, 0


@lru_cache
def _alphabet(language: str) -> tuple[Mapping[str, Weight], re.Pattern[str]]:
    """Return the weights of letters that Unicode sorts otherwise, and a pattern of them."""
    weights: dict[str, Weight] = {}
    for rules in (_COMMON_ALPHABET, _ALPHABETS.get(language, "")):
        for group in filter(None, rules.split(", ")):
            anchor = group[0]
            for rank, letters in enumerate(group.split(" ")):
                weights.update(dict.fromkeys(letters.split("="), (True, anchor, rank)))
    longest_first = sorted(weights, key=len, reverse=True)
    return weights, re.compile("|".join((*longest_first, "(?s:.)")))
