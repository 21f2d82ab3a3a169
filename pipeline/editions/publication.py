"""Compare an edition with its records in the ledger.

After an edition was published, its text, its corrections and its frozen files must be those
of the ledger. Each difference is a problem; the hint is to undo the change, or to add a
correction where one is possible.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256

from pipeline.content.attached_yaml import export_printed_content
from pipeline.content.discovery import PUBLISHED, SERIES, EditionFolder, ledger_name
from pipeline.content.read_file import read_bytes
from pipeline.content.yaml_source import read_yaml
from pipeline.editions.code import make_code
from pipeline.editions.ledger import (
    FrozenFile,
    Ledger,
    Publication,
    PublishedText,
    Record,
    read_ledger,
)
from pipeline.editions.text_changes import changed_words, find_text_changes
from pipeline.model.fields import Localized, in_language
from pipeline.model.schema import Edition, EditionFacts, Picture, Series
from pipeline.model.walk import parts_in
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

_UNDO_HINT = "undo the change, or add a correction to edition.yaml: "
_UNDO_HINT += "corrections: [{{date: {on}, note: {{{note}}}}}]"
_RESTORE_HINT = "restore it from version control, as in git checkout COMMIT -- {name}"


def published_text(project: Project, edition: Edition, language: str) -> PublishedText:
    """Hash the words, data and pictures of an edition in one language.

    Comments, the order of keys, line ends and other languages make no difference.
    """
    printed_content = export_printed_content(edition, language)
    code = make_code(edition.slug, edition.information_date, language, printed_content)
    pictures = [
        [picture.file, _hash_picture(project, f"{edition.folder}/{picture.file}")]
        for _, picture in parts_in(edition.versions[language], Picture)
    ]
    hashed = sha256(printed_content + b"\0" + json.dumps(pictures).encode())
    return PublishedText(hashed.hexdigest(), str(code))


def _hash_picture(project: Project, name: str) -> str:
    path = project.find_content(name)
    data = project.read(f"content/{name}", path) if path else None
    if data and name.endswith(".svg"):
        data = data.replace(b"\r\n", b"\n")  # as git writes text on Windows
    return "" if data is None else sha256(data).hexdigest()


def frozen_name(slug: str, file: FrozenFile) -> str:
    """Return the path of a frozen file, as messages name it."""
    return f"content/{slug}/{PUBLISHED}/{file.name}"


def check_publication(
    project: Project,
    folder: EditionFolder,
    edition: Edition | None,
    series: Series,
    on: date | None,
) -> tuple[Publication | None, tuple[Problem, ...]]:
    """Compare an edition with the ledger; `edition` is None if it has an error.

    Gives its last publication, or None, and the differences from it. Hints have an example
    of a correction, on the day `on`, in each language of the edition.
    """
    ledger = read_ledger(project, folder.slug)
    if damage := ledger.problems or tuple(_renaming_problems(ledger)):
        return None, damage
    dated = str(folder.information_date)
    publication = ledger.publication(dated)
    problems = [
        *_missing_edition_problems(project, ledger),
        *_unrecorded_folder_problems(project, ledger),
    ]
    if publication:
        files = publication.files.values()
        problems += check_frozen_files(project, folder.slug, files)
        if edition:
            problems += _compare_facts(folder, edition.facts, ledger.of_edition(dated))
            codes = (code for code in series.languages if code in folder.languages)
            note = ", ".join(f'{code}: "…"' for code in codes)
            undo_hint = _UNDO_HINT.format(on=on or "…", note=note)
            problems += _compare_texts(project, folder, edition, publication, undo_hint)
            problems += _compare_series(project, series, edition, publication)
    return publication, tuple(problems)


def check_ledger(project: Project, ledger: Ledger) -> tuple[Problem, ...]:
    """Find every problem of a ledger and of the files beside it."""
    files = [file for record in ledger.records for file in record.files]
    return (
        *ledger.problems,
        *_renaming_problems(ledger),
        *(_unrecorded_folder_problems(project, ledger) if not ledger.problems else ()),
        *_missing_edition_problems(project, ledger),
        *check_frozen_files(project, ledger.slug, files),
    )


def check_frozen_files(
    project: Project, slug: str, files: Iterable[FrozenFile]
) -> Iterator[Problem]:
    """Report frozen files that are missing, or not as they were published."""
    files = tuple(files)
    names = {file.sha256: file.file_name for file in files}
    for file in files:
        name = frozen_name(slug, file)
        hint = _RESTORE_HINT.format(name=name)
        message = "the frozen file is missing; the ledger has its hash"
        project.on_read(name)
        if path := project.find_content(name.removeprefix("content/")):
            digest = sha256(project.read(name, path)).hexdigest()
            if digest == file.sha256:
                continue
            message = "the frozen file was changed"
            if digest in names:
                message = f"this is another frozen file, {names[digest]}"
        yield Problem(Rule.FROZEN_FILE, Place(name), message, hint)


def _renaming_problems(ledger: Ledger) -> Iterator[Problem]:
    """Report a brief whose folder had another name when it was published."""
    files = (file.file_name for record in ledger.records for file in record.files)
    slug = next(files, "").partition("_")[0]
    if slug not in ("", ledger.slug):
        message = f'this brief was published as "{slug}"'
        hint = (
            f"restore the name of its folder: git mv content/{ledger.slug} content/{slug}"
        )
        yield Problem(Rule.EDITION_STATE, Place(ledger_name(ledger.slug)), message, hint)


def _missing_edition_problems(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Report published editions whose folder was deleted."""
    for dated in dict.fromkeys(record.edition for record in ledger.records):
        if not (project.content / ledger.slug / dated).is_dir():
            name = f"content/{ledger.slug}/{dated}"
            message = "this edition was published, and its folder is missing"
            hint = (
                _RESTORE_HINT.format(name=name) + "; to take it back, add `withdrawn` to it"
            )
            yield Problem(Rule.EDITION_STATE, Place(name), message, hint)


