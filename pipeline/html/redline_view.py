"""Turn two merged editions into the values of a redline, as pages or as one HTML file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.html.page_view import Design
from pipeline.html.text.cldr import format_date
from pipeline.html.text.typography import typesetter
from pipeline.html.view_model import BriefView, view_brief
from pipeline.model.dates import InformationDate
from pipeline.redline.changes import DigestItem, Redline

# The profile of a redline, and the style sheet that only redlines have.
_PROFILE, _STYLESHEET = "office", "redline.css"


@dataclass(frozen=True, kw_only=True)
class RedlineView(BriefView):
    """The values of a redline: those of the merged brief, whose texts know both editions.

    `note` says which editions are compared; `digest` is empty unless it is printed in place
    of the texts. `inline_css` is all style of a file for browsers, "" for one in pages.
    """

    heading: str
    note: str
    digest: Mapping[str, Iterable[DigestItem]]
    inline_css: str


def view_redline(
    design: Design, redline: Redline, *, full: bool, inline_css: str = ""
) -> RedlineView:
    """Prepare the values of a redline; `full` prints all texts, however many changed."""
    brief = view_brief(
        design, redline.edition, redline.language, _PROFILE, extra_stylesheet=_STYLESHEET
    )
    digest = redline.digest if redline.is_rewritten and not full else {}
    note = brief.strings["redline_rewritten" if digest else "redline_note"]
    for placeholder, name in (("{old}", redline.old), ("{new}", redline.new)):
        note = note.replace(placeholder, _edition_name(name, brief))
    title = brief.strings["redline_title"].replace("{title}", brief.title)
    return RedlineView(
        **{**vars(brief), "title": title},
        heading=brief.strings["redline"],
        note=note,
        digest=digest,
        inline_css=inline_css,
    )


def _edition_name(name: str, brief: BriefView) -> str:
    """Print the name of an edition, or of a correction of one: "2017, Corr. 1"."""
    dated, _, number = name.partition("-corr")
    date = format_date(InformationDate.parse(dated), brief.locale)
    if not number:
        return date
    printed = typesetter(brief.locale)(number)
    label = brief.strings["correction"].replace("{number}", printed)
    return brief.strings["list_separator"].join((date, label))
