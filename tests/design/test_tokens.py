"""Tokens have the values of the cascade for the root element."""

from collections.abc import Callable

import pytest

from pipeline.design.tokens import Tokens, read_tokens


def tokens(
    *stylesheets: str, language: str = "en", classes: tuple[str, ...] = (), **imported: str
) -> Tokens:
    named = {f"{number}.css": stylesheet for number, stylesheet in enumerate(stylesheets)}
    files = {
        **named,
        **{f"{name}.css": stylesheet for name, stylesheet in imported.items()},
    }
    read: Callable[[str], bytes] = lambda name: files[name].encode()  # noqa: E731
    return read_tokens(named, read, language, classes)


def test_a_later_style_sheet_wins() -> None:
    values = tokens(":root { --a: 1pt; --b: 2pt }", "p { --b: 9pt } :root { --a: 3pt }")
    assert values == {"a": "3pt", "b": "2pt"}


def test_a_class_or_language_wins_against_the_plain_root() -> None:
    stylesheet = ':root.a5, :root:lang("ar") { --a: 2pt } :root { --a: 1pt }'
    assert tokens(stylesheet)["a"] == "1pt"
    assert tokens(stylesheet, classes=("a5", "final"))["a"] == "2pt"
    assert tokens(stylesheet, language="ar")["a"] == "2pt"
    assert (
        tokens(":root.a5.final { --a: 3pt }" + stylesheet, classes=("a5", "final"))["a"]
        == "3pt"
    )


@pytest.mark.parametrize(
    ("language", "meant"),
    [("zh", True), ("zh-Hant", True), ("z", False), ("zhx", False), ("en", False)],
)
def test_a_language_includes_its_variants(language: str, meant: bool) -> None:
    assert bool(tokens(":root:lang(zh) { --a: 1pt }", language=language)) is meant


def test_imports_come_before_their_style_sheet() -> None:
    stylesheet = '@import url(light.css); @import "dark.css"; :root { --b: 1pt }'
    light, dark = ":root { --a: 2pt; --b: 2pt; --c: 2pt }", ":root { --c: 3pt }"
    values = tokens(stylesheet, light=light, dark=dark)
    assert values == {"a": "2pt", "b": "1pt", "c": "3pt"}


def test_the_address_of_an_import_is_relative() -> None:
    files = {
        "profiles/office.css": b"@import '../light.css';",
        "light.css": b":root{--a:1}",
    }
    assert read_tokens(["profiles/office.css"], files.__getitem__, "en", ()) == {"a": "1"}


def test_circular_imports_end() -> None:
    assert tokens("@import 'x.css'; :root { --a: 1pt }", x="@import '0.css';") == {
        "a": "1pt"
    }


def test_references_are_followed_and_circular_ones_end() -> None:
    values = tokens(":root { --a: var(--b); --b: 3mm; --c: var(--c); --d: var(--gone) }")
    assert values.points("a") == pytest.approx(3 * 72 / 25.4)
    assert values.points("c") is None
    assert values.points("d") is None


def test_lengths_are_points_and_families_are_names() -> None:
    values = tokens(
        ":root { --in: 1in; --px: 4px; --calc: calc(2 * 1pt); --t: -.025em }",
        ':root { --f: "A B", "C" }',
    )
    assert values.points("in") == 72
    assert values.points("px") == 3
    assert values.points("calc") is None
    assert values.em("t") == -0.025
    assert values.em("gone") == 0
    assert values.families("f") == ("A B", "C")


@pytest.mark.parametrize(
    "stylesheet",
    [
        ":root{--a:1pt}",
        ":root{ color: var( --b ); --a: 1pt }",
        ":root{\\2d\\2d a: 1pt}",
        ":root{-\\2d a: 1pt}",
        '@import "late.css";',
        "@IMPORT url(late.css);",
        "@\\69mport 'late.css';",
        ":root{color:var(--b)/**/;--a:1pt}",
    ],
)
def test_no_style_sheet_with_a_token_is_left_out(stylesheet: str) -> None:
    assert tokens(stylesheet, late=":root { --a: 1pt }")["a"] == "1pt"


def test_a_length_may_be_a_sum_and_the_style_of_the_root_wins() -> None:
    stylesheet = ":root { --wider: 0mm; --measure: calc(116mm + var(--wider)) }"
    assert tokens(stylesheet).points("measure") == 116 * 72 / 25.4
    wider = read_tokens(
        ["a"], lambda _: stylesheet.encode(), "en", (), "--wider: 5.9mm; --b: 1"
    )
    assert wider.points("measure") == pytest.approx(121.9 * 72 / 25.4)
    assert tokens(":root { --measure: calc(2 * 3mm) }").points("measure") is None
