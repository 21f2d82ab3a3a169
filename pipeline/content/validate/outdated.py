"""Report the paragraphs of a translation whose original changed after it was translated."""

from collections.abc import Iterator

from pipeline.content.segments import segments_of
from pipeline.content.translation_record import Digests, is_untranslated, pair_segments
from pipeline.content.yaml_source import Source
from pipeline.problems import Problem, Rule


def check_outdated(
    source: Source, original: Source, record: Digests, slug: str
) -> Iterator[Problem]:
    """Compare a translation with the record of what it translates."""
    language = source.file.rpartition("/")[2].removesuffix(".yaml")
    name = original.file.rpartition("/")[2]
    command = f"briefs translate {slug} --to {language}"
    hint = f"translate it: {command}; "
    hint += f"if all texts of {language}.yaml are still correct: {command} --accept"
    pairing = pair_segments(segments_of(original), segments_of(source), record)
    for translation in pairing.translations:
        if translation.is_current:
            continue
        segment = translation.translation
        place = segment.place if segment else source.place(translation.original.path)
        origin = f"{name}:{translation.original.place.line}"
        message = f"{origin} changed after this was translated"
        if is_untranslated(translation):
            message = f"{origin} is not translated yet"
        yield Problem(Rule.OUTDATED_TRANSLATION, place, message, hint)
    for orphan in pairing.orphans:
        message = f"{name} no longer has the text that this translates"
        yield Problem(Rule.OUTDATED_TRANSLATION, orphan.place, message, hint)
