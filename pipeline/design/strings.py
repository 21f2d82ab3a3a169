"""Read the strings of a language: `templates/strings/<lang>.yaml`.

Every value is text. The bundled English file decides which strings there are, and which
placeholders each has. A string that the file of the project lacks is taken from the bundled
file, or else from the English one, with a warning. All problems of a file are reported
together.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from functools import cache, lru_cache

import yaml

from pipeline.problems import PipelineError, Place, Problem, Rule
from pipeline.project import BUNDLED, Project
from pipeline.yaml_errors import syntax_problem

_ENGLISH = "templates/strings/en.yaml"
# The maximum number of missing strings that a message lists.
_MAX_NAMES = 5
# Chinese has no spaces between words.
_MAY_BE_EMPTY = {"word_space"}
# An ending for each ordinal form of CLDR; see `number_session`.
_ORDINAL_ENDINGS = re.compile(
    r"((zero|one|two|few|many)=\S* )*other=\S*( (zero|one|two|few|many)=\S*)*"
)
_PLACEHOLDER = re.compile(r"\{\w*\}")


@cache
def english_strings() -> Mapping[str, str]:
    """Return the bundled strings in English: those that a file may have, in order."""
    pairs = _parse_pairs(_ENGLISH, (BUNDLED / _ENGLISH).read_bytes())
    return {str(key.value): str(value.value) for key, value in pairs}


def read_strings(project: Project, language: str) -> Mapping[str, str]:
    """Read all strings of a language; PipelineError has all problems of its file."""
    strings, missing = own_strings(project, language)
    return {**own_strings(project, "en")[0], **strings} if missing else strings


def missing_strings(project: Project, languages: Iterable[str]) -> Iterator[Problem]:
    """Report the strings that are printed in English; a file with an error is skipped."""
    for language in languages:
        # A folder that may not be read is reported with the other files of the design.
        with suppress(PipelineError, PermissionError):
            if missing := own_strings(project, language)[1]:
                names = ", ".join(missing[:_MAX_NAMES])
                if len(missing) > _MAX_NAMES:
                    names += f" and {len(missing) - _MAX_NAMES} more"
                message = f"missing strings, printed in English: {names}"
                place = Place(f"templates/strings/{language}.yaml")
                file_text = read_strings_file(project, language).decode()
                hint = f"translate them in {place.file}, and delete the # before each"
                if any(f"# {key}:" not in file_text for key in missing):
                    hint = _write_hint(language)
                yield Problem(Rule.MISSING_STRINGS, place, message, hint)


def unwritten_strings(project: Project, languages: Iterable[str]) -> Iterator[Problem]:
    """Report the strings that a language lacks before it has a brief."""
    for language in languages:
        if has_strings(project, language):
            yield from missing_strings(project, [language])
            continue
        place = Place(f"templates/strings/{language}.yaml")
        message = f'there are no strings for the language "{language}" of the series'
        yield Problem(Rule.MISSING_STRINGS, place, message, _write_hint(language))


def _write_hint(language: str) -> str:
    return f"create their entries, then translate them: briefs strings {language}"


def own_strings(project: Project, language: str) -> tuple[Mapping[str, str], list[str]]:
    """Return the strings that a language has, and the names of those that it lacks."""
    strings = parse_strings(language, read_strings_file(project, language))
    bundled = BUNDLED / f"templates/strings/{language}.yaml"
    if _missing_keys(strings) and bundled.is_file():
        strings = {**parse_strings(language, bundled.read_bytes()), **strings}
    return strings, _missing_keys(strings)


def _missing_keys(strings: Mapping[str, str]) -> list[str]:
    return [key for key in english_strings() if key not in strings]


def read_strings_file(project: Project, language: str) -> bytes:
    """Read the file of a language, the project's own or the bundled one."""
    name = f"templates/strings/{language}.yaml"
    project.on_read(name)  # even if it is missing
    for folder in project.template_folders:
        if (path := folder / f"strings/{language}.yaml").is_file():
            with suppress(FileNotFoundError):  # removed after is_file()
                return project.read(name, path)
    message = f'there are no strings for the language "{language}"'
    hint = f"create the file, then translate it: briefs strings {language}"
    raise PipelineError(Problem(Rule.UI_STRINGS, Place(name), message, hint))


