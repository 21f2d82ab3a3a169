"""The patches of the engine change no byte and no problem, whatever was rendered before."""

import gc
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from pipeline.commands.check import read_content
from pipeline.design.brand_css import brand_css
from pipeline.html.page_view import Design
from pipeline.html.templates import render_html
from pipeline.html.view_model import view_brief
from pipeline.model.profiles import PROFILES
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place
from pipeline.project import BASE_URL, BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.tasks.assets import ProjectAssets

ROOT = Path(__file__).resolve().parents[2]
HARD_CASES = ROOT / "tests" / "conformance" / "hard_cases"
FONTS = (BUNDLED / "styles" / "fonts",)
Rendered = tuple[bytes, list[str]]
Render = Callable[[], Rendered]
Choose = Callable[..., None]

# WeasyPrint changes some of these styles after they were computed: the overflow of a body,
# the space around a table, a footnote, the margins of a page. Others depend on the page.
STYLESHEET = """
:root { --gap: 4pt; --same: inherit }
@page { size: A5; margin: 15mm; @bottom-right { content: counter(page) } }
@page wide { size: A4; margin: 5mm 20mm }
html { font: 10pt/14pt 'Brief Sans' }
p { margin: var(--gap) 0; hyphens: auto }
.wide { page: wide } .share { width: 30vw; padding-left: 2vmin; border: 1pt solid }
.clip { overflow: hidden } .narrow { width: 18mm } .joined { border-collapse: collapse }
table { padding: 6pt; margin: 9pt } td { padding: 2pt; margin: 7pt }
tr.same, tr.same td { margin: inherit; padding: inherit; border: 1pt solid }
aside { float: footnote } .run { position: running(top) }
.flex { display: flex } .flex p { min-width: auto; width: 50% } .grid { display: grid }
.even { text-align: justify; word-spacing: 2pt; letter-spacing: .3pt }
.caps { font-variant-caps: small-caps; font-feature-settings: 'tnum'; font-kerning: none }
.line::first-line { font-size: 2em } .line b { vertical-align: 50%; padding: 1em }
.letter::first-letter { font-size: 3em; float: left }
.letter b { background: #eee; padding: 1pt } .out { position: absolute }
.logical { padding-inline-start: 3em }
.both > span, .both::before { --any: 1pt; content: normal }
.wrong { color: var(--none) }
.padded { padding: var(--pad) } .take { margin: inherit }
.one::before { content: '1' } .two::before { content: '2' }
.start { margin: 0; margin-block-start: var(--same) }
.named::after { content: '!'; -weasy-anchor: 'named' }
.cols { columns: 2; column-gap: 4mm } .cols i { display: inline-block; width: 9mm }
.cols b { float: left; width: 9mm } .cols .cols { columns: 3 }
.calc { padding-left: calc(10% + 1em) } .calc.large { font-size: 20pt }
a { text-decoration: underline } pre { tab-size: 3 } pre.far { tab-size: 9 }
.columns { columns: 2 } .columns li, .tall { break-inside: avoid }
.columns li:first-child { break-after: avoid }
li::marker { color: #123 } .led::after { content: leader('.') 'x' }
.any { overflow-wrap: anywhere } .at, .takes { position: relative; padding: 1pt }
.takes { left: inherit; inline-size: var(--same) }
"""
WORDS = "The administration of unemployment insurance differs considerably"
# So many lines that columns are balanced in more attempts than a search needs to begin, and
# no more: without the patch each pixel is an attempt that lays out all of them.
TALL = WORDS * 2
FRAGMENTS = {
    "plain": f"<p>{WORDS}<p>{WORDS}",
    "anchors": f"<p id=a>{WORDS}<p><a href=#a>To a</a> <a href=#b>to b</a><p id=b>B",
    "clipped": f"<body class=clip><p>{WORDS}",
    "narrow": f"<p class=narrow>{WORDS}",
    "narrow German": f"<p class=narrow lang=de>{WORDS}",
    "narrow French": f"<div lang=fr><p class=narrow>{WORDS}</div>",
    "narrow, from the right": f"<p class=narrow dir=rtl style='direction: rtl'>{WORDS}",
    "own variables": "".join(
        f"<div style='--gap: {gap}'><p>{WORDS}</div>"
        for gap in ("3pt", "3 pt", "3pt", "9pt")
    ),
    "placed": "".join(
        f"<div class=at style='left: {n}pt; width: {n}em; font-size: {n}pt'>"
        f"{WORDS}<p class=takes>{WORDS}</div>"
        for n in (9, 12, 12)
    ),
    "wide page": f"<p class=wide>{WORDS}<p class=share>{WORDS}",
    "small page": f"<p class=share>{WORDS}",
    "table": f"<table><tr><td>{WORDS}<td>One</table>",
    "joined table": f"<table class=joined><tr class=same><td>{WORDS}<td>One</table>",
    "inheriting table": f"<table><tr class=same><td>{WORDS}</table>",
    "inheriting cell": f"<table><tr><td><p class=take>{WORDS}</table>",
    "inheriting by another name": f"<table><tr><td><p class=start>{WORDS}</table>",
    "footnote": f"<p>{WORDS}<aside>{WORDS}</aside>",
    "running": f"<style>@page {{ @top-left {{ content: element(top) }} }}</style>"
    f"<p class=run>{WORDS}<p>{WORDS}",
    "flex": f"<div class=flex><p>{WORDS}<p>One</div>",
    "grid": f"<div class=grid><p>{WORDS}<p>One</div>",
    "justified": f"<p class=even>{WORDS} {WORDS}",
    "to the left": f"<p>{WORDS} {WORDS}",
    "to both sides": f"<p style='text-align: justify'>{WORDS} {WORDS}",
    "with an ellipsis": f"<p style='max-lines: 1; block-ellipsis: auto'>{WORDS} {WORDS}",
    "capitals": f"<p class=caps>{WORDS} 1234",
    "first line": f"<p class=line><b>{WORDS}</b> {WORDS}<p><b>One</b>",
    "not a first line": f"<p class=line>One<br><b>{WORDS}</b> {WORDS}",
    "first letter": f"<p class=letter>{WORDS} {WORDS}",
    "first letter of an element": f"<p class=letter><b>{WORDS}</b>",
    "before, with 1": f"<p class=one>{WORDS}",
    "before, with 2": f"<p class=two>{WORDS}",
    "own length": f"<p class=padded style='--pad: 3pt'>{WORDS}",
    "other own length": f"<p class=padded style='--pad: 30pt'>{WORDS}",
    "tab": "<pre>a\tb<b>c</b></pre>",
    "far tab": "<pre class=far>a\tb<b>c</b></pre>",
    "function of two sizes": f"<p class=calc>{WORDS}<p class='calc large'>{WORDS}",
    "anchor of a pseudo-element": f"<p class=named>{WORDS}<p><a href=#named>To it</a>",
    "columns": f"<div class=cols><p>{WORDS} {WORDS}<p>{WORDS}</div>",
    "columns, one entry": f"<p>One<div class=cols><p>{WORDS} <em>{WORDS}</em></div>",
    "columns, again": f"<div class=cols><p class=even>{WORDS}<p class=even>{WORDS}</div>",
    "columns in columns": f"<div class=cols>{WORDS}<div class=cols>{WORDS}</div></div>",
    "columns with boxes": f"<div class=cols><p>A <i>One two three</i> {WORDS}</div>",
    "columns with a float": f"<div class=cols><p><b>{WORDS}</b> {WORDS} {WORDS}</div>",
    "columns with a note": f"<div class=cols><p>{WORDS}<aside>A</aside> {WORDS}</div>",
    "columns with first lines": f"<div class=cols><p class=line>{WORDS} {WORDS}</div>",
    "long columns": f"<div class=cols>{f'<p>{WORDS} {WORDS} {WORDS}' * 20}</div>",
    "static position": f"<p>One <b class=out>{WORDS}</b><p>One <i class=out>{WORDS}</i>",
    "logical name": f"<p class=logical>{WORDS}",
    "element and pseudo-element": "<p class=both><span>One</span>",
    "list": "<ol><li>One<li>Two<li style='list-style-position: inside'>Three</ol>",
    "leader": "<p class=led>One",
    "element without rules": "<p><data>One</data>",
    "long word": "<p class=narrow>Donaudampfschifffahrtsgesellschaft",
    "any break": "<p class='narrow any'>Donaudampfschifffahrtsgesellschaft",
    "soft hyphens": "<p class=narrow>Unemploy\u00admentbenefits paid",
    "drawing": "<svg width=90 height=30><text x=5 y=20 font-size=12>Words</text></svg>",
    "other drawing": "<svg width=50 height=30><text x=5 y=20>Words</text></svg>",
    "nothing": "<html style='display: none'><p>x",
    "something": f"<html style='color: red'><p>{WORDS}",
    "columns of items": f"<ol class=columns><li>{WORDS}<li>{WORDS}</ol>",
    "columns that are too low": f"<ol class=columns><li>{TALL}<li>One</ol>",
    "columns that never fit": "<style>@page { size: 148mm 80mm }</style>"
    f"<ol class=columns><li>{WORDS * 8}<li>One</ol>",
    "items with a float": "<ol class=columns><li><b style='float: left'>One</b>"
    f"{TALL}<li>One</ol>",
    "columns around a title": f"<div class=columns><p class=tall>{TALL}<p>One"
    f"<h2 style='column-span: all'>One</h2><p class=tall>{TALL}<p>One</div>",
    # These log a line, and the next document parses its style sheets again.
    "wrong": f"<p class=wrong>{WORDS}",
    "own wrong": f"<p style='width: calc(1pt * 1pt); color: var(--x)'>{WORDS}",
}


