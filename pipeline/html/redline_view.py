"""Turn two merged editions into the values of a redline, as pages or as one HTML file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.html.page_view import Design
from pipeline.html.site_view import WebPage, web_values
from pipeline.html.text.cldr import format_date
from pipeline.html.text.typography import typesetter
from pipeline.html.view_model import BriefView, view_brief
from pipeline.model.dates import InformationDate
from pipeline.redline.changes import OverviewItem, Redline

# The profile of a redline, and the style sheet that only redlines have.
_PROFILE, _STYLESHEET = "office", "redline.css"


@dataclass(frozen=True, kw_only=True)
class RedlineView(BriefView):
    """The values of a redline: those of the merged brief, whose texts have both versions.

    `note` names the editions that are compared; `overview` is empty unless it is printed in
    place of the texts.
    """

    heading: str
    note: str
    overview: Mapping[str, Iterable[OverviewItem]]

    @property
    def cites_in_notes(self) -> bool:
        """False: the first note that cites a work is longer, and differs by edition."""
        return False


@dataclass(frozen=True, kw_only=True)
class WebRedlineView(RedlineView, WebPage):
    """A redline for browsers: a page of a site, or one file if `site` is empty.

    `edition` is the address of the newer edition. `folder` is empty: no data files are
    beside the page.
    """

    edition: str
    folder: str = ""


def view_redline(
    design: Design, redline: Redline, *, full: bool, on_screen: bool = False
) -> RedlineView:
    """Prepare the values of a redline; `full` prints all texts, however many changed."""
    brief = view_brief(
        *(design, redline.edition, redline.language, _PROFILE),
        extra_stylesheet=_STYLESHEET,
        on_screen=on_screen,
    )
    overview = redline.overview if redline.is_rewritten and not full else {}
    note = brief.strings["redline_rewritten" if overview else "redline_note"]
    for placeholder, name in (("{old}", redline.old), ("{new}", redline.new)):
        note = note.replace(placeholder, _edition_name(name, brief))
    title = brief.strings["redline_title"].replace("{title}", brief.title)
    return RedlineView(
        **{**vars(brief), "title": title},
        heading=brief.strings["redline"],
        note=note,
        overview=overview,
    )


def view_web_redline(
    design: Design, redline: Redline, *, full: bool, site: str = ""
) -> WebRedlineView:
    """Prepare the values of a redline for browsers."""
    view = view_redline(design, redline, full=full, on_screen=True)
    values = web_values(view, inline=not site) | {"qr": Markup(), "site": site}
    edition = f"{site}{redline.edition.folder}/{redline.language}/"
    return WebRedlineView(**values, edition=edition)


def _edition_name(name: str, brief: BriefView) -> str:
    """Print the name of an edition, or of a correction of one: "2017, Corr. 1"."""
    dated, _, number = name.partition("-corr")
    date = format_date(InformationDate.parse(dated), brief.locale)
    if not number:
        return date
    printed = typesetter(brief.locale)(number)
    label = brief.strings["correction"].replace("{number}", printed)
    return brief.strings["list_separator"].join((date, label))