def has_strings(project: Project, language: str) -> bool:
    """Whether there is a file of a language, the project's own or a bundled one."""
    try:
        read_strings_file(project, language)
    except PipelineError:
        return False
    except PermissionError:
        return True  # reported with the other files of the design
    return True


def check_strings(project: Project, languages: Iterable[str]) -> Iterator[Problem]:
    """Find all problems in the strings of some languages."""
    for language in languages:
        try:
            read_strings(project, language)
        except PipelineError as error:
            yield from error.problems


def per_cent_words(project: Project, language: str) -> list[str]:
    """List the words of a language for "per cent"; none if its strings have an error."""
    # Both are reported where strings are printed.
    with suppress(PipelineError, PermissionError):
        return read_strings(project, language)["per_cent"].split(" | ")
    return []


@lru_cache(maxsize=32)
def parse_strings(language: str, data: bytes) -> Mapping[str, str]:
    """Parse the file of a language; PipelineError has all problems of the file."""
    file = f"templates/strings/{language}.yaml"
    pairs = _parse_pairs(file, data)
    if problems := list(_problems(file, pairs)):
        raise PipelineError(*problems)
    return {key.value: value.value for key, value in pairs}


def _parse_pairs(file: str, data: bytes) -> list[tuple[yaml.Node, yaml.Node]]:
    try:
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        lines = data.decode("utf-8-sig", "replace").split("\n")
        raise PipelineError(syntax_problem(file, lines, error)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        hint = 'save it again and choose the encoding "UTF-8"'
        problem = Problem(Rule.UI_STRINGS, Place(file), "the file is not UTF-8 text", hint)
        raise PipelineError(problem) from error
    if root is None:
        return []  # comments only
    if not isinstance(root, yaml.MappingNode):
        hint = 'write a line for each string: contact: "Contact"'
        place, message = Place(file, 1, 1), "the file has no names of strings"
        raise PipelineError(Problem(Rule.UI_STRINGS, place, message, hint))
    return list(root.value)


def _problems(file: str, pairs: list[tuple[yaml.Node, yaml.Node]]) -> Iterator[Problem]:
    keys: set[str] = set()
    for node, value in pairs:
        key = str(node.value)
        place = Place(file, node.start_mark.line + 1, node.start_mark.column + 1)
        for message, hint in _string_problems(key, value, keys):
            yield Problem(Rule.UI_STRINGS, place, message, hint)
        keys.add(key)


def _string_problems(
    key: str, value: yaml.Node, keys_before: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield a message and a hint for each problem of one string."""
    english = english_strings()
    if key not in english:
        matches = get_close_matches(key, english, 1)
        hint = f'did you mean "{matches[0]}"?' if matches else "delete the line"
        yield f'unknown string "{key}"', hint
    elif key in keys_before:
        yield f'duplicate string "{key}"', "delete one of the two"
    elif not isinstance(value, yaml.ScalarNode):
        yield f'the string "{key}" is not text', "write one text"
    elif not value.value and key not in _MAY_BE_EMPTY:
        yield f'the string "{key}" is empty', f'translate "{english[key]}"'
    elif key == "session_ordinals" and not _ORDINAL_ENDINGS.fullmatch(value.value):
        hint = 'write the ending of all numbers: "other=th", or "other=" for none; and, if '
        hint += "some differ, the ordinal forms of CLDR, as in English: "
        hint += f'"{english[key]}"'
        yield f'the string "{key}" has no list of endings', hint
    else:
        # A string has the placeholders of the English one.
        expected = dict.fromkeys(_PLACEHOLDER.findall(english[key]))
        for placeholder in sorted({*_PLACEHOLDER.findall(value.value)} - {*expected}):
            hint = f"the program replaces {' and '.join(expected)} only" if expected else ""
            message = f'the string "{key}" has {placeholder}, which would be printed'
            yield message, hint or "delete it; the program replaces nothing in this string"
        for placeholder in expected:
            if placeholder not in value.value:
                hint = f"the program replaces {placeholder}; in English the string is "
                hint += f'"{english[key]}"'
                yield f'the string "{key}" has no {placeholder}', hint