@cache
def patches() -> tuple[Any, ...]:
    load_fonts(FONTS)
    from pipeline.pdf.weasyprint_patches.engine import PATCHES

    return PATCHES


def render_fragment(name: str) -> Rendered:
    def serve(_: str) -> bytes:
        return STYLESHEET.encode()

    link = f'<link rel="stylesheet" href="{BASE_URL}styles/a.css">'
    html = f'<html lang="en"><head><title>T</title>{link}</head>{FRAGMENTS[name]}'
    rendered, problems = render_pdf(html, serve, load_fonts(FONTS), lambda *_: Place("x"))
    return rendered.pdf, [problem.message for problem in problems]


@pytest.fixture
def with_patches(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Return the function that chooses the patches of the renderings that follow."""
    patches()

    def choose(*chosen: Any) -> None:
        vars(load_fonts(FONTS).configuration).pop("kept_styles", None)
        monkeypatch.setattr("pipeline.pdf.weasyprint_patches.engine.PATCHES", chosen)

    return choose


@pytest.fixture(scope="module")
def plain_fragments() -> dict[str, Rendered]:
    """Each fragment by WeasyPrint as it is."""
    patches()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.pdf.weasyprint_patches.engine.PATCHES", ())
        fragments = {name: render_fragment(name) for name in FRAGMENTS}
    assert all(pdf for pdf, _ in fragments.values())
    return fragments


# All patches, as documents are rendered, and each alone.
CASES = [None, *(pytest.param(case, marks=pytest.mark.soak) for case in range(11))]


def chosen(case: int | None) -> tuple[Any, ...]:
    return patches() if case is None else (patches()[case],)


def test_each_patch_is_a_case() -> None:
    assert len(patches()) == len(CASES) - 1


def assert_the_same(render: Render, plain: Rendered, what: str, choose: Choose) -> None:
    """Compare a rendering with that of WeasyPrint; name the patches that change it."""
    if render() != plain:
        changing = []
        for patch in patches():
            choose(patch)
            changing += [patch.__name__] if render() != plain else []
        pytest.fail(f"{what} is another with {changing or 'several patches together'}")


@pytest.mark.parametrize("case", CASES)
def test_fragments_are_the_same_in_any_order_and_nothing_of_them_is_kept(
    case: int | None, with_patches: Choose, plain_fragments: dict[str, Rendered]
) -> None:
    with_patches(*chosen(case))
    load_fonts(FONTS).stylesheets.parsed.clear()
    for name in [*FRAGMENTS, *reversed(FRAGMENTS)]:
        render = partial(render_fragment, name)
        assert_the_same(render, plain_fragments[name], name, with_patches)
    assert kept_of_documents() == []


def kept_of_documents() -> list[Any]:
    """What is left of the documents that were rendered."""
    from weasyprint.document import Document
    from weasyprint.formatting_structure.boxes import Box

    from pipeline.pdf.weasyprint_patches.styles import DocumentStyle

    gc.collect()
    kinds = (Document, Box, DocumentStyle)
    return [kept for kept in gc.get_objects() if isinstance(kept, kinds)]


def test_a_font_that_a_page_adds_is_used(with_patches: Choose) -> None:
    font = (FONTS[0] / "BriefDisplay-Light.ttf").read_bytes()
    own = f"@font-face {{ font-family: 'Own One'; src: url({BASE_URL}content/own.ttf) }}"

    def render_all(*chosen: Any) -> list[bytes]:
        with_patches(*chosen)
        fonts = load_fonts.__wrapped__(FONTS)

        def render(style: str) -> bytes:
            html = f"<style>p {{ font-family: 'Own One' }} {style}</style><p>{WORDS}"
            return render_pdf(html, lambda _: font, fonts, lambda *_: Place("x"))[0].pdf

        return [render(""), render(own), render("")]

    before, added, after = render_all(*patches())
    assert [before, added, after] == render_all()
    assert before not in (added, after)


@pytest.mark.parametrize(
    ("module", "limit"),
    [("styles", 3), ("first_lines", 2), ("layouts", 1), ("cascades", 1)],
)
def test_what_is_kept_is_limited(
    module: str,
    limit: int,
    with_patches: Choose,
    plain_fragments: dict[str, Rendered],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_patches(*patches())
    monkeypatch.setattr(f"pipeline.pdf.weasyprint_patches.{module}._LIMIT", limit)
    fonts = load_fonts(FONTS).configuration
    sizes: dict[str, int] = {}
    for name in ("plain", "anchors", "table", "plain", "narrow German"):
        assert render_fragment(name) == plain_fragments[name]
        if module == "styles":
            roots = fonts.kept_styles.values()
            assert fonts.kept_styles.number == sum(map(number_of_styles, roots)) < 100
        elif module == "cascades":  # it is emptied before a document, not in its midst
            assert sizes.setdefault(name, len(fonts.cascades)) == len(fonts.cascades)
        else:
            assert len(getattr(fonts, module)) <= limit


@pytest.mark.parametrize(
    ("patch", "repeated"),
    [
        ("cascades.keep_cascades", "css.StyleFor.set_computed_styles"),
        ("column_lines.keep_column_lines", "layout.inline.split_inline_box"),
        ("written_objects.write_objects_once", "pdf.pydyf.zlib.compressobj"),
    ],
)
def test_less_is_repeated(
    patch: str,
    repeated: str,
    with_patches: Choose,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    patches()
    module, _, name = patch.partition(".")
    patch_module = import_module(f"pipeline.pdf.weasyprint_patches.{module}")
    original = resolve_name(f"weasyprint.{repeated}")
    calls: list[None] = []

    def count(*arguments: Any, **named: Any) -> Any:
        calls.append(None)
        return original(*arguments, **named)

    monkeypatch.setattr(f"weasyprint.{repeated}", count)
    numbers = []
    for chosen_patches in ((), (getattr(patch_module, name),)):
        with_patches(*chosen_patches)
        calls.clear()
        render_fragment("columns, one entry")
        numbers.append(len(calls))
    plain, patched = numbers
    assert 0 < patched < 0.7 * plain


def number_of_styles(style: Any) -> int:
    return 1 + sum(map(number_of_styles, style.children.values()))


def test_a_document_that_was_rendered_before_keeps_no_new_styles(
    with_patches: Choose,
) -> None:
    with_patches(*patches())
    fonts: Any = load_fonts(FONTS).configuration
    numbers = []
    for _ in range(4):
        render_fragment("element without rules")
        numbers.append(fonts.kept_styles.number)
    assert numbers[0] < numbers[1] == numbers[2] == numbers[3]  # the first is its root


def test_a_changed_style_computes_its_other_values(
    with_patches: Choose,
) -> None:
    from weasyprint.css.properties import Dimension

    from pipeline.pdf.weasyprint_patches.styles import DocumentStyle, keep_styles

    with_patches()
    fonts = load_fonts(FONTS).configuration
    declared = {"text_indent": (Dimension(1, "em"), (1, 1, (0, 0, 0)))}
    for _ in range(2):  # the first document keeps no styles
        root = DocumentStyle(None, {}, None, {"font_size": 9}, "", fonts, {})
    style = DocumentStyle(root, declared, None, root, "", fonts, {})
    assert style.kept is not None
    assert style["position"] == "static"
    style["font_size"] = 50
    with keep_styles():
        assert style.copy()["text_indent"] == Dimension(50, "px")
    assert style["display"] == ("inline", "flow")


def test_a_kept_style_is_of_one_type_and_keeps_specified_values(
    with_patches: Choose,
) -> None:
    from pipeline.pdf.weasyprint_patches.styles import DocumentStyle

    with_patches()
    fonts = load_fonts(FONTS).configuration
    unhashable: list[Any] = []
    declared = {
        "__any": (unhashable, (1, 1, (0, 0, 0))),
        "content": (("normal",), (1, 1, (0, 0, 0))),
        "display": (("block", "flow"), (1, 1, (0, 0, 0))),
        "float": ("left", (1, 1, (0, 0, 0))),
        "position": ("absolute", (1, 1, (0, 0, 0))),
    }
    for _ in range(2):  # the first document keeps no styles
        root = DocumentStyle(None, {}, None, {"font_size": 9}, "", fonts, {})
    element = DocumentStyle(root, declared, None, root, "", fonts, {})
    before = DocumentStyle(root, declared, "before", root, "", fonts, {})
    assert element.kept is not before.kept
    assert (element["content"], before["content"]) == ("contents", "inhibit")
    assert element["display"] == ("block", "flow")
    names = ("position", "float", "display")
    assert [*element.specified] == [*names]
    assert [element.specified[n] for n in names] == ["absolute", "left", ("block", "flow")]


def test_custom_properties_of_the_same_tokens_have_one_kept_style(
    with_patches: Choose,
) -> None:
    """As of the paper in the root element, which a document parses again."""
    from tinycss2 import parse_component_value_list

    from pipeline.pdf.weasyprint_patches.styles import DocumentStyle

    with_patches()
    fonts = load_fonts(FONTS).configuration

    def root(width: str) -> Any:
        declared = {"__width": (parse_component_value_list(width), (1, 1, (0, 0, 0)))}
        return DocumentStyle(None, declared, None, {"font_size": 9}, "", fonts, {})

    assert root("8in").kept is None  # the first document keeps no styles
    assert root("8in").kept is root("8in").kept is not None
    assert root("8 in").kept is None


def test_elements_at_different_places_have_one_kept_style(
    with_patches: Choose,
) -> None:
    """But a child that takes a place computes it."""
    from weasyprint.css.properties import Dimension

    from pipeline.pdf.weasyprint_patches.styles import DocumentStyle

    with_patches()
    fonts, weight = load_fonts(FONTS).configuration, (1, 1, (0, 0, 0))
    for _ in range(2):  # the first document keeps no styles
        root = DocumentStyle(None, {}, None, {"font_size": 9}, "", fonts, {})

    def styles(left: int) -> tuple[Any, Any, Any]:
        places = {"left": (Dimension(left, "px"), weight), "float": ("left", weight)}
        element = DocumentStyle(root, places, None, root, "", fonts, {})
        declared = {"left": ("inherit", weight)}
        heir = DocumentStyle(element, declared, None, root, "", fonts, {})
        return element, heir, DocumentStyle(element, {}, None, root, "", fonts, {})

    (one, its_heir, its_child), (other, other_heir, other_child) = styles(1), styles(2)
    assert one.kept is other.kept is not None
    assert its_child.kept is other_child.kept is not None
    assert (one["left"].value, other["left"].value) == (1, 2)
    assert (its_heir["left"].value, other_heir["left"].value) == (1, 2)
    assert other["float"] == "left"
    other["left"] = Dimension(3, "px")
    assert (one["left"].value, other["left"].value) == (1, 3)


def test_percentages_are_those_of_a_box(with_patches: Choose) -> None:
    from weasyprint.css import InitialStyle
    from weasyprint.css.properties import Dimension
    from weasyprint.formatting_structure.boxes import BlockBox, PageBox
    from weasyprint.layout import block

    from pipeline.pdf.weasyprint_patches.engine import patch_engine

    def resolve(kind: Any, container: tuple[Any, Any], sizing: str) -> dict[str, Any]:
        style = InitialStyle(load_fonts(FONTS).configuration)
        share = Dimension(10, "%")
        style.update(margin_top=share, padding_top=share, height=share, box_sizing=sizing)
        box = object.__new__(kind)
        box.style = style
        block.resolve_percentages(box, container)
        del box.style
        return vars(box)

    with_patches(*patches())
    cases = [
        *((BlockBox, (90, 70), "content-box"), (PageBox, (90, 70), "content-box")),
        *((BlockBox, (90, 70), "border-box"), (BlockBox, (90, 50), "content-box")),
    ]
    plain = [resolve(*case) for case in cases]
    with patch_engine():
        assert [resolve(*case) for case in cases] == plain


@pytest.mark.parametrize("words", [60, 240])
def test_columns_are_balanced_in_few_attempts(
    words: int, with_patches: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reference of 2,000 characters took minutes: it needed an attempt for each pixel."""
    with_patches(*patches())
    from weasyprint.layout import block

    attempts = []
    lay_out = block.block_box_layout

    def count(context: Any, box: Any, *arguments: Any, **named: Any) -> Any:
        attempts.extend([box] * box.is_column)
        return lay_out(context, box, *arguments, **named)

    monkeypatch.setattr(block, "block_box_layout", count)
    items = f"<li>{'word ' * words}<li>One"
    monkeypatch.setitem(FRAGMENTS, "tall", f"<ol class=columns>{items}</ol>")
    render_fragment("tall")
    assert 10 < len(attempts) < 50


# --- Briefs ---


def briefs(
    root: Path, profiles: tuple[str, ...], options: BuildOptions
) -> Iterator[tuple[str, Render]]:
    """Yield the name of each document of a project, and the function that renders it."""
    project = open_project(root)
    content = read_content(project, options, date(2026, 1, 1))
    assert content.series
    assert content.brand
    design = Design(project, content.series, content.brand)
    serve = ProjectAssets(project, brand_css(content.brand)).serve
    fonts = load_fonts(project.font_folders)
    for edition in content.editions:
        for language in edition.versions:
            for profile in profiles:

                def render(page: Any = (edition, language, profile)) -> Rendered:
                    html = render_html(project, view_brief(design, *page))
                    result = render_pdf(html, serve, fonts, lambda *_: Place("x"))
                    return result[0].pdf, [problem.message for problem in result[1]]

                yield f"{edition.slug} {language} {profile}", render


def test_a_brief_is_the_same_with_all_patches(with_patches: Choose) -> None:
    cases = [
        *briefs(HARD_CASES, ("screen",), BuildOptions(("arabic",))),
        *briefs(HARD_CASES, ("large",), BuildOptions(("french",))),
    ]
    with_patches()
    plain = [render() for _, render in cases]
    with_patches(*patches())
    for (name, render), expected in zip(cases, plain, strict=True):
        assert_the_same(render, expected, name, with_patches)


@pytest.mark.soak
@pytest.mark.parametrize("root", [ROOT, HARD_CASES])
def test_all_briefs_are_the_same_with_each_patch_in_all_profiles(
    root: Path, with_patches: Choose
) -> None:
    cases = [*briefs(root, tuple(PROFILES), BuildOptions())]
    assert len(cases) > 20
    for name, render in cases:
        with_patches()
        plain = render()
        for patch in patches():
            with_patches(patch)
            assert render() == plain, (name, patch.__name__)
        with_patches(*patches())
        assert render() == plain, name
