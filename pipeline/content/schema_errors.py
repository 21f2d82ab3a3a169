"""Turn the model's errors into problems: a place in the file, and an author's words."""

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from pipeline.content.yaml_source import Path, Source
from pipeline.model.brand import Brand
from pipeline.model.schema import (
    EditionFacts,
    LanguageVersion,
    Series,
)
from pipeline.model.session import SessionFacts
from pipeline.problems import Problem, Rule
from pipeline.project import BRAND_FILE

# Said beside "is missing", because these are the keys whose purpose is asked for most.
_WHY = {
    "alt": "say in a sentence what a reader who cannot see it should know",
    "source": "say where the figures come from; @id names an entry of references",
    "sections": "a brief needs at least one section: sections: [{heading: …, blocks: …}]",
    "heading": "a section begins with a heading of three to six words",
    "title": "write one line that states the message",
    "subtitle": "say the unit and the period: Share of all workers, per cent, 2016",
    "primary": 'name the main colour: a name of the palette, or a value such as "#1e2dbe"',
}
_HOME = {
    **dict.fromkeys(Series.model_fields, "content/series.yaml"),
    **dict.fromkeys(EditionFacts.model_fields, "edition.yaml"),
    **dict.fromkeys(LanguageVersion.model_fields, "the language's file, such as en.yaml"),
    **dict.fromkeys(Brand.model_fields, BRAND_FILE),
    **dict.fromkeys(SessionFacts.model_fields, "a session's file in content/sessions/"),
}
# The shapes that pydantic asks for, in the words of someone who writes YAML.
_SHAPES = {
    "string_type": "a text",
    "str_type": "a text",
    "tuple_type": 'a list: each item on a line of its own, after "- "',
    "list_type": 'a list: each item on a line of its own, after "- "',
    "dict_type": "keys and values: key: value",
    "model_type": "keys and values: key: value",
    "model_attributes_type": "keys and values: key: value",
}
_PATTERNS = {
    "languages": "a language code is two or three letters: en, fr, es, ar, zh, ru",
    "id": "an id is letters, digits, hyphens and underscores, and begins with a letter",
    "url": "a web address begins with https://",
}


def explain_schema_errors(
    source: Source, model: type[BaseModel], error: ValidationError
) -> list[Problem]:
    """Give one problem for each thing that the model refused."""
    details = error.errors()
    mistyped = {
        (*path[:-1], close)
        for path, close in _mistyped_keys(source, model, details)
        if close is not None
    }
    return [
        problem
        for detail in details
        if not (detail["type"] == "missing" and _typed(source, detail["loc"]) in mistyped)
        for problem in _problem(source, model, detail)
    ]


def _mistyped_keys(
    source: Source, model: type[BaseModel], details: list[ErrorDetails]
) -> Iterator[tuple[Path, str | None]]:
    """Pair each unknown key with the key that was probably meant."""
    for detail in details:
        if detail["type"] == "extra_forbidden":
            path = _typed(source, detail["loc"])
            yield path, _close(str(path[-1]), _keys_at(model, path[:-1]))


def _close(typed: str, known: Sequence[str]) -> str | None:
    return next(iter(get_close_matches(typed, known, n=1)), None)


def _problem(
    source: Source, model: type[BaseModel], detail: ErrorDetails
) -> Iterator[Problem]:
    path = _typed(source, detail["loc"])
    explain_one = _BY_TYPE.get(detail["type"], _wrong_value)
    is_text = isinstance(value_at(source, path), str)
    if detail["type"] in _SHAPES or (explain_one in _OF_TEXT and not is_text):
        explain_one = _wrong_shape
    if value_at(source, path) is None and detail["type"] != "missing":
        return  # an empty value has its own problem
    if detail["type"] == "too_short" and value_at(source, path):
        return  # its items are wrong, and each of them has been reported
    yield explain_one(source, model, path, detail)


def _typed(source: Source, location: Path) -> Path:
    """Leave out the steps that only the model has: a text that it wraps, such as a cell."""
    value: Any = source.value
    path: Path = ()
    for step in location:
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif isinstance(value, dict):
            value = value.get(str(step), "")
        else:
            continue
        path = (*path, step)
    return path


def value_at(source: Source, path: Path) -> Any:
    """The plain value at a path; "" where the path leads nowhere."""
    value: Any = source.value
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return value


