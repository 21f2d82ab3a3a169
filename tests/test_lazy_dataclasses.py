"""Data classes whose methods are compiled late behave as others do."""

import copy
import dataclasses
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest

from pipeline.lazy_dataclasses import compile_methods_late
from pipeline.project import BUNDLED

pytestmark = pytest.mark.skipif(
    not hasattr(dataclasses, "_create_fn"), reason="this Python compiles a class at once"
)
CLASSES = """
from dataclasses import dataclass, field

@dataclass(frozen=True)
class Point:
    x: int
    y: int = 2
    names: list = field(default_factory=list, compare=False)

@dataclass(order=True, slots=True)
class Size:
    width: int

@dataclass(frozen=True)
class Named(Point):
    name: str = ""
"""
Sample = tuple[ModuleType, list[str]]


def make(monkeypatch: pytest.MonkeyPatch, name: str) -> Sample:
    """Make the classes in a module; the list gets the name of each compiled method."""
    compiled: list[str] = []
    create = dataclasses._create_fn  # type: ignore[attr-defined]

    def count(method: str, *text: Any, **scope: Any) -> Any:
        compiled.append(method)
        return create(method, *text, **scope)

    monkeypatch.setattr(dataclasses, "_create_fn", count)
    compile_methods_late()
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(CLASSES, module.__dict__)  # noqa: S102 – the classes above
    return module, compiled


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> Sample:
    """Classes of the program."""
    return make(monkeypatch, "pipeline.sample")


def test_a_method_is_compiled_when_it_is_called_and_once(sample: Sample) -> None:
    module, compiled = sample
    assert compiled == []
    points = [module.Point(1), module.Point(1, 2, ["a"])]
    assert compiled == ["__init__"]
    assert points[0] == points[1]
    assert points[0] == points[1]
    assert compiled == ["__init__", "__eq__"]
    assert "method" not in module.Point.__eq__.__code__.co_name


def test_the_methods_do_what_those_of_other_classes_do(sample: Sample) -> None:
    module, _ = sample
    point, named = module.Point(1), module.Named(1, name="n")
    assert repr(point) == repr(point) == "Point(x=1, y=2, names=[])"
    assert repr(named) == "Named(x=1, y=2, names=[], name='n')"
    assert hash(point) == hash(module.Point(1, 2, ["other"]))
    assert point != named
    assert dataclasses.replace(named, x=5) == module.Named(5, name="n")
    assert copy.deepcopy(named) == named
    assert module.Size(1) < module.Size(2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        del named.name
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'x'"):
        module.Point()


def test_methods_of_other_classes_are_compiled_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "__repr__" in make(monkeypatch, "library.sample")[1]


def test_a_command_compiles_few_methods() -> None:
    code = """
import dataclasses, sys
create, compiled = dataclasses._create_fn, []
def count(name, *text, globals=None, **scope):
    compiled.append((globals or {}).get("__name__", "").partition(".")[0] == "pipeline")
    return create(name, *text, globals=globals, **scope)
dataclasses._create_fn = count
sys.argv[1:] = ["build", "--help"]
import os
os._exit = lambda code: print(sum(compiled))
from pipeline.__main__ import run
run()
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BUNDLED, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert int(done.stdout.splitlines()[-1]) < 40
