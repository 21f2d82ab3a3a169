"""Check a translated text against its original, and replace its tags by codes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from babel import Locale
from babel.core import get_global
from wcwidth import wcswidth

from pipeline.content.inline_codes import (
    CodeEnd,
    InlineCode,
    Piece,
    Pieces,
    added_code,
    codes_in,
    markdown_of,
    normalize,
    words_of,
)
from pipeline.content.pasted_text import find_pasted
from pipeline.content.validate.files import Issue
from pipeline.content.validate.markdown import find_markdown_issues
from pipeline.content.validate.parity import different_numbers
from pipeline.content.yaml_source import text_problem
from pipeline.exchange.unit import RawPieces, Tag
from pipeline.model.fields import Line
from pipeline.model.scripts import SCRIPTS, script_name
from pipeline.model.terms import Terms, form_pattern
from pipeline.problems import Place, Problem, Rule

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s)\]»”]*[^\s)\]»”.,;:]|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w"
)
_WORD = re.compile(r"[^\W\d_]+")
# By the code of a script in CLDR: the first words of the Unicode names of its letters.
_SCRIPTS = {"Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Grek": ("GREEK",)} | {
    code: tuple(script.unicode for script in SCRIPTS if code in script.cldr)
    for code in {code for script in SCRIPTS for code in script.cldr}
}
_COMPARED_SCRIPTS = frozenset(name for names in _SCRIPTS.values() for name in names)
_CODE_HINT = "copy each code of the original once to its place"
_ADD_HINT = "a translation may add emphasis and the language of a phrase only"


# What is wrong with a translated text, and what to do.
text_issue = partial(Issue, Rule.RETURNED_TEXT)


@dataclass(frozen=True)
class CodedText:
    """A translated text with the codes of its original.

    `tag_issues` reports tags that are unknown, repeated or not closed; `lost_codes` reports
    codes of the original that the translation does not have.
    """

    pieces: Pieces
    tag_issues: tuple[Issue, ...]
    lost_codes: tuple[Issue, ...]


def resolve_tags(original: Pieces, raw: RawPieces) -> CodedText:
    """Replace each tag by the code of its number in the original; report wrong tags."""
    codes = {str(number): code for number, code in enumerate(codes_in(original), 1)}
    tag_issues: list[Issue] = []
    lost_codes: list[Issue] = []
    pieces: list[Piece] = []
    used_numbers: list[str] = []
    opened: list[bool] = []
    for piece in raw:
        if isinstance(piece, Tag):
            code = codes.get(piece.name)
            if code is not None and bool(code.end) == piece.is_pair:
                used_numbers.append(piece.name)
            elif (code := added_code(piece.kind) if piece.is_pair else None) is None:
                message = f"the code {piece.name or piece.kind} is not in the original"
                tag_issues.append(text_issue(message, _ADD_HINT))
            pieces += [code] if code else []
            opened += [code is not None] if piece.is_pair else []
        elif isinstance(piece, CodeEnd):
            if not opened:
                tag_issues.append(text_issue("a code ends that did not begin", _CODE_HINT))
            elif opened.pop():
                pieces.append(piece)
        else:
            pieces.append(piece)
    if opened:
        tag_issues.append(text_issue("a code does not end", _CODE_HINT))
    for name, code in codes.items():
        shown = f"the code {name}, {code.start.strip()}{code.end and '…'}{code.end},"
        if name not in used_numbers and not code.is_optional:
            lost_codes.append(text_issue(f"{shown} is lost", _CODE_HINT))
        elif used_numbers.count(name) > 1:
            message = f"{shown} is there {used_numbers.count(name)} times"
            tag_issues.append(text_issue(message, _CODE_HINT))
    spaced = _restore_spaces(normalize(pieces), original)
    return CodedText(spaced, tuple(tag_issues), tuple(lost_codes))


def _restore_spaces(pieces: Pieces, original: Pieces) -> Pieces:
    """Restore the space before a code. OmegaT deletes it if the code ends the text."""
    spaced = {
        after
        for before, after in pairwise(original)
        if isinstance(after, InlineCode)
        and isinstance(before, str)
        and before.endswith(" ")
    }
    result = list(pieces)
    for index, (before, after) in enumerate(pairwise(pieces)):
        is_glued = isinstance(before, str) and before[-1:].isalnum()
        if after in spaced and is_glued and script_name(str(before)[-1]) != "CJK":
            result[index] = f"{before} "
    return tuple(result)


def find_issues(
    original: Pieces,
    pieces: Pieces,
    languages: tuple[str, str],
    limit: int,
    terms: Terms | None,
) -> Iterator[Issue]:
    """Check the words of a text; `languages` are those of the original and of the text."""
    typed = "".join(piece for piece in pieces if isinstance(piece, str))
    if problem := text_problem(Place(""), typed):
        yield text_issue(problem.message, problem.hint)
        return
    words, written = words_of(pieces), markdown_of(pieces)
    original_words = words_of(original)
    for pasted in list(find_pasted(typed))[:1]:
        hint = "delete it; it came with text from another program"
        yield text_issue(f"{pasted.meaning}: {pasted.name}", hint)
    if written is None:
        hint = "put emphasis around whole words, without spaces at its ends"
        yield text_issue("the codes cannot be written here", hint)
    for issue in find_markdown_issues(Line(written or "")):
        if issue.rule is not Rule.FOOTNOTE:  # the text of the note is another segment
            yield text_issue(issue.message, issue.hint)
    addresses, sent = (set(_ADDRESS.findall(text)) for text in (words, original_words))
    hint = "copy addresses as they are"
    for address in sorted(addresses - sent):
        yield text_issue(f'the address "{address}" is not in the original', hint)
    for address in sorted(sent - addresses):
        yield text_issue(f'the address "{address}" is lost', hint)
    numbers = different_numbers(
        written or words, markdown_of(original) or original_words, languages[::-1]
    )
    if any(numbers):
        yield _number_issue(*numbers)
    yield from _letter_issues(pieces, original_words, languages[1])
    if limit and (length := length_of(words)) > limit:
        message = f"the text has {length} characters; {limit} fit on the page"
        yield Issue(Rule.RETURNED_LENGTH, message, "shorten it")
    for term in terms.matching(languages[0], original_words) if terms else ():
        # The term of the original language is accepted too: a title is not translated.
        forms = [
            (code, form) for code in reversed(languages) for form in term.get(code, ())
        ]
        is_known = languages[1] in term
        if is_known and not any(form_pattern(f, code).search(words) for code, f in forms):
            message = f'the term "{forms[0][1]}" is not used, for "{term[languages[0]][0]}"'
            yield Issue(Rule.TERM, message, "use the term of content/terms.yaml")


def length_of(text: str) -> int:
    """Count the characters of a text; a wide one, as in Chinese, counts as two."""
    return max(wcswidth(text), 0)


def _number_issue(added: list[str], missing: list[str]) -> Issue:
    new, old = (", ".join(f'"{v}"' for v in sorted(vs)) for vs in (added, missing))
    message = f"{new} is not in the original"
    if old:
        message = f"{old} of the original is missing"
    if added and missing:
        message = f"{new} instead of {old} of the original"
    return Issue(Rule.TRANSLATION_DIFFERENCE, message, "correct the number")


def _letter_issues(pieces: Pieces, original: str, language: str) -> Iterator[Issue]:
    """Find a word in a wrong script, or a text without a letter of its language.

    Latin is never wrong. Another script is if neither the language nor the original has
    it, and Cyrillic or Greek is beside Latin in one word.
    """
    own = _scripts_of(language)
    words = _WORD.findall(" ".join(_unmarked_words(pieces)))
    allowed = {"LATIN", *own, *(script_name(x) for x in original if x.isalpha())}
    for word in dict.fromkeys(words):
        scripts = {script_name(letter) for letter in word} & _COMPARED_SCRIPTS
        foreign = [s for s in sorted(scripts) if own and s not in allowed]
        is_mixed = {"LATIN", "CYRILLIC"} <= scripts or {"LATIN", "GREEK"} <= scripts
        if foreign or is_mixed:
            names = " and ".join(s.capitalize() for s in (foreign or sorted(scripts)))
            hint = "type the word again; another letter may look the same"
            yield text_issue(f'"{word}" has {names} letters', hint)
            return
    letters = {script_name(letter) for word in words for letter in word}
    if own and "LATIN" not in own and len(words) > 2 and not letters & {*own}:
        name = Locale.parse(language, sep="-").english_name or language
        hint = "translate it, or leave the text of the original unchanged"
        yield text_issue(f"no letter of the text is {name}", hint)


def _unmarked_words(pieces: Iterable[Piece]) -> Iterator[str]:
    """Yield the words that are not marked as a phrase in another language."""
    opened: list[bool] = []
    for piece in pieces:
        if isinstance(piece, InlineCode):
            opened += [piece.kind.startswith("lang-")] if piece.end else []
        elif isinstance(piece, CodeEnd):
            opened.pop()
        elif not any(opened):
            yield piece


def _scripts_of(language: str) -> tuple[str, ...]:
    subtags = get_global("likely_subtags")
    likely_tag = subtags.get(language.replace("-", "_")) or subtags.get(
        language.split("-")[0], ""
    )
    return next((_SCRIPTS[s] for s in str(likely_tag).split("_") if s in _SCRIPTS), ())


def problem_of(issue: Issue, file: str, line: int, original: Place | None) -> Problem:
    """Give an issue its place in the file, and name the place of the original."""
    prefix = f"{original.file.rpartition('/')[2]}:{original.line}: " if original else ""
    return Problem(issue.rule, Place(file, line, 1), f"{prefix}{issue.message}", issue.hint)
