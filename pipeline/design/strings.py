"""Read what a page itself says in a language: `templates/strings/<lang>.yaml`.

The same keys in every file, all of them text. A project's own file takes the place of the
bundled one as a whole. Everything wrong in a file is said at once, with its place.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

import yaml

from pipeline.problems import PipelineError, Place, Problem, Rule

STRINGS = (
    *("kind", "information_dated", "prepared_for", "symbol", "key_messages"),
    *("contact", "phone", "email", "web", "figure", "table", "box", "note", "source"),
    *("points_for_decision", "references", "about", "issued", "change_note", "code"),
    *("unofficial_translation", "official_translation", "other_languages", "licence"),
    *("isbn", "doi", "job_number", "draft"),
    *("pack", "pack_title", "session", "session_ordinals", "dates", "place"),
    *("language", "handed_out", "contents", "not_translated", "pack_pages"),
    *("order", "order_paper", "order_finish", "both_sides", "one_side", "staple"),
    *("saddle_stitch", "loose", "order_file", "order_pages", "order_copies"),
    *("order_sheets", "order_weight", "order_checksum", "order_total", "order_given"),
    *("order_check",),
    *("numbered", "list_separator", "full_stop", "word_space"),
)
# Chinese has no space between words.
_MAY_BE_EMPTY = {"word_space"}
# What the program puts into a text.
_PLACES = {
    "numbered": ("{name}", "{number}"),
    "pack_title": ("{body}", "{session}"),
    "session": ("{number}",),
    "session_ordinals": ("other=",),
    "not_translated": ("{language}",),
    "order": ("{number}",),
}

# Given the name of a file and where it lies, its bytes.
ReadFile = Callable[[str, Path], bytes]


def find_strings(folders: tuple[Path, ...], language: str, read: ReadFile) -> bytes:
    """Find the file of a language in the first folder that has one."""
    name = f"strings/{language}.yaml"
    for folder in folders:
        if (path := folder / name).is_file():
            with suppress(FileNotFoundError):  # it went just now
                return read(f"templates/{name}", path)
    raise PipelineError(
        Problem(
            Rule.UI_STRINGS,
            Place(f"templates/{name}"),
            f'there are no interface strings for the language "{language}"',
            "copy templates/strings/en.yaml to this name and translate it",
        )
    )


def check_strings(folders: tuple[Path, ...], languages: Iterable[str]) -> list[Problem]:
    """Say everything that is wrong with the strings of some languages."""
    problems: list[Problem] = []
    for language in languages:
        try:
            read_strings(language, find_strings(folders, language, _read))
        except PipelineError as error:
            problems += error.problems
    return problems


def _read(name: str, path: Path) -> bytes:
    return path.read_bytes()


def read_strings(language: str, data: bytes) -> Mapping[str, str]:
    """Read the strings of a language from its file."""
    file = f"templates/strings/{language}.yaml"
    try:
        root = yaml.compose(data, Loader=yaml.CBaseLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        said = "the file cannot be read from here on"
        hint = "check this line and those above: key: text, and quotation marks"
        raise PipelineError(Problem(Rule.UI_STRINGS, place, said, hint)) from error
    pairs = list(root.value) if isinstance(root, yaml.MappingNode) else []
    if problems := list(_problems(file, pairs)):
        raise PipelineError(*problems)
    return {key.value: value.value for key, value in pairs}


def _problems(file: str, pairs: list[tuple[yaml.Node, yaml.Node]]) -> Iterator[Problem]:
    known: set[str] = set()
    for node, value in pairs:
        key = str(node.value)
        place = Place(file, node.start_mark.line + 1, node.start_mark.column + 1)
        for message, hint in _faults(key, value, known):
            yield Problem(Rule.UI_STRINGS, place, message, hint)
        known.add(key)
    if lacking := [key for key in STRINGS if key not in known]:
        yield Problem(
            Rule.UI_STRINGS,
            Place(file, 1, 1),
            "interface strings are missing: " + ", ".join(lacking),
            "templates/strings/en.yaml has them all",
        )


def _faults(key: str, value: yaml.Node, known: set[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one string, and what to do about it."""
    if key not in STRINGS:
        near = get_close_matches(key, STRINGS, 1)
        hint = f'did you mean "{near[0]}"?' if near else "delete the line"
        yield f'unknown interface string "{key}"', hint
    elif key in known:
        yield f'the interface string "{key}" is there twice', "delete one of the two"
    elif not isinstance(value, yaml.ScalarNode):
        yield f'the interface string "{key}" is no text', "write one text for it"
    elif not value.value and key not in _MAY_BE_EMPTY:
        yield f'the interface string "{key}" is empty', "translate the one in en.yaml"
    else:
        for part in _PLACES.get(key, ()):
            if part not in value.value:
                hint = "the program puts there what it stands for; en.yaml has an example"
                yield f'the interface string "{key}" lacks {part}', hint
