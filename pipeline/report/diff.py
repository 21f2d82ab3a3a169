"""Turn what changed between two editions into text and JSON."""

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.commands.diff import ComparedEditions
from pipeline.redline.changes import OverviewItem, Redline
from pipeline.redline.redlined import Redlined, versions_of
from pipeline.redline.words import Word, WordRun, split_words
from pipeline.report.escape import escape_controls
from pipeline.report.problems import envelope_json

# Colours a text for the terminal; its kind is "-" (deleted) or "+" (added).
ColourText = Callable[[str, str], str]
_BRACKETS = {"-": ("[−", "−]"), "+": ("[+", "+]")}
# The number of unchanged words that are shown on each side of a change.
_CONTEXT_WORDS = 8
_GROUP_TITLES = {
    "sections_gone": "sections that are gone",
    "sections_new": "new sections",
    "figures_gone": "figures and tables that are gone",
    "figures_new": "new figures and tables",
    "values_changed": "values that changed",
}


def diff_text(redline: Redline, full: bool, colour: ColourText) -> str:
    """Write the words that changed, or an overview of an edition that was rewritten."""
    edition = redline.edition
    heading = f"{edition.slug}, {redline.language}: {redline.old} → {redline.new}"
    if not redline.changes:
        return f"{heading}: no change"
    # Some words changed, so it is never 100.
    shared = min(round(redline.shared * 100), 99)
    heading += f"; {shared} per cent of the words are in both"
    if redline.is_rewritten and not full:
        note = 'written anew: this is an overview, "--full" shows all words'
        return "\n".join([heading, note, *_overview_lines(redline, colour)])
    return "\n".join([heading, *_change_lines(redline, colour)])


def _change_lines(redline: Redline, colour: ColourText) -> Iterator[str]:
    section = part = ""
    for change in redline.changes:
        if change.part == "heading":
            section, part = change.section, ""
            yield f"\n# {_runs_text(change.runs, colour)}"
            continue
        if change.section != section:
            section, part = change.section, ""
            yield f"\n# {escape_controls(section)}" if section else ""
        if change.part != part:
            part = change.part
            yield f"{escape_controls(part)}:"
        yield f"    {_runs_text(change.runs, colour)}"


def _overview_lines(redline: Redline, colour: ColourText) -> Iterator[str]:
    for group, items in redline.overview.items():
        yield f"\n{_GROUP_TITLES[group]}:"
        for item in items:
            yield f"    {_item_text(item, colour)}"


def _item_text(item: OverviewItem, colour: ColourText) -> str:
    if item.value is None:
        return _runs_text(_old_and_new(item.label), colour)
    return f"{escape_controls(item.label)}: {_runs_text(_old_and_new(item.value), colour)}"


def _old_and_new(text: str) -> list[WordRun]:
    """The old and the new text, each as a whole."""
    old, new = (text.old, text.new) if isinstance(text, Redlined) else (None, None)
    sides = (("-", old), ("+", new))
    return [WordRun(kind, split_words(side)) for kind, side in sides if side is not None]


def _runs_text(runs: Sequence[WordRun], colour: ColourText) -> str:
    """Write runs in one line: changes in brackets, and few of the unchanged words."""
    line = ""
    for number, (kind, words) in enumerate(runs):
        text = "".join(word.text for word in words)
        if kind == "=":
            line += _shorten(words, number > 0, number < len(runs) - 1)
            continue
        is_apart = text[:1].isspace() or (number and runs[number - 1].kind == "-")
        line += " " if is_apart and line[-1:] not in ("", " ") else ""
        before, after = _BRACKETS[kind]
        line += colour(kind, f"{before}{_one_line(text.strip())}{after}")
        line += " " if text[-1:].isspace() else ""
    return line.strip()


def _shorten(words: Sequence[Word], follows_change: bool, precedes_change: bool) -> str:
    """Write the unchanged words beside a change, and an ellipsis for the others."""
    context_length = 2 * _CONTEXT_WORDS  # with spaces
    if len(words) <= context_length * (follows_change + precedes_change):
        return _one_line("".join(word.text for word in words))
    first = "".join(word.text for word in words[:context_length]) if follows_change else ""
    last = "".join(word.text for word in words[-context_length:]) if precedes_change else ""
    return _one_line(f"{first}…{last}")


def _one_line(text: str) -> str:
    return escape_controls(re.sub(r"\s+", " ", text))


def diff_json(compared: ComparedEditions, full: bool, exit_code: int) -> str:
    """Write redlines as JSON: an overview of each, and changes as in `diff_text`."""
    return envelope_json(
        compared.problems,
        exit_code,
        {"redlines": [_redline_json(redline, full) for redline in compared.redlines]},
    )


def _redline_json(redline: Redline, full: bool) -> dict[str, object]:
    values: dict[str, object] = {
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
        values["changes"] = [
            {
                "section": change.section,
                "part": change.part,
                "words": [
                    [run.kind, "".join(w.text for w in run.words)] for run in change.runs
                ],
            }
            for change in redline.changes
        ]
    return values


def _item_json(item: OverviewItem) -> dict[str, object]:
    text = item.label if item.value is None else item.value
    old, new = versions_of(text)
    return {"label": item.label, "old": old, "new": new}
