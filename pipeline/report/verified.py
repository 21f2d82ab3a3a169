"""Turn the results of `briefs verify` into text and JSON."""

from collections.abc import Iterable, Iterator

from pipeline.commands.verify import FileResult
from pipeline.commands.verify_code import CodeResult
from pipeline.model.edition_state import EditionState
from pipeline.prepress.preflight import Preflight
from pipeline.problems import Problem
from pipeline.report.escape import escape_controls
from pipeline.report.problems import count, envelope_json
from pipeline.state.integrity import FileIntegrity
from pipeline.targets import JobSheet, RedlineFile

_INKS = ("cyan", "magenta", "yellow", "black")


def file_text(result: FileResult) -> str:
    """Describe a file in one line; a press file also by its preflight."""
    integrity = result.integrity
    if not integrity.is_own:
        return escape_controls(f"{result.file}: not built by Briefs")
    parts = [integrity.document or "a file of Briefs", _integrity_text(integrity)]
    if result.session:
        missing = "" if result.session_exists else ", which is not in this project"
        parts.append(f"{result.kind} of session {result.session}{missing}")
        if integrity.changed_files:
            parts.append(f"changed since the order: {', '.join(integrity.changed_files)}")
        elif result.kind == JobSheet.KIND:
            parts.append("its files are unchanged")
        for edition in result.editions:
            if edition.exit_code:
                states = ", ".join(_state_texts(edition))
                parts.append(f"{_edition_name(edition)}: {states}")
    elif result.editions:
        if not integrity.document:
            parts.append(f"its code is that of {_edition_name(result.editions[0])}")
        parts += (part for edition in result.editions for part in _state_texts(edition))
    elif result.kind == RedlineFile.KIND:
        parts.append("a redline, which has no edition code")
    else:
        parts.append("its edition is not in this project")
    if result.preflight:
        parts.append(f"PDF/X-4 ({'failed' if result.preflight.faults else 'passed'})")
    lines = [f"{result.file}: {'; '.join(parts)}"]
    if result.preflight:
        lines += (f"  {line}" for line in preflight_lines(result.preflight))
    return "\n".join(map(escape_controls, lines))


def _integrity_text(integrity: FileIntegrity) -> str:
    """Describe whether a file is unchanged, and how it was altered or differs."""
    if integrity.alterations:
        return f"altered: {', '.join(integrity.alterations)}"
    if integrity.is_unchanged:
        return "unchanged"
    if integrity.differences:
        return f"not the file in build/: {', '.join(integrity.differences)}"
    return "not the file in build/"


def code_text(result: CodeResult) -> str:
    """Describe the edition of a code in one line."""
    parts = [_edition_name(result), *_state_texts(result)]
    is_unrecorded = result.published_on is None and result.state.is_public
    if is_unrecorded and result.is_changed is False:
        parts.insert(1, "text unchanged")
    return escape_controls(f"{result.code}: {'; '.join(parts)}")


def _edition_name(result: CodeResult) -> str:
    from babel import Locale

    try:
        language = Locale.parse(result.language, sep="-").get_display_name("en")
    except (ValueError, LookupError):
        language = None
    edition = f"{result.slug} {result.information_date}"
    return f"{edition} in {language or result.language}"


def _state_texts(result: CodeResult) -> list[str]:
    """Describe the state of an edition, changes of its text, and whether it is current."""
    if result.state is EditionState.DRAFT:
        return ["a draft; it was never published"]
    if result.state is EditionState.EMBARGOED:
        return [f"embargoed until {result.until}"]
    parts = [f"published on {result.published_on}"] if result.published_on else []
    parts += [f"this copy has no {correction}" for correction in result.corrections]
    parts += [result.withdrawn] if result.withdrawn else []
    if result.is_changed is None:
        parts.append("content has errors, so its text cannot be compared")
    elif result.is_changed and not result.corrections:
        parts.append("text changed since printing")
    current = result.current
    if result.is_current:
        is_old = result.corrections or (result.state.is_public and result.is_changed)
        parts.append("the edition is current but not this copy" if is_old else "current")
    elif result.withdrawn and current:
        parts.append(f"use the edition of {current.information_date}")
    elif result.withdrawn:
        pass
    elif current is None or current.information_date < result.information_date:
        parts.append("not current yet")
    else:
        note = f' ("{result.change_note}")' if result.change_note else ""
        parts.append(f"replaced by the edition of {current.information_date}{note}")
        if result.language not in current.languages:
            languages = ", ".join(current.languages)
            parts.append(f"not available in this language, only in {languages}")
    return parts


def verified_json(
    files: Iterable[FileResult],
    codes: Iterable[CodeResult],
    problems: Iterable[Problem],
    exit_code: int,
) -> str:
    """Write the results on files and codes as JSON."""
    parts = {"files": [*map(_file_json, files)], "codes": [*map(_code_json, codes)]}
    return envelope_json(problems, exit_code, parts)


def _file_json(result: FileResult) -> dict[str, object]:
    integrity = result.integrity
    values: dict[str, object] = {
        "file": result.file,
        "document": integrity.document,
        "unchanged": integrity.is_unchanged,
        "alterations": list(integrity.alterations),
        "differences": list(integrity.differences),
        "session": result.session,
        "editions": [*map(_code_json, result.editions)],
        "changed_files": list(integrity.changed_files),
    }
    if result.preflight:
        values["preflight"] = preflight_json(result.preflight)
    return values


def _code_json(result: CodeResult) -> dict[str, object]:
    current = result.current
    return {
        "code": result.code,
        "brief": result.slug,
        "information_date": str(result.information_date),
        "language": result.language,
        "state": result.state,
        "published_on": str(result.published_on or ""),
        "missing_corrections": list(result.corrections),
        "withdrawn": result.withdrawn,
        "text_changed": result.is_changed if result.state.is_public else None,
        "current": result.is_current,
        "current_edition": str(current.information_date) if current else "",
        "current_languages": list(current.languages) if current else [],
        "change_note": result.change_note,
    }


def preflight_lines(preflight: Preflight) -> Iterator[str]:
    """Describe a press file: faults, printing condition, size, ink coverage, fonts."""
    for fault in preflight.faults:
        yield f"fault: {fault}"
    yield f"printing condition: {preflight.condition or 'none named'}"
    bleed = "no" if preflight.bleed is None else f"{preflight.bleed:g} mm"
    trim, sheet = _size_text(preflight.trim), _size_text(preflight.sheet)
    yield f"size: {trim} after cutting, {bleed} bleed, sheet {sheet} with crop marks"
    if not preflight.ink:
        yield f"ink coverage: not measured: {preflight.ink_error}"
    for number, page in enumerate(preflight.ink, 1):
        shares = (f"{ink} {share:g}" for ink, share in zip(_INKS, page, strict=True))
        yield f"ink coverage of page {number}, per cent: {', '.join(shares)}"
    yield f"fonts: {count(len(preflight.fonts), 'embedded font')}"


def _size_text(size: tuple[float, float]) -> str:
    return f"{size[0]:g} × {size[1]:g} mm"


def preflight_json(preflight: Preflight) -> dict[str, object]:
    """Return a preflight as JSON values; ink coverage is in per cent, of C, M, Y and K."""
    return {
        "printing_condition": preflight.condition,
        "faults": list(preflight.faults),
        "trim_mm": list(preflight.trim),
        "bleed_mm": preflight.bleed,
        "sheet_mm": list(preflight.sheet),
        "ink_coverage": [list(page) for page in preflight.ink],
        "ink_not_measured": preflight.ink_error,
        "fonts": list(preflight.fonts),
    }
