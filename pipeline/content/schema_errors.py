"""Turn validation errors of pydantic into problems that an author understands."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.content.suggestions import closest, suggestion
from pipeline.content.yaml_source import Source
from pipeline.model.brand import Brand
from pipeline.model.fields import FieldPath
from pipeline.model.normalization import without_accents
from pipeline.model.schema import EditionFacts, LanguageVersion, Series
from pipeline.problems import Problem, Rule
from pipeline.project import BRAND_OF_SERIES

# Hints for missing keys whose purpose is not obvious.
_MISSING_KEY_HINTS = {
    "alt": "describe in a sentence what the picture or chart shows",
    "source": "name the source of the figures; @id names an entry of references",
    "sections": "a brief needs at least one section: sections: [{heading: …, blocks: …}]",
    "heading": "a section begins with a heading of three to six words",
    "title": "write one line that states the message",
    "subtitle": "give the unit and the period: Share of all workers, per cent, 2016",
    "primary": 'give the main colour: a name of the palette, or a value such as "#1e2dbe"',
}
_EMPTY_HINT = "write a value, or delete the line"
_EXPECTED_TYPES = {
    "string_type": "a text",
    "tuple_type": 'a list: each item on a line of its own, after "- "',
    **dict.fromkeys(("dict_type", "model_type"), "keys and values: key: value"),
}
PATTERN_HINTS = {
    "languages": "use a language code of two or three letters, such as pt, pl, sw or hi",
    "id": "use letters from a to z without accents, digits, - and _; begin with a letter",
    "url": "use a web address that begins with https://",
    "doi": "write it as it is printed: 10.1257/aer.103.6.2121",
    "language": "use a language code of two or three letters, such as pt, pl, sw or hi",
}


def check_empty_values(source: Source) -> Iterator[Problem]:
    """Report keys and items without a value, but not in chart data and for other tools."""
    for path, value in source.walk():
        is_cell = path[-3:-2] == ("data",) and isinstance(path[-2], int)
        is_of_other_tool = path[:1] == ("defaults",) and path[1:2] != ("briefs",)
        if value is None and not is_cell and not is_of_other_tool:
            is_key = path and isinstance(path[-1], str)
            message = f'"{path[-1]}" is empty' if is_key else "an item is empty"
            yield Problem(Rule.EMPTY_VALUE, source.key_place(path), message, _EMPTY_HINT)


def explain_schema_errors(
    source: Source, model: type[BaseModel], error: ValidationError
) -> list[Problem]:
    """Return one problem for each error, without errors that follow from another."""
    errors = [
        _SchemaError(source, model, *_find_typed(source, detail["loc"]), detail)
        for detail in error.errors()
    ]
    unknown = [e for e in errors if e.type == "extra_forbidden"]
    misspelt = {(*e.path[:-1], closest(e.key, e.known_keys)) for e in unknown}
    return [
        _EXPLANATIONS.get(e.type, _invalid_value)(e)
        for e in errors
        if e.is_independent and not (e.type == "missing" and e.path in misspelt)
    ]


def _find_typed(source: Source, location: FieldPath) -> tuple[FieldPath, Any]:
    """Find a typed path and its value: without steps that only the model has."""
    value: Any = source.value
    path: FieldPath = ()
    for step in location:
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif isinstance(value, dict):
            value = value.get(str(step), "")
        else:
            continue
        path = (*path, step)
    return path, value


@dataclass(frozen=True)
class _SchemaError:
    """One error of pydantic, at the path of a typed value; "" where nothing was typed."""

    source: Source
    model: type[BaseModel]
    path: FieldPath
    value: Any
    detail: ErrorDetails

    @property
    def type(self) -> str:
        """The error type; "string_type" where a text was expected but is not there."""
        type = self.detail["type"]
        explain = _EXPLANATIONS.get(type, _invalid_value)
        needs_text = explain in _TEXT_EXPLANATIONS and not isinstance(self.value, str)
        return "string_type" if needs_text else type

    @property
    def is_independent(self) -> bool:
        """False for empty values, and for lists only short of items that have errors."""
        if self.detail["type"] == "missing":
            return True
        if self.type == "too_short":
            return bool(self.detail["ctx"]["actual_length"] == len(self.value or ()))
        return self.value is not None

    @property
    def key(self) -> str:
        return str(self.path[-1])

    @property
    def name(self) -> str:
        return _name_of(self.path) if self.path else "the file"

    @property
    def known_keys(self) -> list[str]:
        part = _model_at(self.model, self.path[:-1])
        fields = part.model_fields.items() if part else ()
        return [field.alias or name for name, field in fields]

    def problem(self, rule: Rule, message: str, hint: str) -> Problem:
        return Problem(rule, self.source.place(self.path), message, hint)


def _name_of(path: FieldPath) -> str:
    """Name a part for an author: "figure" (in quotes), or: sections, item 2."""
    if not isinstance(path[-1], int):
        return f'"{path[-1]}"'
    owner = _name_of(path[:-1]).strip('"') if len(path) > 1 else "the list"
    return f"{owner}, item {path[-1] + 1}"


def _files_by_key() -> dict[str, str]:
    from pipeline.model.session import SessionFacts  # only for an error

    files: dict[type[BaseModel], str] = {
        Series: "content/series.yaml",
        EditionFacts: "edition.yaml",
        LanguageVersion: "the language's file, such as en.yaml",
        Brand: BRAND_OF_SERIES,
        SessionFacts: "a session's file in content/sessions/",
    }
    return {key: file for model, file in files.items() for key in model.model_fields}


def _unknown_key(error: _SchemaError) -> Problem:
    files = _files_by_key()
    file, this_file = files.get(error.key), files[next(iter(error.model.model_fields))]
    if file and file != this_file and len(error.path) == 1:
        hint = f"it belongs in {file}"
    else:
        known_keys = error.known_keys
        owners = [*_parents(error.model, error.key)]
        otherwise = "known keys: " + ", ".join(known_keys)
        if len(owners) == 1:
            otherwise = f"it belongs below {': '.join(owners[0])}"
        hint = suggestion(error.key, known_keys, otherwise)
    place, message = error.source.key_place(error.path), f'unknown key "{error.key}"'
    return Problem(Rule.UNKNOWN_KEY, place, message, hint)


def _missing_key(error: _SchemaError) -> Problem:
    owner = f" in {_name_of(error.path[:-1])}" if len(error.path) > 1 else ""
    hint = _MISSING_KEY_HINTS.get(error.key, f"add a line: {error.key}: …")
    place = error.source.key_place(error.path[:-1])
    return Problem(Rule.MISSING_KEY, place, f'"{error.key}" is missing{owner}', hint)


def _wrong_type(error: _SchemaError) -> Problem:
    kinds: dict[type, str] = {dict: "keys and values", list: "a list", str: "a text"}
    message = f"{error.name} holds {kinds[type(error.value)]}"
    return error.problem(
        Rule.WRONG_TYPE, message, f"it needs {_EXPECTED_TYPES[error.type]}"
    )


def _list_in_place_of_text(error: _SchemaError) -> Problem:
    message = f"{error.name} holds a list, and a chart has one highlight"
    hint = "name the one row or column that the title is about"
    return error.problem(Rule.WRONG_TYPE, message, hint)


def _invalid_choice(error: _SchemaError) -> Problem:
    choices: str = error.detail["ctx"]["expected"]  # "'text' or 'number'"
    otherwise = "use " + choices.replace("'", "")
    hint = suggestion(error.value, re.findall(r"'([^']+)'", choices), otherwise)
    message = f'"{error.value}" is not a valid value for {error.name}'
    return error.problem(Rule.INVALID_CHOICE, message, hint)


def _invalid_length(error: _SchemaError) -> Problem:
    context = error.detail["ctx"]
    kind = "most" if "max_length" in context else "least"
    limit = context.get("max_length") or context["min_length"]
    message = f"{error.name} has {_item_count(context['actual_length'])}"
    hint = f"write at {kind} {_item_count(limit)}"
    return Problem(Rule.INVALID_LENGTH, error.source.key_place(error.path), message, hint)


def _item_count(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _empty_text(error: _SchemaError) -> Problem:
    return error.problem(Rule.EMPTY_VALUE, f"{error.name} is empty", _EMPTY_HINT)


def _invalid_value(error: _SchemaError) -> Problem:
    context = error.detail.get("ctx", {})
    keys = [step for step in error.path if isinstance(step, str)]
    if error.type == "string_pattern_mismatch":
        hint = PATTERN_HINTS.get(keys[-1] if keys else "", "see docs/authors.md")
        proposed = re.sub(
            "[^A-Za-z0-9_]+", "-", without_accents(str(error.detail["input"]))
        )
        if keys[-1:] == ["id"] and proposed[:1].isalpha():
            hint += f": {proposed}"
    elif error.type in ("bool_parsing", "bool_type"):
        hint = "write true or false"
    elif "ge" in context:
        hint = f"write a whole number of at least {context['ge']}"
    elif "le" in context:
        hint = f"write a whole number of at most {context['le']}"
    elif error.type in ("int_parsing", "int_parsing_size", "int_type"):
        hint = "write a whole number"
    else:
        hint = str(error.detail["msg"])
    message = f'"{error.value}" is not a valid value for {error.name}'
    return error.problem(Rule.INVALID_VALUE, message, hint)


_EXPLANATIONS: dict[str, Callable[[_SchemaError], Problem]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "literal_error": _invalid_choice,
    "too_long": _invalid_length,
    "too_short": _invalid_length,
    "string_too_short": _empty_text,
    "not_alone": _list_in_place_of_text,
    **dict.fromkeys(_EXPECTED_TYPES, _wrong_type),
}
# Errors about a text: a list or keys in its place are of the wrong type.
_TEXT_EXPLANATIONS = (_invalid_choice, _invalid_value)


def _model_at(model: type[BaseModel], path: FieldPath) -> type[BaseModel] | None:
    """Find the model of a path by following the annotations of its fields."""
    annotation: Any = model
    for step in path:
        if isinstance(step, int):
            continue
        if get_origin(annotation) is dict:
            annotation = get_args(annotation)[1]  # the step is a name that an author chose
            continue
        part = _model_in(annotation)
        field = part.model_fields.get(step) if part else None
        annotation = field.annotation if field else None
    return None if get_origin(annotation) is dict else _model_in(annotation)


def _parents(model: Any, key: str, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Find the parts of a model that have a key, by their keys in the file."""
    for name, field in model.model_fields.items():
        if (field.alias or name) == key and path:
            yield path
        if part := _model_in(field.annotation):
            yield from _parents(part, key, (*path, field.alias or name))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, (_model_in(a) for a in get_args(annotation))), None)
