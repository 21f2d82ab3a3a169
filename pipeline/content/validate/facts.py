"""Check the settings of the series and the facts of an edition.

Values in, problems with a place in `source` out.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from babel import localedata

from pipeline.content.validate.translations import check_localized
from pipeline.content.yaml_source import Source
from pipeline.model.schema import EditionFacts, Series
from pipeline.problems import Problem, Rule


def check_series(
    series: Series, source: Source, used: Collection[str]
) -> Iterator[Problem]:
    """Check the languages of the series; `used` are those that its editions have."""
    for language, count in Counter(series.languages).items():
        if count > 1:
            message = f'the language "{language}" is listed {count} times'
            place, hint = source.place(("languages",)), "list each language once"
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
    for index, language in enumerate(series.languages):
        if not localedata.exists(language.replace("-", "_")):
            place = source.place(("languages", index))
            message = f'"{language}" is not a language code'
            hint = "use a BCP 47 code: en, fr, es, ar, zh, ru"
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
    yield from check_localized(series, source, series, used)


def check_facts(
    facts: EditionFacts,
    source: Source,
    series: Series,
    languages: Collection[str],
    *,
    first_edition: bool,
) -> Iterator[Problem]:
    """Check the languages of the texts in `edition.yaml`, and the change note."""
    yield from check_localized(facts, source, series, languages)
    if not first_edition and facts.change_note is None:
        message = '"change_note" is missing, and this is not the first edition'
        hint = "describe in a sentence what is new: change_note: {en: …}"
        yield Problem(Rule.CHANGE_NOTE, source.place(()), message, hint)
