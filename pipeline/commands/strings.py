"""Write the strings that a language lacks, to be translated: `briefs strings`."""

import re
from collections.abc import Iterable

from pipeline.design.strings import english_strings, own_strings, read_strings_file
from pipeline.problems import PipelineError
from pipeline.project import BUNDLED, Project
from pipeline.state.atomic_write import atomic_write

_LINE = re.compile(r"(?P<key>\w+):.*")
_HEADER = """\
## The strings of pages in the language "{language}". Lines with two signs # explain.
##
## To translate a string, delete the sign # and the space before its name, and write the
## translation in place of the English words. What is in braces, as {{number}}, the program
## replaces: put it where it belongs in your language. What has the sign # is printed in
## English.

"""


def write_missing_strings(project: Project, language: str) -> tuple[str, int]:
    """Add a comment for each missing string; give the name of the file, and their number.

    Lines that the file has stay as they are. Raises PipelineError for a file with an error.
    """
    name = f"templates/strings/{language}.yaml"
    try:
        data = read_strings_file(project, language)
    except PipelineError:  # there is no file
        data, missing = untranslated_strings(language), len(english_strings())
    else:
        _, missing_keys = own_strings(project, language)
        text = data.decode()
        added = _as_comments(k for k in missing_keys if f"# {k}:" not in text)
        missing = len(missing_keys)
        if not added:
            return name, missing
        end = "" if text.endswith("\n") or not text else "\n"
        data = f"{text}{end}{added}".encode()
    atomic_write(project.root / name, data, name)
    return name, missing


def untranslated_strings(language: str) -> bytes:
    """Return the strings file of a language that has none: all strings as comments."""
    return (_HEADER.format(language=language) + _as_comments(english_strings())).encode()


def _as_comments(keys: Iterable[str]) -> str:
    """Return some strings in English as comments, below the comments of their group."""
    keys = frozenset(keys)
    english = (BUNDLED / "templates/strings/en.yaml").read_text("utf-8")
    lines: list[str] = []
    group = ""
    # The first line is about the file.
    for line in english.splitlines()[1:]:
        if line.startswith("#"):
            group = f"\n#{line}"
        elif (match := _LINE.fullmatch(line)) and match["key"] in keys:
            lines += [group, f"# {line}"] if group else [f"# {line}"]
            group = ""
    return "".join(f"{line}\n" for line in lines)