def _unknown_key(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    key = str(path[-1])
    allowed = _keys_at(model, path[:-1])
    if key in _HOME and _HOME[key] != _home_of(model) and len(path) == 1:
        hint = f"it belongs in {_HOME[key]}"
    elif close := _close(key, allowed):
        hint = f'did you mean "{close}"?'
    else:
        hint = "known here: " + ", ".join(allowed)
    return Problem(Rule.UNKNOWN_KEY, source.key_place(path), f'unknown key "{key}"', hint)


def _home_of(model: type[BaseModel]) -> str:
    return _HOME[next(iter(model.model_fields))]


def _missing(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    key = str(path[-1])
    owner = f" in {_name_of(path[:-1])}" if len(path) > 1 else ""
    return Problem(
        Rule.MISSING_KEY,
        source.key_place(path[:-1]),
        f'"{key}" is missing{owner}',
        _WHY.get(key, f"add a line: {key}: …"),
    )


def _name_of(path: Path) -> str:
    """Name a part as an author would: "figure", "sections, item 2"."""
    if isinstance(path[-1], int):
        of = _name_of(path[:-1]).strip('"') if len(path) > 1 else "the list"
        return f"{of}, item {path[-1] + 1}"
    return f'"{path[-1]}"'


def _wrong_shape(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    value = value_at(source, path)
    found = (("keys and values", dict), ("a list", list), ("a text", str))
    what = next(name for name, kind in found if isinstance(value, kind))
    return Problem(
        Rule.WRONG_TYPE,
        source.place(path),
        f"{_name_of(path) if path else 'the file'} holds {what}",
        f"it needs {_SHAPES.get(detail['type'], 'a text')}",
    )


def _wrong_choice(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    typed = str(value_at(source, path))
    expected = [c for c in _choices(model, path) if c]
    close = _close(typed, expected)
    return Problem(
        Rule.INVALID_CHOICE,
        source.place(path),
        f'"{typed}" is not a value of {_name_of(path)}',
        f'did you mean "{close}"?' if close else "use " + _list(expected, "or"),
    )


def _list(words: list[str], last: str) -> str:
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if words[1:] else words[0]


def _wrong_count(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    context = detail.get("ctx", {})
    actual = context.get("actual_length", 0)
    if "max_length" in context:
        limit = f"at most {context['max_length']}"
    else:
        limit = f"at least {context['min_length']}"
    return Problem(
        Rule.INVALID_LENGTH,
        source.key_place(path),
        f"{_name_of(path)} has {actual} {'item' if actual == 1 else 'items'}",
        f"it takes {limit}",
    )


def _empty(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    return Problem(
        Rule.EMPTY_VALUE,
        source.place(path),
        f"{_name_of(path)} is empty",
        "write something, or delete the line",
    )


def _pattern(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    typed = value_at(source, path)
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    return Problem(
        Rule.INVALID_VALUE,
        source.place(path),
        f'"{typed}" cannot stand for {_name_of(path)}',
        _PATTERNS.get(key, "see the guide for authors"),
    )


def _number(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    context = detail.get("ctx", {})
    limit = ""
    if "ge" in context:
        limit = f" of at least {context['ge']}"
    elif "le" in context:
        limit = f" of at most {context['le']}"
    return Problem(
        Rule.INVALID_VALUE,
        source.place(path),
        f'"{value_at(source, path)}" cannot stand for {_name_of(path)}',
        f"write a whole number{limit}",
    )


def _yes_or_no(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    return Problem(
        Rule.INVALID_VALUE,
        source.place(path),
        f'"{value_at(source, path)}" cannot stand for {_name_of(path)}',
        "write true or false",
    )


def _wrong_value(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    return Problem(
        Rule.INVALID_VALUE,
        source.place(path),
        f'"{value_at(source, path)}" cannot stand for {_name_of(path)}',
        str(detail["msg"]),
    )


def _not_alone(
    source: Source, model: type[BaseModel], path: Path, detail: ErrorDetails
) -> Problem:
    return Problem(
        Rule.WRONG_TYPE,
        source.place(path),
        f"{_name_of(path)} holds a list, and a chart has one highlight",
        "name the one row or column that the title speaks of",
    )


_Explain = Callable[[Source, type[BaseModel], Path, ErrorDetails], Problem]
_BY_TYPE: dict[str, _Explain] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "literal_error": _wrong_choice,
    "too_long": _wrong_count,
    "too_short": _wrong_count,
    "string_too_short": _empty,
    "string_pattern_mismatch": _pattern,
    "int_parsing": _number,
    "int_type": _number,
    "greater_than_equal": _number,
    "less_than_equal": _number,
    "bool_parsing": _yes_or_no,
    "bool_type": _yes_or_no,
    "not_alone": _not_alone,
}


# What is said of a text; lists and keys in its place have the wrong shape.
_OF_TEXT = (_wrong_choice, _pattern, _number, _yes_or_no, _wrong_value)


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    part = _model_at(model, path)
    fields = part.model_fields.items() if part else ()
    return [field.alias or name for name, field in fields]


def _choices(model: type[BaseModel], path: Path) -> list[str]:
    part = _model_at(model, path[:-1])
    field = part.model_fields.get(str(path[-1])) if part else None
    return [str(c) for c in _literals(field.annotation)] if field else []


def _literals(annotation: Any) -> Iterator[Any]:
    for argument in get_args(annotation):
        if isinstance(argument, str):
            yield argument
        else:
            yield from _literals(argument)


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Find the model that describes a path, by following the annotations of its fields."""
    annotation: Any = model
    for step in path:
        if isinstance(step, int):
            continue
        if (named := _named_in(annotation)) is not None:
            annotation = named  # the step is a name that somebody gave
            continue
        part = _model_in(annotation)
        field: FieldInfo | None = part.model_fields.get(step) if part else None
        annotation = field.annotation if field else None
    return None if _named_in(annotation) is not None else _model_in(annotation)


def _named_in(annotation: Any) -> Any:
    """What a mapping from names holds; None when the annotation is no such mapping."""
    if get_origin(annotation) is dict:
        return get_args(annotation)[1]
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, (_model_in(a) for a in get_args(annotation))), None)
