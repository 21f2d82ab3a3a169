"""Turn the answers of `briefs verify` on files and codes into text and JSON."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.problems import Problem
from pipeline.report.escape import escape_controls, json_text
from pipeline.report.preflight import preflight_json, preflight_lines
from pipeline.report.problems import JSON_FORMAT, problem_json

if TYPE_CHECKING:
    from pipeline.commands.verify import CodeResult, FileResult


def verified_text(verified: "FileResult") -> str:
    """Answer the one question on a file in one line."""
    from pipeline.state.integrity import NOT_COMPARED

    verdict = verified.verdict
    if not verdict.document:
        return f"{verdict.file}: not made by this program"
    answers = [f"ours ({verdict.document})"]
    was_changed = f"changed: {verdict.difference}" if verdict.is_compared else NOT_COMPARED
    answers.append("untouched" if verdict.untouched else was_changed)
    if verified.session:
        kind = "job sheet" if verdict.document.endswith("_order") else "pack"
        there = f"the {kind} of" if verified.is_current else "not in this project:"
        answers.append(f"{there} session {verified.session}")
        if verdict.changed_files:
            answers.append(f"no longer as ordered: {', '.join(verdict.changed_files)}")
        elif kind == "job sheet":
            answers.append("the files are as ordered")
        for traced in verified.traced:
            if traced.exit_code:
                said = ", ".join(_standing(traced))
                answers.append(f"{_edition_name(traced)} in it: {said}")
    elif verified.traced:
        answers += (said for traced in verified.traced for said in _standing(traced))
    elif verified.current is None:
        answers.append("its brief is not in this project")
    elif verified.is_current:
        answers.append("current")
    else:
        answers.append(f"replaced by the edition of {verified.current}")
    asked = verdict.checked or "not checked, for verapdf is not on PATH"
    claim = verdict.conformance
    answers.append(f"{claim} ({asked})" if claim else "no standard claimed")
    lines = [f"{verdict.file}: " + "; ".join(answers)]
    if verified.preflight:
        lines += (f"  {line}" for line in preflight_lines(verified.preflight))
    return "\n".join(map(escape_controls, lines))


def traced_text(traced: "CodeResult") -> str:
    """Answer the one question on a code in one line."""
    answers = [_edition_name(traced)]
    if traced.changed is False:
        answers.append("the text is as it stands now")
    return escape_controls(f"{traced.code}: " + "; ".join([*answers, *_standing(traced)]))


def _edition_name(traced: "CodeResult") -> str:
    from babel import Locale

    try:
        language = Locale.parse(traced.language, sep="-").get_display_name("en")
    except (ValueError, LookupError):
        language = None
    edition = f"{traced.slug} {traced.information_date}"
    return f"{edition} in {language or traced.language}"


def _standing(traced: "CodeResult") -> list[str]:
    """Say of a printed edition whether it has other words now, and whether it counts."""
    answers = []
    if traced.changed is None:
        answers.append("its content has errors, so its text cannot be compared")
    elif traced.changed:
        answers.append("its text was changed since it was printed")
    current = traced.current
    if traced.is_current:
        answers.append("current")
    elif current is None or current.information_date < traced.information_date:
        answers.append("not current yet")
    else:
        note = f' ("{current.change_note}")' if current.change_note else ""
        answers.append(f"replaced by the edition of {current.information_date}{note}")
        if traced.language not in current.languages:
            there = ", ".join(current.languages)
            answers.append(f"which is not in this language, but in {there}")
    return answers


def _traced_json(traced: "CodeResult") -> dict[str, object]:
    current = traced.current
    return {
        "code": traced.code,
        "brief": traced.slug,
        "information_date": str(traced.information_date),
        "language": traced.language,
        "text_changed": traced.changed,
        "current": traced.is_current,
        "current_edition": str(current.information_date) if current else "",
        "current_languages": list(current.languages) if current else [],
        "change_note": current.change_note if current else "",
    }


def verified_json(
    verified: "Iterable[FileResult]",
    traced: "Iterable[CodeResult]",
    problems: Iterable[Problem],
    exit_code: int,
) -> str:
    """Write the answers on several files and codes as JSON."""
    shape = {
        "format": JSON_FORMAT,
        "exit_code": exit_code,
        "problems": [problem_json(p) for p in problems],
        "files": [
            {
                "file": one.verdict.file,
                "document": one.verdict.document,
                "untouched": one.verdict.untouched if one.verdict.is_compared else None,
                "difference": one.verdict.difference,
                "current": one.is_current,
                "current_edition": str(one.current or ""),
                "editions": [_traced_json(traced) for traced in one.traced],
                "conformance": one.verdict.conformance,
                "checked": one.verdict.checked,
                **({"preflight": preflight_json(one.preflight)} if one.preflight else {}),
                **(
                    {"changed_files": list(files)}
                    if (files := one.verdict.changed_files)
                    else {}
                ),
            }
            for one in verified
        ],
        "codes": [_traced_json(one) for one in traced],
    }
    return json_text(shape)
