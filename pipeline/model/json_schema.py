"""JSON Schemas of the files of a project, for editors: draft 7, which all of them read.

An editor reads YAML by types: 2017 is a number, true a boolean. For the program every
value is text, so a schema allows any scalar where the program takes text. What depends on
other values or files is left to `briefs check`: a schema rejects nothing that it accepts.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from pipeline.model.brand import Brand
from pipeline.model.schema import EditionFacts, LanguageVersion, Series
from pipeline.model.session import SessionFacts
from pipeline.model.terms import Terms

# The models of the schemas, by file name.
MODELS: Mapping[str, type[BaseModel]] = {
    "brief": LanguageVersion,
    "edition": EditionFacts,
    "series": Series,
    "session": SessionFacts,
    "terms": Terms,
    "brand": Brand,
}
# The description of each key, by the name of its model and its own.
Descriptions = Mapping[tuple[str, str], str]

_SCHEMA_DIALECT = "http://json-schema.org/draft-07/schema#"
_SCALAR = ["string", "number", "boolean"]
_TEXT = {"type": _SCALAR, "minLength": 1}
_BOOLEAN = "^(true|false|yes|no|on|off|y|n|t|f|0|1)$"


class _Generator(GenerateJsonSchema):
    """Generate the schema of the input of an author, not of the values of the model."""

    schema_dialect = _SCHEMA_DIALECT

    def __init__(self, descriptions: Descriptions) -> None:
        super().__init__(by_alias=True, ref_template="#/definitions/{model}")
        self._descriptions = descriptions

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        """Describe a text: any scalar, but only a string if it has a pattern."""
        text = super().str_schema(schema)
        return text if "pattern" in text else {**text, "type": _SCALAR}

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        """Describe a whole number, which may be in quotation marks."""
        number = super().int_schema(schema)
        return {**number, "type": ["integer", "string"], "pattern": "^[0-9]+$"}

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        """Describe yes or no, which YAML 1.2 reads as texts."""
        return {"type": ["boolean", "string", "integer"], "pattern": _BOOLEAN}

    def any_schema(self, schema: core_schema.AnySchema) -> JsonSchemaValue:
        """Describe what only other tools read."""
        return {}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Describe the value only: a key without a value is an error."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Describe the value, with its default if that is a word or a boolean."""
        inner = self.generate_inner(schema["schema"])
        default = schema.get("default")
        is_word = isinstance(default, str | bool) and default != ""
        return {**inner, "default": default} if is_word else inner

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        """Describe a value that may be a single text; the input type of a field wins."""
        if input_schema := schema.get("json_schema_input_schema"):
            return self.generate_inner(input_schema)
        return {"anyOf": [_TEXT, self.generate_inner(schema["schema"])]}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Describe the keys of a model by the descriptions in the guides."""
        described = super().model_schema(schema)
        described.pop("title")
        name = schema["cls"].__name__
        for key, value in described.get("properties", {}).items():
            # In draft 7 all keys beside a "$ref" are ignored.
            part = {"allOf": [value]} if "$ref" in value else value
            if words := self._descriptions.get((name, key)):
                part = {"description": words, **part}
            described["properties"][key] = part
        if name == "Block":
            described |= {"minProperties": 1, "maxProperties": 1}
        if name == "Reference":
            required_keys = ["file"], ["id", "text"], ["id", "title"]
            described["anyOf"] = [{"required": list(keys)} for keys in required_keys]
        return described

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Set no title: editors would show it in place of the key."""
        return False


def json_schema(name: str, descriptions: Descriptions) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file, a key of `MODELS`."""
    schema = _Generator(descriptions).generate(MODELS[name].__pydantic_core_schema__)
    definitions = schema.pop("$defs", {})
    return {"$schema": _SCHEMA_DIALECT, **schema, "definitions": definitions}