def _unrecorded_folder_problems(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Report folders of frozen files that no record names."""
    base = project.content / ledger.slug / PUBLISHED
    project.on_read(f"content/{ledger.slug}/{PUBLISHED}/")
    recorded = {f.name.partition("/")[0] for r in ledger.records for f in r.files}
    folders = [p for p in base.iterdir() if p.is_dir()] if base.is_dir() else []
    for folder in sorted(folders):
        if folder.name not in recorded and not folder.name.startswith("."):
            message = "the ledger has no record of these files"
            hint = (
                f"if `briefs publish` was interrupted, run `briefs publish {ledger.slug}` "
            )
            hint += "again; otherwise its last records are missing: restore "
            hint += f"{ledger_name(ledger.slug)} from version control"
            place = Place(f"content/{ledger.slug}/{PUBLISHED}/{folder.name}")
            yield Problem(Rule.UNRECORDED_FILES, place, message, hint)


def _compare_facts(
    folder: EditionFolder, facts: EditionFacts, records: tuple[Record, ...]
) -> Iterator[Problem]:
    """Compare status, corrections and withdrawal with the records of an edition."""
    place = Place(f"{folder.name}/edition.yaml")
    first = records[0]
    if facts.status == "draft":
        message = f"it is a draft again, but was published on {first.day}"
        hint = "set status: final; to take it back, add: withdrawn: {date: …, reason: …}"
        yield Problem(Rule.EDITION_STATE, place, message, hint)
    if facts.embargo_until and facts.embargo_until > first.day:
        message = f"embargo_until is {facts.embargo_until}, but it was published on "
        hint = "delete embargo_until; to take the edition back, add `withdrawn`"
        yield Problem(Rule.EDITION_STATE, place, f"{message}{first.day}", hint)
    withdrawn = facts.withdrawn
    for record in records:
        if record.event == "withdrawn" and withdrawn is None:
            message = f"it was withdrawn on {record.day}, which edition.yaml does not state"
            hint = "restore the key `withdrawn`; a new edition can replace this one"
            yield Problem(Rule.EDITION_STATE, place, message, hint)
        elif record.event == "withdrawn" and withdrawn:
            published = record.day, dict(record.note)
            if (withdrawn.date, note_of(withdrawn.reason)) != published:
                message = f"the withdrawal, published on {record.day}, differs from "
                hint = "restore `date` and `reason` of `withdrawn`"
                yield Problem(Rule.PUBLISHED_TEXT, place, f"{message}`edition.yaml`", hint)
        elif record.event == "corrected":
            number = record.number
            listed = facts.corrections[number - 1 : number]
            if not listed or note_of(listed[0].note) != dict(record.note):
                state = "differs from" if listed else "is not in"
                message = f"correction {number}, published on {record.day}, {state} "
                message += "`edition.yaml`"
                hint = (
                    "restore its entry in `corrections`; the newest correction comes last"
                )
                yield Problem(Rule.PUBLISHED_TEXT, place, message, hint)


def note_of(text: Localized) -> dict[str, str]:
    """Return a localized text in the form of the ledger: each language on one line."""
    return {code: " ".join(str(line).split()) for code, line in text.items()}


def _compare_texts(
    project: Project,
    folder: EditionFolder,
    edition: Edition,
    publication: Publication,
    undo_hint: str,
) -> Iterator[Problem]:
    if len(edition.facts.corrections) > publication.number:
        return  # the text is that of a correction that is not published yet
    for language, published in publication.texts.items():
        place = Place(f"{folder.name}/{language}.yaml")
        if language not in folder.languages:
            message = f"this text was published on {publication.first_day}, and is missing"
            hint = _RESTORE_HINT.format(name=place.file)
            yield Problem(Rule.PUBLISHED_TEXT, Place(folder.name), message, hint)
        elif language in edition.versions:
            present = published_text(project, edition, language)
            if present != published:
                copies = copies_of(folder, language, publication)
                changes = find_text_changes(project, folder, edition, language, copies)
                day = publication.first_day
                # Without a frozen copy the changed key is unknown.
                message = f"the text, data or a picture is not as published on {day}"
                for changed_place, change in changes or [(place, message)]:
                    yield Problem(Rule.PUBLISHED_TEXT, changed_place, change, undo_hint)


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


def _compare_series(
    project: Project, series: Series, edition: Edition, publication: Publication
) -> Iterator[Problem]:
    """Warn of each setting that has changed since an edition was published.

    A frozen PDF has the settings of that day; its web page, and PDFs of other profiles, are
    built with the present ones. Records of earlier versions of the program have none.
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


def copies_of(
    folder: EditionFolder, language: str, publication: Publication
) -> tuple[str, ...]:
    """Name the frozen files of an edition in one language, in all profiles."""
    stem = f"{folder.slug}_{folder.information_date}_{language}_"
    return tuple(
        frozen_name(folder.slug, file)
        for name, file in publication.files.items()
        if f"{name[:-4]}_".startswith(stem)
    )
