"""Check the numbers of proportions and the order of the points of timelines."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from pipeline.content.yaml_source import Source
from pipeline.model.diagrams import Proportion, Timeline
from pipeline.model.fields import FieldPath
from pipeline.model.schema import LanguageVersion
from pipeline.model.walk import parts_in
from pipeline.problems import Problem, Rule

# Readers cannot count more dots.
MAX_DOTS = 100


def check_diagrams(version: LanguageVersion, source: Source) -> Iterator[Problem]:
    """Check each part of one language file."""
    for path, part in parts_in(version):
        if isinstance(part, Proportion):
            yield from _check_proportion(part, path, source)
        elif isinstance(part, Timeline):
            yield from _check_timeline(part, path, source)


def _check_proportion(
    proportion: Proportion, path: FieldPath, source: Source
) -> Iterator[Problem]:
    part, whole = Decimal(proportion.part), Decimal(proportion.whole)
    key = "whole" if "whole" in proportion.model_fields_set else "part"
    if not 0 < whole >= part:
        message = f"{part} is not a part of {whole}"
        hint = "write the part, and the whole that it is a part of; without one it is 100"
        place = source.place((*path, "part"))
        yield Problem(Rule.INVALID_VALUE, place, message, hint)
    elif proportion.form == "dots":
        is_whole = part == part.to_integral_value() and whole == whole.to_integral_value()
        if whole > MAX_DOTS or not is_whole:
            message = f"{part} of {whole} cannot be drawn as dots"
            hint = f'write whole numbers, at most {MAX_DOTS}; or "form: bar"'
            place = source.place((*path, key))
            yield Problem(Rule.INVALID_VALUE, place, message, hint)


def _check_timeline(
    timeline: Timeline, path: FieldPath, source: Source
) -> Iterator[Problem]:
    for number, (before, point) in enumerate(pairwise(timeline.points), 1):
        if not before.date < point.date:
            message = f'"{point.date}" is not later than the point above'
            hint = "sort the points by their dates"
            place = source.place((*path, "points", number, "date"))
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
