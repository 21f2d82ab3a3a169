"""Turn what changed between two editions into text and JSON."""

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.commands.diff import ComparedEditions
from pipeline.redline.changes import OverviewItem, Redline
from pipeline.redline.redlined import Redlined
from pipeline.redline.words import Word, WordRun, split_words
from pipeline.report.escape import escape_controls
from pipeline.report.problems import envelope_json

# Paints a text: its kind is "-" or "+".
Paint = Callable[[str, str], str]
_SIGNS = {"-": ("[−", "−]"), "+": ("[+", "+]")}
# Words that both editions have, shown at each side of a change.
_CONTEXT = 8
_GROUPS = {
    "sections_gone": "sections that are gone",
    "sections_new": "new sections",
    "figures_gone": "figures and tables that are gone",
    "figures_new": "new figures and tables",
    "values_changed": "values that changed",
}


def diff_text(redline: Redline, full: bool, paint: Paint) -> str:
    """Write the words that changed, or an overview of an edition that was written anew."""
    edition = redline.edition
    head = f"{edition.slug}, {redline.language}: {redline.old} → {redline.new}"
    if not redline.changes:
        return f"{head}: no change"
    # Some words changed: 99.9 per cent are not all.
    shared = min(round(redline.shared * 100), 99)
    head += f"; {shared} per cent of the words are in both"
    if redline.is_rewritten and not full:
        note = 'written anew: this is an overview, "--full" shows all words'
        return "\n".join([head, note, *_overview_lines(redline, paint)])
    return "\n".join([head, *_change_lines(redline, paint)])


def _change_lines(redline: Redline, paint: Paint) -> Iterator[str]:
    section = part = ""
    for change in redline.changes:
        if change.part == "heading":
            section, part = change.section, ""
            yield f"\n# {_print(change.runs, paint)}"
            continue
        if change.section != section:
            section, part = change.section, ""
            yield f"\n# {escape_controls(section)}" if section else ""
        if change.part != part:
            part = change.part
            yield f"{escape_controls(part)}:"
        yield f"    {_print(change.runs, paint)}"


def _overview_lines(redline: Redline, paint: Paint) -> Iterator[str]:
    for group, items in redline.overview.items():
        yield f"\n{_GROUPS[group]}:"
        for item in items:
            yield f"    {_item_text(item, paint)}"


def _item_text(item: OverviewItem, paint: Paint) -> str:
    if item.value is None:
        return _print(_sides(item.label), paint)
    return f"{escape_controls(item.label)}: {_print(_sides(item.value), paint)}"


def _sides(text: str) -> list[WordRun]:
    """The old and the new text, each as a whole."""
    old, new = (text.old, text.new) if isinstance(text, Redlined) else (None, None)
    sides = (("-", old), ("+", new))
    return [WordRun(kind, split_words(side)) for kind, side in sides if side is not None]


def _print(runs: Sequence[WordRun], paint: Paint) -> str:
    """Write runs in one line, with signs and little of what did not change."""
    line = ""
    for number, (kind, words) in enumerate(runs):
        text = "".join(word.text for word in words)
        if kind == "=":
            line += _shorten(words, number > 0, number < len(runs) - 1)
            continue
        is_apart = text[:1].isspace() or (number and runs[number - 1].kind == "-")
        line += " " if is_apart and line[-1:] not in ("", " ") else ""
        before, after = _SIGNS[kind]
        line += paint(kind, f"{before}{_one_line(text.strip())}{after}")
        line += " " if text[-1:].isspace() else ""
    return line.strip()


def _shorten(words: Sequence[Word], follows: bool, leads: bool) -> str:
    """Write the words beside a change, and dots for those in between."""
    kept = 2 * _CONTEXT  # with spaces
    if len(words) <= kept * (follows + leads):
        return _one_line("".join(word.text for word in words))
    first = "".join(word.text for word in words[:kept]) if follows else ""
    last = "".join(word.text for word in words[-kept:]) if leads else ""
    return _one_line(f"{first}…{last}")


def _one_line(text: str) -> str:
    return escape_controls(re.sub(r"\s+", " ", text))


def diff_json(compared: ComparedEditions, full: bool, exit_code: int) -> str:
    """Write redlines as JSON: changes as runs of words, and the overview of each."""
    return envelope_json(
        compared.problems,
        exit_code,
        {"redlines": [_redline_json(redline, full) for redline in compared.redlines]},
    )


def _redline_json(redline: Redline, full: bool) -> dict[str, object]:
    shape: dict[str, object] = {
        "brief": redline.edition.slug,
        "language": redline.language,
        "old": redline.old,
        "new": redline.new,
        "shared": round(redline.shared, 2),
        "written_anew": redline.is_rewritten,
        "overview": {
            group: [_item_json(item) for item in items]
            for group, items in redline.overview.items()
        },
    }
    if full or not redline.is_rewritten:
        shape["changes"] = [
            {
                "section": change.section,
                "part": change.part,
                "words": [
                    [run.kind, "".join(w.text for w in run.words)] for run in change.runs
                ],
            }
            for change in redline.changes
        ]
    return shape


def _item_json(item: OverviewItem) -> dict[str, object]:
    text = item.label if item.value is None else item.value
    old, new = (text.old, text.new) if isinstance(text, Redlined) else (text, text)
    return {"label": item.label, "old": old, "new": new}
