"""Write the generated parts of docs/reference/ from the program itself.

    python docs/make_reference.py            write them
    python docs/make_reference.py --check    exit 1 when one is not current

commands.md is what `--help` prints. In problems.md the table of rules is made from
`pipeline.problems.Rule` and the sentences in MEANINGS; the rest is written by hand.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

REFERENCE = ROOT / "docs" / "reference"
BEGIN = "<!-- made by docs/make_reference.py: begin -->"
END = "<!-- made by docs/make_reference.py: end -->"

# What each rule means, in the order of `Rule`; a missing or a superfluous one is an error.
MEANINGS = {
    "file-encoding": "A YAML or CSV file is not UTF-8 text.",
    "file-size": "A YAML file is larger than 1 MiB.",
    "text-length": "A text has more than 20,000 letters.",
    "file-unreadable": "A file cannot be opened or read.",
    "control-character": "A YAML file holds an invisible control character.",
    "yaml-syntax": "The file is no YAML from this place on, and no better reason is known.",
    "yaml-colon": "A text without quotation marks holds a colon and a space.",
    "yaml-comma": "A text in braces holds a comma, and no quotation marks.",
    "yaml-tab": "A line is indented with a tab.",
    "yaml-quote": "A quotation mark is opened and not closed, or closed too early.",
    "yaml-first-character": "A text begins with a character that YAML keeps for itself.",
    "yaml-comment": "The rest of a line begins with `#`, so YAML takes it for a comment.",
    "yaml-documents": "A line `---` begins a second document in the file.",
    "yaml-tag": "A value has a YAML tag, such as `!important`.",
    "yaml-depth": "Values are nested deeper than 50 levels.",
    "yaml-aliases": "More than 20,000 values; repetitions may have multiplied.",
    "duplicate-key": "A key is there twice.",
    "empty-file": "A YAML or CSV file is empty.",
    "empty-value": "A key or an item has no value.",
    "unknown-key": "The format has no such key at this place.",
    "missing-key": "A key that is needed is not there.",
    "wrong-type": "A text stands where a list or keys are needed, or the other way round.",
    "invalid-choice": "A value is none of those that the key takes.",
    "invalid-value": "A value cannot be what its key stands for: a day, a number.",
    "invalid-length": "A list has too many items, or too few.",
    "ambiguous-block": "A block holds more than one kind of content, or none.",
    "no-content": "The folder of the project has no folder `content`.",
    "slug": "The name of a folder cannot be the name of a brief.",
    "information-date": "A folder is not named by a date, or an edition is already there.",
    "missing-file": (
        "`series.yaml` is missing, or a brief has no edition, or an edition has no text."
    ),
    "unexpected-file": "Nothing uses a file below `content/`.",
    "unknown-language": "A file or text is in a language that `series.yaml` does not list.",
    "change-note": "An edition that is not the first one does not say what is new.",
    "duplicate-id": "Two parts of a brief have the same id.",
    "unknown-reference": "A citation names an entry that `references` does not have.",
    "unbracketed-citation": "The id of a reference stands in a text without its brackets.",
    "unused-reference": "Nothing cites an entry of `references`.",
    "broken-link": "A link names an id that no part of the brief has.",
    "link-scheme": "A link is neither `https:`, `mailto:`, `tel:` nor `#` and an id.",
    "raw-html": "A text holds HTML.",
    "unsupported-markdown": "A text holds Markdown that a brief has no place for.",
    "footnote": "A footnote lacks its text or its call, or stands where none can.",
    "missing-picture": "A picture is not beside the brief.",
    "picture-type": (
        "A picture is no JPEG, PNG or SVG, or not what its name says, or not for print."
    ),
    "picture-damaged": "A picture is empty, damaged or not complete.",
    "picture-size": (
        "A picture has too many bytes, pixels or parts, or would print at less than 1 mm."
    ),
    "picture-svg": "An SVG runs, loads or moves something, or would come out wrong.",
    "picture-colour": "A picture has colours beyond sRGB, and prints paler than it looks.",
    "picture-resolution": "A picture has so few pixels that it prints below 150 dpi.",
    "outside-project": "A file lies outside its folder, or is named by a path.",
    "table-shape": "The cells of a row do not fill the columns of the table.",
    "chart-data": "A chart lacks its file, rows or columns, or has a cell that cannot be.",
    "chart-type": "That type of chart does not draw such rows, columns or values.",
    "side-column-overflow": "Figures and contact overflow the side column of page 1.",
    "translation-mismatch": "A translation does not have the same parts as the original.",
    "missing-translation": "A text in languages lacks one that is used.",
    "contact": "The mailbox and the name of the contact do not agree.",
    "missing-glyph": "No font of the brief has a character of its text.",
    "pdf-unreadable": "A file given to `briefs verify` is no PDF that can be read.",
    "unknown-code": "No edition of the project has the code given to `briefs verify`.",
    "session-number": "A file in `content/sessions/` is not named by a number.",
    "session-dates": "A session ends before it begins, or two take place at once.",
    "unknown-brief": "A session hands out a brief that is not there.",
    "unknown-edition": "A session hands out an edition that is not there, or not yet.",
    "duplicate-handout": "A session hands out the same edition twice.",
    "missing-language": "A session hands out a brief in a language that it has not.",
    "stale-pdf": "A PDF that a session hands out is not there, or not as it would be now.",
    "paper-size": "The pages of a PDF do not have the size of the paper of the session.",
    "overflow": "A word, table, note or picture is larger than the place that it has.",
    "overlap": "Two texts lie over each other.",
    "unwanted-break": "The end of a page cuts what must stand on one page.",
    "title-lines": "The title, the standfirst or a heading takes more than three lines "
    "(a heading in `a5` or `large`: four).",
    "key-messages-overflow": "The key messages do not fit on page 1.",
    "displaced-footnote": "A footnote stands on another page than its call, or on none.",
    "stranded-heading": "A heading is the last line of a page.",
    "short-last-page": "The last page is less than 40 per cent full.",
    "blank-pages": "The printed sheets have pages that stay blank.",
    "contrast": "Two colours of a brand do not stand out enough from each other.",
    "font-family": "A brand names a family of fonts that is not in `styles/fonts/`.",
    "logo": "The file of a logo is not in `styles/`, or will print coarsely.",
    "ineffective-setting": "A key of a brand has no effect in a brief.",
    "template": "A template is missing, or has an error.",
    "ui-strings": "A language has no file in `templates/strings/`, or a wrong one.",
    "pdf-structure": "A screen reader would not hear the page as it is meant.",
    "resource-limit": "A document takes too much time, memory or pages; the message says which.",
    "legibility": "A text is too pale or too small, or a mark of a chart too pale.",
    "renderer": "WeasyPrint complains: a misspelt property, a file that is not there.",
    "printing-condition": "The printing condition of a brand is not in `styles/icc/`.",
    "pdfx": "A press file is not what a print shop can take; the message says why.",
    "system-library": "A library is missing that WeasyPrint needs: Pango or HarfBuzz.",
    "fonts": "There is no font file at all.",
    "write-failed": "A file cannot be written.",
    "build-locked": "Another build is at work in the same folder.",
    "watch-failed": "The system does not tell of changes in one more folder.",
    "missing-program": "Ghostscript is missing, which press files need.",
    "failed-program": "Ghostscript did not succeed; nothing half-made is left.",
    "cluster": (
        "A cluster cannot be reached, has no worker, or a worker has another toolchain."
    ),
}


def rules_table() -> str:
    """Make the table of all rules; KeyError when one has no sentence."""
    from pipeline.problems import Rule

    superfluous = set(MEANINGS) - {rule.id for rule in Rule}
    if superfluous:
        raise KeyError(f"no such rule: {', '.join(sorted(superfluous))}")
    rows = [
        f"| `{rule.id}` | {rule.severity.value} | {rule.exit_code.value} "
        f"| {MEANINGS[rule.id]} |"
        for rule in Rule
    ]
    head = ["| Rule | Severity | Exit code | Meaning |", "| --- | --- | ---: | --- |"]
    return "\n".join([*head, *rows])


def problems_page(page: str) -> str:
    """Put the table of rules between the marks of the page."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{rules_table()}\n\n{END}{after}"


