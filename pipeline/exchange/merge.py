"""Merge a translator's file into a translation: find the changed texts and the problems.

The id of each unit has the digest of the translation that was sent. So a text that only the
translator changed is taken, a text that only the author changed stays, and a text that both
changed is a conflict. A text whose original changed after the export is taken and marked as
outdated.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.content.inline_codes import Pieces, codes_in, digest_of, words_of
from pipeline.content.segments import Segment, SegmentKey
from pipeline.content.translation_record import Pairing, Translation
from pipeline.content.validate.files import Issue
from pipeline.exchange.returned import (
    CodedText,
    find_issues,
    problem_of,
    resolve_tags,
    text_issue,
)
from pipeline.exchange.unit import (
    ReturnedFile,
    ReturnedUnit,
    UnitState,
    parse_id,
    segment_id,
)
from pipeline.exchange.units import limit_of, state_of
from pipeline.model.terms import Terms
from pipeline.problems import Problem


@dataclass
class MergedTexts:
    """The new translations by the segment of the original, and the problems.

    `confirmed` are the segments whose translation fits the present original.
    """

    texts: dict[SegmentKey, Pieces] = field(default_factory=dict)
    confirmed: set[SegmentKey] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    untranslated: int = 0


def merge_units(
    file: str, returned: ReturnedFile, pairing: Pairing, terms: Terms | None
) -> MergedTexts:
    """Merge the units of a file, called `file` in messages."""
    languages = returned.subject.original_language, returned.subject.language
    segments = _SegmentFinder(pairing)
    merged, seen = MergedTexts(problems=[*returned.problems]), set[SegmentKey]()
    for unit in returned.units:
        issues: Iterable[Issue]
        if (pair := segments.find(unit)) is None:
            hint = "the part was deleted or moved; export the brief again"
            issues = [text_issue(f'the text "{unit.id}" is not one of the brief', hint)]
        elif pair.original.key in seen:
            issues = [text_issue("the file has the text twice", "keep one of the two")]
        else:
            seen.add(pair.original.key)
            issues = _merge_unit(merged, unit, pair, languages, terms)
        place = pair.original.place if pair else None
        merged.problems += (problem_of(issue, file, unit.line, place) for issue in issues)
    merged.untranslated += sum(
        pair.original.key not in seen and state_of(pair) is UnitState.NEW
        for pair in pairing.translations
    )
    return merged


class _SegmentFinder:
    """Find the segments of a brief by id, or by words if they were moved."""

    def __init__(self, pairing: Pairing) -> None:
        self.by_id: dict[str, Translation] = {}
        self.by_words: dict[str, list[Translation]] = defaultdict(list)
        for pair in pairing.translations:
            self.by_id[segment_id(*pair.original.key)] = pair
            self.by_words[words_of(pair.original.pieces)].append(pair)

    def find(self, unit: ReturnedUnit) -> Translation | None:
        """Find the segment of a unit; at its old place the original may have changed."""
        same_place = self.by_id.get(parse_id(unit.id)[0])
        if same_place and _is_original(unit, same_place):
            return same_place
        alike = self.by_words[words_of(unit.original)]
        moved = [pair for pair in alike if _is_original(unit, pair)]
        return moved[0] if len(moved) == 1 else same_place


def _is_original(unit: ReturnedUnit, pair: Translation) -> bool:
    resolved = resolve_tags(pair.original.pieces, unit.original)
    return resolved.pieces == pair.original.pieces and not resolved.tag_issues


def _merge_unit(
    merged: MergedTexts,
    unit: ReturnedUnit,
    pair: Translation,
    languages: tuple[str, str],
    terms: Terms | None,
) -> Iterator[Issue]:
    original, key, is_same = pair.original, pair.original.key, _is_original(unit, pair)
    resolved = resolve_tags(original.pieces, unit.translation)
    pieces, sent_digest = resolved.pieces, parse_id(unit.id)[1]
    words = words_of(unit.original)
    present = pair.translation if state_of(pair) is not UnitState.NEW else None
    if present and not sent_digest and not is_same and words_of(present.pieces) == words:
        present = None  # not translated yet: a copy of the original as it was
    is_unchanged = bool(sent_digest) and digest_of(pieces)[:8] == sent_digest
    is_copy = pieces == original.pieces or words_of(unit.translation) == words
    is_untouched = is_copy and original.has_words
    if (
        not pieces
        or unit.is_done is False
        or (is_untouched and not unit.is_done and not sent_digest)
    ):
        merged.untranslated += not present
        if not pieces or is_untouched or is_unchanged:
            return
    if (
        not is_unchanged
        and present
        and pieces != present.pieces
        and digest_of(present.pieces)[:8] != sent_digest
    ):
        yield _conflict_issue(present)
        return
    if resolved.tag_issues:
        yield from resolved.tag_issues
        return
    if is_unchanged and present:
        pieces = present.pieces  # the author may have changed it since
    else:
        issues = [*_issues_of(original, resolved, languages, terms)]
        yield from (issues if is_same or not issues else [_changed_issue(original, issues)])
    if present is None or pieces != present.pieces:
        merged.texts[key] = pieces
    is_certain = unit.is_done or (unit.is_done is None and not is_unchanged)
    if is_certain and is_same:
        merged.confirmed.add(key)


def _conflict_issue(present: Segment) -> Issue:
    """Report a text that both the translator and the author changed."""
    place = f"{present.place.file.rpartition('/')[2]}:{present.place.line}"
    message = f"{place} was changed after this file was exported, and so was this text"
    hint = "decide which is right, and write it into both files"
    return text_issue(message, hint)


def _issues_of(
    original: Segment, resolved: CodedText, languages: tuple[str, str], terms: Terms | None
) -> Iterator[Issue]:
    """Check a translated text against its original."""
    yield from resolved.lost_codes
    if original.is_plain and codes_in(resolved.pieces):
        yield text_issue("this text must be plain", "remove its codes")
    limit = limit_of(original)
    yield from find_issues(original.pieces, resolved.pieces, languages, limit, terms)


def _changed_issue(original: Segment, issues: list[Issue]) -> Issue:
    """Report a text that does not fit its changed original."""
    message = f"the original changed after the export, and now {issues[0].message}"
    return text_issue(message, "delete this unit, and export the brief again")
