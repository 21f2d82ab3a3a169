"""Compare the settings of a series with those that an edition was published with.

A frozen PDF has the names, address, licence and disclaimer of the day it was published. Its
web page, and PDFs of other profiles, are built with the present ones.
"""

from collections.abc import Iterable, Iterator

from pipeline.content.discovery import SERIES
from pipeline.content.read_file import read_bytes
from pipeline.content.yaml_source import read_yaml
from pipeline.editions.ledger import Publication
from pipeline.editions.text_changes import changed_words
from pipeline.model.fields import in_language
from pipeline.model.schema import Edition, Series
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project


def printed_series(series: Series, languages: Iterable[str]) -> dict[str, str]:
    """Return the printed settings of a series, by keys such as "disclaimer.fr" or "url"."""
    publisher = series.publisher
    localized = {
        "name": series.name,
        "publisher.name": publisher.name,
        "publisher.unit": publisher.unit,
        "publisher.address": publisher.address,
        "disclaimer": series.disclaimer,
    }
    by_language = {
        f"{key}.{code}": in_language(text, code, series.default_language)[0]
        for key, text in localized.items()
        if text
        for code in languages
    }
    printed = {"licence": series.licence, "url": series.url, **by_language}
    return {key: " ".join(text.split()) for key, text in printed.items() if text}


def compare_series(
    project: Project, series: Series, edition: Edition, publication: Publication
) -> Iterator[Problem]:
    """Warn of each setting that has changed since an edition was published.

    Records of earlier versions of the program do not have the settings.
    """
    published = publication.series
    printed = printed_series(series, publication.texts)
    has_new_correction = len(edition.facts.corrections) > publication.number
    if not published or published == printed or has_new_correction or publication.withdrawn:
        return
    source, _ = read_yaml(SERIES, read_bytes(project, project.root / SERIES))
    hint = "restore it; or freeze the files again, with the new value: briefs publish "
    hint += f"{edition.slug} --edition {edition.information_date} --reissue"
    subject = f"{edition.slug} {edition.information_date} was published"
    for key in sorted({*published, *printed}):
        before, now = published.get(key, ""), printed.get(key, "")
        if before != now:
            path = tuple(key.split("."))
            place = source.place(path) if source else Place(SERIES)
            # The message omits the language, which the line of the place shows.
            name = ".".join(path[:-1]) or key
            old, new = changed_words(before.split(), now.split())
            message = f"{name}: {subject} " + (f"with “{old}”" if before else "without it")
            message += f", now it is “{new}”" if now else ", now it is missing"
            yield Problem(Rule.PUBLISHED_SERIES, place, message, hint)