def commands_page() -> str:
    """Make the page of the commands: what each `--help` prints."""
    from click.testing import CliRunner

    from pipeline.cli import COMMANDS, main

    def usage(*words: str) -> str:
        result = CliRunner().invoke(
            main, [*words, "--help"], prog_name="briefs", terminal_width=92
        )
        return f"```\n{result.stdout.rstrip()}\n```"

    parts = [
        "# Commands",
        "<!-- made by docs/make_reference.py; change the help texts in pipeline/cli/ -->",
        "Text for people goes to stderr, data to stdout. `python -m pipeline` is `briefs`.",
        'Completion in bash: `eval "$(_BRIEFS_COMPLETE=bash_source briefs)"`.',
        usage(),
    ]
    for name in COMMANDS:
        parts += [f"## briefs {name}", usage(name)]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Make every page as it should be."""
    problems = REFERENCE / "problems.md"
    return {
        REFERENCE / "commands.md": commands_page(),
        problems: problems_page(problems.read_text(encoding="utf-8")),
    }


def main() -> int:
    """Write the pages, or say which are not current."""
    check = "--check" in sys.argv[1:]
    code = 0
    for path, text in pages().items():
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        code = 1 if check else 0
        verb = "not current:" if check else "written:"
        sys.stdout.write(f"{verb} {path.relative_to(ROOT).as_posix()}\n")
        if not check:
            path.write_text(text, encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main())
