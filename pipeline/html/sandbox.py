"""Limit what a template can reach.

Every template runs in this environment of Jinja2. It can read the fields of its variable,
call a few methods of texts and mappings, and print through filters. Any other attribute is
undefined, like a mistyped name. The fields and properties of classes of the program are
allowed, so that a new field needs no entry here.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateRuntimeError, Undefined
from jinja2.environment import TemplateModule
from jinja2.filters import FILTERS as BUILTIN_FILTERS
from jinja2.runtime import BlockReference, Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.html.filters import FILTERS
from pipeline.html.template_bytecode import ConstantFreeGenerator, TemplateBytecode

# Filters of Jinja2. Among those left out are `random`, whose output differs each time,
# `pprint`, which prints memory addresses, `attr`, and those that pad a text to any width.
_BUILTIN_FILTERS = (
    "abs batch capitalize count d default dictsort e escape first float forceescape "
    "groupby int items join last length list lower map max min reject rejectattr replace "
    "reverse round safe select selectattr slice sort string striptags sum title trim "
    "truncate unique upper urlencode wordcount"
)
# The attributes that a template may use of classes outside the program.
_ATTRIBUTES: Mapping[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        str: "endswith isdigit lower lstrip partition removeprefix removesuffix replace "
        "rpartition rsplit rstrip split splitlines startswith strip upper",
        Mapping: "get items keys values",
        date: "year month day",
        LoopContext: "changed cycle depth depth0 first index index0 last length nextitem "
        "previtem revindex revindex0",
        BlockReference: "super",
    }.items()
}
# The longest text or list that a template may make with `*`, the bits of the largest power.
_MAX_LENGTH, _MAX_POWER_BITS = 100_000, 10_000


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of all templates."""

    intercepted_binops = frozenset({"*", "**"})
    code_generator_class = ConstantFreeGenerator

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            # The optimizer would compute constants in `briefs check`.
            optimized=False,
            bytecode_cache=TemplateBytecode(),
        )
        self.globals = {"range": self.globals["range"]}
        self.filters = {name: BUILTIN_FILTERS[name] for name in _BUILTIN_FILTERS.split()}
        self.filters.update(FILTERS)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may use an attribute."""
        if isinstance(obj, TemplateModule):  # the macros of an imported template
            return not attr.startswith("_")
        return attr in _attributes_of(type(obj))  # type: ignore[arg-type]  # hashable

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """Treat an attribute that is not allowed like one that does not exist."""
        if isinstance(obj, Undefined):
            return obj
        return self.undefined(obj=obj, name=attribute)

    def wrap_str_format(self, value: Any) -> None:
        """Return no formatter: `str.format`, which reads attributes, is not allowed."""

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply, or raise to a power, within limits."""
        if operator == "**":
            are_integers = isinstance(left, int) and isinstance(right, int)
            if are_integers and left.bit_length() * right > _MAX_POWER_BITS:
                raise TemplateRuntimeError("the number is too large")
        elif _length_of(left, right) > _MAX_LENGTH or _length_of(right, left) > _MAX_LENGTH:
            raise TemplateRuntimeError(f"a text or list is longer than {_MAX_LENGTH:,}")
        return super().call_binop(context, operator, left, right)


@cache
def _attributes_of(kind: type[Any]) -> frozenset[str]:
    """List what a template may use of values of a class."""
    names = {
        n for base, listed in _ATTRIBUTES.items() if issubclass(kind, base) for n in listed
    }
    for base in kind.__mro__:
        if base.__module__.startswith("pipeline."):
            names.update(getattr(base, "__dataclass_fields__", ()))
            names.update(getattr(base, "model_fields", ()))
            names.update(
                n for n, value in vars(base).items() if isinstance(value, property)
            )
    return frozenset(name for name in names if not name.startswith("_"))


def _length_of(sequence: Any, times: Any) -> int:
    """The length of a sequence that is repeated; 0 for a number."""
    is_sequence = isinstance(sequence, str | list | tuple) and isinstance(times, int)
    return len(sequence) * times if is_sequence else 0
