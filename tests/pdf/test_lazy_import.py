"""Lazily imported modules work when they are called."""

import importlib
import io
import sys

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from pipeline.lazy_import import lazy_import
from pipeline.pdf.weasyprint_patches.importing import import_weasyprint


def variable_font() -> TTFont:
    """A font with one glyph and one axis."""
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics({".notdef": (500, 0)})
    builder.setupHorizontalHeader()
    builder.setupNameTable({"familyName": "Bendy", "styleName": "Regular"})
    builder.setupFvar([("wght", 100, 400, 900, "Weight")], [])
    builder.setupOS2()
    builder.setupPost()
    file = io.BytesIO()
    builder.save(file)
    return TTFont(io.BytesIO(file.getvalue()))


def test_weasyprint_makes_an_instance_of_a_variable_font() -> None:
    import_weasyprint()
    from weasyprint.pdf import fonts

    made = fonts.instantiateVariableFont(variable_font(), {"wght": 700})
    assert "fvar" not in made


def test_weasyprint_can_subset_by_fonttools() -> None:
    import_weasyprint()
    from weasyprint.pdf import fonts

    assert fonts.subset.Options(hinting=False).hinting is False


def test_an_imported_module_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    import colorsys

    with lazy_import("colorsys", "this_is_late"):
        assert sys.modules["colorsys"] is colorsys
        late = importlib.import_module("this_is_late")
    assert "this_is_late" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        late.function()
