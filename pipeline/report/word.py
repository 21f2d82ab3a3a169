"""Turn what an import did, and the remarks of a reviewer, into text and JSON."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.commands.word import Proposal, WordImport
from pipeline.report.escape import escape_controls, json_text
from pipeline.report.problems import JSON_FORMAT

_ACCEPTED = "tracked changes"


def import_text(imported: WordImport) -> str:
    """List what was guessed, and count what was left out."""
    return "\n".join(map(escape_controls, _import_lines(imported)))


def _import_lines(imported: WordImport) -> Iterator[str]:
    for note in imported.notes:
        yield f"note: {note}"
    for what, count in imported.left_out.items():
        if what == _ACCEPTED:
            yield f"{what}, all taken as accepted: {count}"
        elif what == "passages struck out":
            yield f"{what}, whose words were kept: {count}"
        else:
            yield f"left out: {what}: {count}"


def review_text(proposals: Sequence[Proposal]) -> str:
    """List proposals: place, person, day, then the words."""
    return "\n".join(escape_controls(_proposal(one)) for one in proposals)


def _proposal(proposal: Proposal) -> str:
    remark = proposal.remark
    who = remark.who or ("not tracked" if remark.kind == "untracked" else "unknown")
    when = f", {remark.when[:16].replace('T', ' ')}" if remark.when else ""
    head = f"{proposal.place}: {who}{when}: "
    if remark.kind == "comment":
        about = f' about "{_shown(remark.old)}"' if remark.old.strip() else ""
        return f'{head}comment{about}: "{remark.text}"'
    if not (remark.old or remark.new):
        return f'{head}{remark.text} after "{_shown(remark.paragraph)}"'
    old, new = f'"{_shown(remark.old)}"', f'"{_shown(remark.new)}"'
    after = f' after "{_tail(remark.before)}"' if remark.before.strip() else ""
    if not remark.old:
        return f"{head}add {new}{after}"
    return f"{head}delete {old}{after}" if not remark.new else f"{head}{old} → {new}{after}"


def _shown(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 200 else f"{words[:100]} … {words[-95:]}"


def _tail(words: str) -> str:
    return " ".join(" ".join(words.split()).rsplit(" ", 4)[-4:])


def review_json(proposals: Sequence[Proposal]) -> str:
    """Write proposals for programs."""
    listed = [_values(proposal) for proposal in proposals]
    return json_text({"format": JSON_FORMAT, "proposals": listed})


def _values(proposal: Proposal) -> Mapping[str, object]:
    place, remark = proposal.place, proposal.remark
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "path": list(remark.path),
        "kind": remark.kind,
        "who": remark.who,
        "when": remark.when,
        "old": remark.old,
        "new": remark.new,
        "comment": remark.text,
        "after": remark.before,
    }
