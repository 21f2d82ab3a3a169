"""Turn the result of a Word import, and the remarks of a reviewer, into text and JSON."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.commands.import_word import Proposal, WordImport
from pipeline.report.escape import escape_controls, json_text
from pipeline.report.problems import JSON_FORMAT


def import_text(imported: WordImport) -> str:
    """List the guesses of an import, and count the parts that it left out."""
    return "\n".join(map(escape_controls, _import_lines(imported)))


def _import_lines(imported: WordImport) -> Iterator[str]:
    for note in imported.notes:
        yield f"note: {note}"
    for kind, count in imported.left_out.items():
        if kind == "tracked changes":
            yield f"{kind}, all taken as accepted: {count}"
        elif kind == "passages struck out":
            yield f"{kind}, whose words were kept: {count}"
        else:
            yield f"left out: {kind}: {count}"


def review_text(proposals: Sequence[Proposal]) -> str:
    """List proposals: place, author, time, then the change or comment."""
    return "\n".join(escape_controls(_proposal_text(proposal)) for proposal in proposals)


def _proposal_text(proposal: Proposal) -> str:
    remark = proposal.remark
    author = remark.who or ("not tracked" if remark.kind == "untracked" else "unknown")
    time = f", {remark.when[:16].replace('T', ' ')}" if remark.when else ""
    head = f"{proposal.place}: {author}{time}: "
    if remark.kind == "comment":
        about = f' about "{_shorten(remark.old)}"' if remark.old.strip() else ""
        return f'{head}comment{about}: "{remark.text}"'
    if not (remark.old or remark.new):
        return f'{head}{remark.text} after "{_shorten(remark.paragraph)}"'
    old, new = f'"{_shorten(remark.old)}"', f'"{_shorten(remark.new)}"'
    after = f' after "{_last_words(remark.before)}"' if remark.before.strip() else ""
    if not remark.old:
        return f"{head}add {new}{after}"
    return f"{head}delete {old}{after}" if not remark.new else f"{head}{old} → {new}{after}"


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:100]} … {text[-95:]}"


def _last_words(text: str) -> str:
    return " ".join(" ".join(text.split()).rsplit(" ", 4)[-4:])


def review_json(proposals: Sequence[Proposal]) -> str:
    """Write proposals as JSON."""
    listed = [_proposal_json(proposal) for proposal in proposals]
    return json_text({"format": JSON_FORMAT, "proposals": listed})


def _proposal_json(proposal: Proposal) -> Mapping[str, object]:
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
