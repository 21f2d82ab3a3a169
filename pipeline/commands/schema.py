"""Write JSON Schemas, by which an editor completes keys, explains and checks them."""

import json
import re
from collections.abc import Iterator

from pipeline.design.strings import english_strings
from pipeline.model.json_schema import MODELS, json_schema
from pipeline.project import BUNDLED, Project
from pipeline.state.atomic_write import atomic_write

SCHEMAS = "schemas"
# The guides that explain keys: those of a model in a table below `<!-- keys: MODEL -->`.
_GUIDES = ("authors.md", "handouts-for-a-session.md")
_MODEL = re.compile(r"<!-- keys: (\w+) -->")
_ROW = re.compile(r"\| `(?P<key>\w+)` \| (?P<what>.+?) \| .+? \| (?P<limits>.+?) \|")
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


def write_schemas(project: Project) -> list[str]:
    """Write a schema for each kind of file into `schemas/`; give the names of the files."""
    files = schema_files()
    for name, data in files.items():
        atomic_write(project.root / name, data, name)
    return list(files)


def schema_files() -> dict[str, bytes]:
    """Return the schema of each kind of file, by the name of its file."""
    descriptions = dict(_read_guides())
    files = {name: json_schema(name, descriptions) for name in MODELS}
    files["strings"] = {
        "$schema": files["brief"]["$schema"],
        "description": "The strings of a language (`templates/strings/<lang>.yaml`).",
        "type": "object",
        "properties": {key: {"type": "string"} for key in english_strings()},
        "additionalProperties": False,
    }
    return {
        f"{SCHEMAS}/{name}.schema.json": _to_json(schema) for name, schema in files.items()
    }


def _to_json(schema: object) -> bytes:
    return (json.dumps(schema, indent=1, ensure_ascii=False) + "\n").encode()


def write_vscode(project: Project) -> list[str]:
    """Write settings of VS Code into `.vscode/`; give the names of the files.

    They connect the schemas, and show the problems of `briefs check`. A file that exists is
    kept.
    """
    names = []
    for name, data in vscode_files().items():
        if not (project.root / name).exists():
            atomic_write(project.root / name, data, name)
            names.append(name)
    return names


def vscode_files() -> dict[str, bytes]:
    """Return the settings of VS Code, by the name of their file."""
    files = sorted((BUNDLED / "templates" / "vscode").iterdir())
    return {f".vscode/{file.name}": file.read_bytes() for file in files}


def _read_guides() -> Iterator[tuple[tuple[str, str], str]]:
    """Read the explanation of each key of a model from the guides."""
    for guide in _GUIDES:
        model = ""
        for line in (BUNDLED / "docs" / guide).read_text("utf-8").splitlines():
            if heading := _MODEL.match(line):
                model = heading[1]
            elif row := _ROW.match(line):
                limits = re.sub(":? ?see (below|\\[.*)$", "", row["limits"])
                description = f"{row['what']} ({limits})"
                yield (model, row["key"]), _LINK.sub(r"\1", description).replace("`", "")
