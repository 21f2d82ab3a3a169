"""Check languages: those of the series, and those of each text."""

from collections import Counter
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from babel import localedata
from pydantic import BaseModel

from pipeline.content.suggestions import language_of_country
from pipeline.content.yaml_source import Source
from pipeline.model.fields import ANY_LANGUAGE, FieldPath
from pipeline.model.schema import EditionFacts, Series
from pipeline.model.walk import parts_in
from pipeline.problems import Problem, Rule


def check_language_codes(
    series: Series, source: Source, files: Collection[str]
) -> Iterator[Problem]:
    """Check the list of languages, which all else depends on.

    `files` are the languages by which the files of editions are named.
    """
    for language, count in Counter(series.languages).items():
        if count > 1:
            message = f'the language "{language}" is listed {count} times'
            place, hint = source.place(("languages",)), "list each language once"
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
    for index, language in enumerate(series.languages):
        if not _is_code(language):
            place = source.place(("languages", index))
            message = f'"{language}" is not a language code'
            hint = "use a BCP 47 code, such as pt-BR, pl, sw or hi"
            if near := _near_file(language, series, files):
                hint = f'did you mean "{near}", the name of files of editions?'
            elif meant := language_of_country(language):
                hint = f'did you mean "{meant}"?'
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
        elif language not in files and (near := _near_file(language, series, files)):
            place = source.place(("languages", index))
            message = f'no edition has a text in "{language}", but some have {near}.yaml'
            hint = f'did you mean "{near}"? otherwise rename these files'
            yield Problem(Rule.UNKNOWN_LANGUAGE, place, message, hint)


def _near_file(language: str, series: Series, files: Collection[str]) -> str:
    """Find the language of files, not in the list, that a code was probably meant to be."""
    others = [code for code in sorted({*files} - {*series.languages}) if _is_code(code)]
    return next(iter(get_close_matches(language, others, 1, 0.5)), "")


def _is_code(name: str) -> bool:
    return localedata.exists(name.replace("-", "_"))


def check_facts(
    facts: EditionFacts,
    source: Source,
    series: Series,
    languages: Collection[str],
    *,
    first_edition: bool,
) -> Iterator[Problem]:
    """Check the languages of texts in `edition.yaml`; a draft needs no change note."""
    yield from check_localized(facts, source, series, languages)
    is_needed = not first_edition and facts.status != "draft"
    if is_needed and facts.change_note is None:
        message = '"change_note" is missing, and this is not the first edition'
        hint = "describe in a sentence what is new: change_note: {en: …}"
        yield Problem(Rule.CHANGE_NOTE, source.place(()), message, hint)


def check_localized(
    value: BaseModel, source: Source, series: Series, languages: Collection[str]
) -> Iterator[Problem]:
    """Check the localized texts of a value: all of `languages`, and no others."""
    for path, text in parts_in(value, dict):
        if not any(isinstance(item, str) for item in text.values()):
            continue  # numbers of copies
        for code in text:
            if code not in series.languages and code != ANY_LANGUAGE:
                yield unknown_language_problem(source, (*path, code), series)
        missing = [code for code in languages if code not in text]
        if missing and ANY_LANGUAGE not in text:
            yield missing_translation_problem(source, path, missing)


def missing_translation_problem(
    source: Source, path: FieldPath, missing: Collection[str]
) -> Problem:
    """Report a text that is missing in some languages."""
    name = next(step for step in reversed(path) if isinstance(step, str))
    message = f'"{name}" has no text in {", ".join(missing)}'
    hint = "add it; without it, briefs in these languages show the default language"
    return Problem(Rule.MISSING_TRANSLATION, source.place(path), message, hint)


def unknown_language_problem(source: Source, path: FieldPath, series: Series) -> Problem:
    """Report a key that should be, but is not, a language of the series."""
    message = f'"{path[-1]}" is not a language of this series'
    hint = "use a language listed in content/series.yaml: " + ", ".join(series.languages)
    return Problem(Rule.UNKNOWN_LANGUAGE, source.key_place(path), message, hint)
