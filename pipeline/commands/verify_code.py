"""Find the edition of a printed edition code, and later editions: `briefs verify CODE`.

The ledgers have the codes of published editions. Other codes are computed from the content:
the first half of a code identifies an edition by the names of its folders, so only that
brief is read, to compare its text with the code.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache

from pipeline.commands.check import CheckedContent, read_content
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.editions.code import EditionCode, characters_of, code_of, identity_of
from pipeline.editions.current import current_edition, editions_of
from pipeline.editions.ledger import Ledger, Record, read_ledgers
from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import EditionState
from pipeline.model.fields import in_language
from pipeline.model.markdown import plain_text
from pipeline.problems import ExitCode, Place, Problem, Rule, is_blocking, sort_and_dedupe
from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import Executor


@dataclass(frozen=True)
class CodeResult:
    """An edition that a code identifies, and its state.

    `is_changed` is true if its text is not the one printed; None if its content has errors.
    `current` is the current edition of the brief, if there is one, and `change_note` its
    note, if that can be read. `until` is the end of its embargo. `published_on` is set if
    the ledger has the code; `corrections` are those that this copy does not have.
    """

    code: str
    slug: str
    information_date: InformationDate
    language: str
    state: EditionState
    is_changed: bool | None
    current: EditionFolder | None
    change_note: str = ""
    until: date | None = None
    published_on: date | None = None
    corrections: tuple[str, ...] = ()
    withdrawn: str = ""

    @property
    def is_current(self) -> bool:
        """Whether the edition is the current one."""
        current = self.current
        return current is not None and current.information_date == self.information_date

    @property
    def exit_code(self) -> ExitCode:
        """CONTENT: its content has errors; STALE: changed or not current."""
        if self.is_changed is None:
            return ExitCode.CONTENT
        return ExitCode.OK if self.is_current and not self.is_changed else ExitCode.STALE


def verify_code(
    project: Project,
    codes: Iterable[EditionCode],
    on: date,
    executor: Executor | None = None,
) -> tuple[tuple[CodeResult, ...], tuple[Problem, ...]]:
    """Find the edition of each code, and the edition that is current `on` a day.

    The ledgers are searched first: they have the code of a published text even if the
    content has changed. If several editions have the first half of a code, the result has
    those with the same text, or all of them if none has it. An unknown code is a problem.
    """
    folders, _ = find_editions(project)
    ledgers = read_ledgers(project)

    @cache
    def read(slug: str = "") -> CheckedContent:
        options = BuildOptions((slug,) if slug else ())
        return read_content(project, options, None, executor=executor)

    results: list[CodeResult] = []
    problems = [problem for ledger in ledgers for problem in ledger.problems]
    for code in codes:
        if published := _find_published(ledgers, code):
            results.append(_published_result(read(published[0].slug), *published, code, on))
            continue
        candidates = [
            _compare_with_code(read(folder.slug), code, folder, language, on)
            for folder in folders
            for language in folder.languages
            if identity_of(folder.slug, folder.information_date, language) == code.identity
        ]
        same_text = [c for c in candidates if c.is_changed is False]
        for result in same_text or candidates:
            results.append(result)
            if result.is_changed is None:
                problems += filter(is_blocking, read(result.slug).problems)
        if not candidates:
            problems.append(_unknown_problem(code, read(), on))
    return tuple(results), sort_and_dedupe(problems)


def _find_published(
    ledgers: Iterable[Ledger], code: EditionCode
) -> tuple[Ledger, Record, str] | None:
    """Find the last record that has a code; damaged ledgers are skipped."""
    matches = [
        (ledger, record, language)
        for ledger in ledgers
        if not ledger.problems
        for record in ledger.records
        for language, text in record.texts.items()
        if text.code == str(code)
    ]
    return matches[-1] if matches else None


def _published_result(
    checked: CheckedContent,
    ledger: Ledger,
    record: Record,
    language: str,
    code: EditionCode,
    on: date,
) -> CodeResult:
    """Describe a copy whose code is in the ledger, with later corrections and editions."""
    dated = InformationDate.parse(record.edition)
    records, text = ledger.of_edition(record.edition), record.texts[language]
    later = [r for r in records if r.event == "corrected" and r.number > record.number]
    corrections = tuple(
        f"Corr. {r.number} of {r.day}: {_text_in(language, r.note)}" for r in later
    )
    editions = editions_of(checked.lifecycles, ledger.slug)
    current = current_edition(editions, on)
    folder = next((f for f in editions if f.information_date == dated), None)
    withdrawn = "".join(
        f"withdrawn on {r.day}: {_text_in(language, r.note)}"
        for r in records
        if r.event == "withdrawn" and r.day <= on
    )
    if folder:
        withdrawn = _withdrawal_text(checked, folder, language, on) or withdrawn
    return CodeResult(
        *(str(code), ledger.slug, dated, language),
        state=EditionState.WITHDRAWN if withdrawn else EditionState.PUBLISHED,
        is_changed=bool(corrections),
        current=current,
        change_note=_change_note(checked, current, language),
        published_on=next(r.day for r in records if r.texts.get(language) == text),
        corrections=corrections,
        withdrawn=withdrawn,
    )


def _text_in(language: str, text: Mapping[str, str] | None, default: str = "") -> str:
    """Return a localized text, or one of the ledger, without Markdown; "" without any."""
    return plain_text(in_language(text, language, default)[0]) if text else ""


def _compare_with_code(
    checked: CheckedContent,
    code: EditionCode,
    folder: EditionFolder,
    language: str,
    on: date,
) -> CodeResult:
    """Compare the text of an edition with a code, unless it is a draft or embargoed."""
    lifecycle = checked.lifecycles[folder]
    state, dated = lifecycle.state(on), folder.information_date
    result = CodeResult(str(code), folder.slug, dated, language, state, False, None)
    if not state.is_public:
        return replace(result, until=lifecycle.embargo_until)
    edition = checked.by_folder.get(folder.name)
    is_changed = None
    if edition and language in edition.versions:
        is_changed = code_of(edition, language) != code
    current = current_edition(editions_of(checked.lifecycles, folder.slug), on)
    return replace(
        result,
        is_changed=is_changed,
        current=current,
        change_note=_change_note(checked, current, language),
        withdrawn=_withdrawal_text(checked, folder, language, on),
    )


def _withdrawal_text(
    checked: CheckedContent, folder: EditionFolder, language: str, on: date
) -> str:
    day, edition = checked.lifecycles[folder].withdrawn, checked.by_folder.get(folder.name)
    if day is None or day > on:
        return ""
    text = f"withdrawn on {day}"
    if edition and checked.series and (withdrawn := edition.facts.withdrawn):
        default = checked.series.default_language
        text += f": {_text_in(language, withdrawn.reason, default)}"
        if withdrawn.instead:
            text += f"; use instead: {_text_in(language, withdrawn.instead, default)}"
    return text


def _public_codes(checked: CheckedContent, on: date) -> Iterator[tuple[str, EditionCode]]:
    """Yield the code of each edition without errors that is public on a day, with its name.

    The name is that in messages: brief, information date and language.
    """
    for folder, lifecycle in checked.lifecycles.items():
        edition = checked.by_folder.get(folder.name)
        if edition and lifecycle.state(on).is_public:
            for language in edition.versions:
                name = f"{edition.slug} {edition.information_date} {language}"
                yield name, code_of(edition, language)


def _change_note(
    checked: CheckedContent, folder: EditionFolder | None, language: str
) -> str:
    edition = checked.by_folder.get(folder.name) if folder else None
    default = checked.series.default_language if checked.series else language
    return _text_in(language, edition.facts.change_note, default) if edition else ""


def _unknown_problem(code: EditionCode, checked: CheckedContent, on: date) -> Problem:
    hint = "it may belong to another series, or to an edition that was deleted"
    for name, other in _public_codes(checked, on):
        if other.text == code.text:
            hint = f"{name} has this text: was its folder renamed?"
    message = "no edition of this project has this code"
    return Problem(Rule.UNKNOWN_CODE, Place(str(code)), message, hint)


def nearest_code(project: Project, typed: str, on: date) -> str:
    """Return the code most similar to a mistyped one, with its edition; "" if none is."""
    checked = read_content(project, BuildOptions(), None)
    codes_by_characters = {
        characters_of(str(code)): f"{code}, of {name}"
        for name, code in _public_codes(checked, on)
    }
    matches = get_close_matches(characters_of(typed), codes_by_characters, 1, cutoff=0.8)
    return codes_by_characters[matches[0]] if matches else ""
