"""Turn an edition in one language into the values of its template.

The template gets one variable, `brief`, a `BriefView`, whose values are final. Layout
belongs to the templates; the only markup made here are the QR code, charts and
diagrams.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from pipeline.design.stylesheets import PACK_STYLESHEET
from pipeline.html.charts.diagrams import Diagram, draw_diagram
from pipeline.html.charts.draw import Chart, draw_chart
from pipeline.html.charts.theme import ChartTheme, read_chart_theme
from pipeline.html.charts.web_chart import draw_web_chart, draw_web_diagram
from pipeline.html.cover import CoverView, view_cover
from pipeline.html.page_view import (
    Design,
    PageView,
    correction_label,
    join_footer,
    view_page,
)
from pipeline.html.text.cldr import format_date, format_day, language_name
from pipeline.model.brand import Brand, resolve_colours
from pipeline.model.colour import SoftProof, format_colour
from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import Stamp
from pipeline.model.fields import Line, Localized, in_language
from pipeline.model.markdown import plain_text
from pipeline.model.profiles import profile_of
from pipeline.model.references import Reference
from pipeline.model.schema import Edition, EditionFacts, Figure, LanguageVersion
from pipeline.project import BASE_URL
from pipeline.redline.redlined import is_deleted

# The numbered kinds of blocks, and the name that each is numbered under.
_NUMBERED_NAMES = {
    **{name: name for name in ("figure", "table", "box")},
    **{"timeline": "figure", "flow": "figure", "compare": "table"},
}


@dataclass(frozen=True)
class BlockView:
    """A block, its number among the blocks of its name, and the blocks beside it.

    `path` is its path in the content: "sections.1.blocks.0.figure". A timeline and a
    flow have the name "figure", a comparison "table". `file_number` is the number of the
    file with the data of a chart.
    """

    path: str
    kind: str
    content: Any
    number: int
    file_number: int
    beside: tuple["BlockView", ...] = ()
    chart: Chart | None = None
    diagram: Diagram | None = None

    @property
    def name(self) -> str:
        """What it is called in its number: "figure", "table" or "box"; or else its kind."""
        return _NUMBERED_NAMES.get(self.kind, self.kind)


@dataclass(frozen=True)
class SectionView:
    """A section; blocks in the side column belong to the blocks that they are beside."""

    path: str
    heading: str
    id: str | None
    blocks: tuple[BlockView, ...]


@dataclass(frozen=True)
class CellView:
    """A cell of a table: its text, spans, classes and HTML element."""

    text: Line
    across: int
    down: int
    style: str
    tag: str


@dataclass(frozen=True)
class RowView:
    """A row of a table; it is `joined` if a cell of a row above extends into it."""

    cells: tuple[CellView, ...]
    joined: bool


@dataclass(frozen=True)
class PackPosition:
    """The position of a brief in a pack: `pages_before` is the number of pages before it.

    With `opposite_binding` the pack is bound on the other side than the brief alone.
    """

    pages_before: int
    opposite_binding: bool


@dataclass(frozen=True)
class Successor:
    """The edition that replaces another, and its change note."""

    information_date: InformationDate
    change_note: Localized | None


@dataclass(frozen=True)
class CorrectionView:
    """A correction: "Corr. 1, 2 November 2017", and what was corrected."""

    label: str
    note: Localized


@dataclass(frozen=True)
class NoticeView:
    """The notice of a stamp on page 1: its text, and sentences with or without a label."""

    stamp: str = ""
    sentences: tuple[tuple[str, Localized | None], ...] = ()


@dataclass(frozen=True, kw_only=True)
class BriefView(PageView):
    """The values of a brief that a template may use; they need no computation."""

    slug: str
    information_date: str
    information_date_iso: str
    code: str
    issued: str
    modified: str
    title: str
    document_title: str
    stamp: str
    notice: NoticeView
    corrections: tuple[CorrectionView, ...]
    facts: EditionFacts
    subjects: tuple[str, ...]
    version: LanguageVersion
    sections: tuple[SectionView, ...]
    languages: tuple[str, ...]
    translation: str
    picture_base: str
    web_address: str
    qr: Markup
    footer: str
    pack: PackPosition | None
    is_folded: bool
    cover: CoverView
    has_side_column: bool

    @property
    def references(self) -> tuple[Reference, ...]:
        """The works that citations refer to."""
        return self.version.references


def view_brief(
    design: Design,
    edition: Edition,
    language: str,
    profile: str,
    code: str = "",
    pack: PackPosition | None = None,
    extra_stylesheet: str = "",
    stamp: Stamp = Stamp.NONE,
    successor: Successor | None = None,
    soft_proof: SoftProof | None = None,
    *,
    on_screen: bool = False,
) -> BriefView:
    """Prepare the values of one document; without `code` no code is printed.

    `successor` is the edition that replaces one that is withdrawn or superseded. With a
    `soft_proof`, texts on chart marks are readable in its colours, too. `on_screen`, charts
    and diagrams are drawn for the web.
    """
    facts, version = edition.facts, edition.versions[language]
    # Web pages and redlines have no cover.
    has_cover = not on_screen and not extra_stylesheet
    extra_stylesheet = PACK_STYLESHEET if pack else extra_stylesheet
    page = view_page(design, language, profile, facts.status, extra_stylesheet)
    measurer = page._measurer
    theme = read_chart_theme(measurer.tokens, measurer.faces, page.locale, soft_proof)
    stamp = Stamp.DRAFT if facts.status == "draft" else stamp
    notice = _view_stamp(stamp, facts, successor, page)
    corrections = tuple(
        CorrectionView(correction_label(number, correction.date, page), correction.note)
        for number, correction in enumerate(facts.corrections, 1)
    )
    # A draft may change its state without a change of its text.
    final_stamp = "" if stamp is Stamp.DRAFT else notice.stamp
    labels = final_stamp, *(correction.label for correction in corrections[-1:])
    title = plain_text(version.title)
    modified = max((c.date for c in facts.corrections), default=facts.issued)
    original = design.series.default_language
    subjects = (in_language(name, language, original)[0] for name in facts.subjects)
    others = (code for code in edition.languages if code != language)
    url = design.series.url
    address = f"{url.rstrip('/')}/{edition.folder}/{language}" if url else ""
    return BriefView(
        **vars(page),
        slug=edition.slug,
        information_date=format_date(edition.information_date, page.locale),
        information_date_iso=str(edition.information_date),
        code=code,
        issued=format_day(facts.issued, page.locale) if facts.issued else "",
        modified=modified.isoformat() if modified else "",
        title=title,
        document_title=title + "".join(f" ({label})" for label in labels if label),
        stamp=notice.stamp,
        notice=notice if notice.sentences else NoticeView(),
        corrections=corrections,
        facts=facts,
        subjects=tuple(subjects),
        version=version,
        sections=tuple(_view_sections(version, edition, theme, on_screen=on_screen)),
        languages=tuple(language_name(code, language) for code in others),
        translation=version.translation or ("unofficial" if language != original else ""),
        picture_base=f"{BASE_URL}content/{quote(edition.folder)}/",
        web_address=address,
        qr=_qr_code(address, design.brand, page.strings["qr"]) if address else Markup(),
        footer=_footer_text(edition, page),
        pack=pack,
        is_folded=profile_of(profile).is_imposed,
        cover=view_cover(edition, version, page) if has_cover else CoverView(),
        has_side_column=theme.full_width > theme.main_width,
    )


def _footer_text(edition: Edition, page: PageView) -> str:
    strings, name = page.strings, page.plain_text(page.series.name)
    date = format_date(edition.information_date, page.locale)
    dated = strings["word_space"].join((strings["information_dated"], date))
    return join_footer((strings["kind"], name, dated, edition.facts.symbol or ""), page)


def _view_stamp(
    stamp: Stamp, facts: EditionFacts, successor: Successor | None, page: PageView
) -> NoticeView:
    """Return the text on each page of a stamped file, and the sentences of its notice."""
    strings, locale = page.strings, page.locale
    superseded = ""
    if successor:
        dated = format_date(successor.information_date, locale)
        superseded = strings["superseded"].replace("{date}", dated)
    if stamp is Stamp.DRAFT:
        return NoticeView(strings["draft"])
    if stamp is Stamp.EMBARGOED and (day := facts.embargo_until):
        return NoticeView(strings["embargoed"].replace("{day}", format_day(day, locale)))
    if stamp is Stamp.SUPERSEDED and successor:
        return NoticeView(superseded, (("", successor.change_note),))
    if stamp is Stamp.WITHDRAWN and (withdrawn := facts.withdrawn):
        text = strings["withdrawn"].replace("{day}", format_day(withdrawn.date, locale))
        label = strings["instead"] if withdrawn.instead else superseded
        return NoticeView(text, (("", withdrawn.reason), (label, withdrawn.instead)))
    return NoticeView()


def _view_sections(
    version: LanguageVersion, edition: Edition, theme: ChartTheme, *, on_screen: bool
) -> Iterator[SectionView]:
    draw = partial(_draw_block, edition=edition, theme=theme, on_screen=on_screen)
    numbers: Counter[str] = Counter()
    for index, section in enumerate(version.sections):
        path = f"sections.{index}"
        blocks: list[BlockView] = []
        side_blocks: list[BlockView] = []
        for position, block in enumerate(section.blocks):
            kind, content = block.kind, block.content
            was_removed = is_deleted(getattr(content, "title", None))
            name = "" if was_removed else _NUMBERED_NAMES.get(kind, "")
            file = "file" if block.figure else ""
            numbers.update(filter(None, (name, file)))
            block_path = f"{path}.blocks.{position}.{kind}"
            view = BlockView(block_path, kind, content, numbers[name], numbers[file])
            if block.is_in_side_column:
                side_blocks.append(draw(view))
            else:
                blocks.append(replace(view, beside=tuple(side_blocks)))
                side_blocks = []
        if side_blocks and blocks:
            blocks[-1] = replace(blocks[-1], beside=(*blocks[-1].beside, *side_blocks))
        drawn = [draw(block) for block in blocks] or side_blocks
        yield SectionView(path, section.heading, section.id, tuple(drawn))


def _draw_block(
    view: BlockView, edition: Edition, theme: ChartTheme, *, on_screen: bool
) -> BlockView:
    content, may_be_wide = view.content, not view.beside
    if isinstance(content, Figure):
        draw_figure = draw_web_chart if on_screen else draw_chart
        rows = edition.data[content.data.file] if content.data.file else content.data.rows
        chart = draw_figure(content, rows, theme, may_be_wide=may_be_wide)
        return replace(view, chart=chart)
    draw_part = draw_web_diagram if on_screen else draw_diagram
    return replace(view, diagram=draw_part(content, theme, may_be_wide=may_be_wide))


def _qr_code(address: str, brand: Brand, title: str) -> Markup:
    import segno

    colours = resolve_colours(brand)
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(
        border=4,
        dark=format_colour(colours["dark"]),
        light=format_colour(colours["background"]),
        omitsize=True,
        title=title,
    )
    return Markup(svg)
