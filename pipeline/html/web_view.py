"""Turn an edition in one language into the values of its web page.

The page has the components of the PDF, in `templates/components/`, inside
`templates/web/brief.html`; charts are drawn for screens. Links inside the site are written
as addresses below `SITE_URL`, which `html/site_links.py` makes relative.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from pipeline.html.catalogue_entry import WITHDRAWAL, CatalogueEntry, CatalogueEvent
from pipeline.html.page_view import Design, PageView
from pipeline.html.site_links import SITE_URL
from pipeline.html.site_view import WebPage, language_links, web_values
from pipeline.html.text.typography import format_number
from pipeline.html.view_model import BriefView, Successor, view_brief
from pipeline.model.dates import InformationDate
from pipeline.model.edition_state import Stamp
from pipeline.model.fields import in_language
from pipeline.model.markdown import plain_text
from pipeline.model.profiles import DOCUMENT_PROFILE
from pipeline.model.schema import Edition


@dataclass(frozen=True)
class WebPosition:
    """The address of a page of an edition on the web, and the files beside it.

    `url` is the address of the site, without a slash at its end, `languages` those of the
    edition on the web. `stamp`, `successor` and `instead`, the path of the current edition,
    are for its notice; with `has_changes` a redline is beside it. `pdf` is the name of the
    PDF, "" if there is none. A page that `is_single` is one file, with everything in it.
    """

    url: str
    languages: tuple[str, ...]
    stamp: Stamp = Stamp.NONE
    successor: Successor | None = None
    instead: str = ""
    has_changes: bool = False
    pdf: str = ""
    pdf_bytes: int = 0
    is_single: bool = False


@dataclass(frozen=True, kw_only=True)
class WebView(BriefView, WebPage):
    """The values of the web page of an edition, named as docs/designers.md lists them.

    `site` stands for the site in links; `url` is its public address.
    """

    url: str
    folder: str
    canonical: str
    instead: str
    changes: str
    events: tuple[CatalogueEvent, ...]
    pdf: str
    pdf_size: str
    json_ld: str


def view_web_brief(
    design: Design, edition: Edition, language: str, code: str, position: WebPosition
) -> WebView:
    """Prepare the values of the web page of an edition."""
    series = design.series.model_copy(update={"url": position.url})
    brief = view_brief(
        replace(design, series=series),
        replace(edition, languages=position.languages),
        language,
        DOCUMENT_PROFILE,
        code,
        stamp=position.stamp,
        successor=position.successor,
        on_screen=True,
    )
    folder = f"{SITE_URL}{edition.folder}"
    values = web_values(brief, inline=position.is_single)
    # The notice states the stamp.
    values |= {"qr": Markup(), "stamp": ""}
    values["translations"] = language_links(f"{folder}/{{}}/", position.languages, language)
    events = tuple(_view_events(brief, position.stamp))
    return WebView(
        **values,
        url=position.url,
        folder=f"{folder}/{language}/",
        canonical=f"{brief.web_address}/",
        instead=f"{SITE_URL}{position.instead}/" if position.instead else "",
        changes=f"{folder}/{language}/changes/" if position.has_changes else "",
        events=events,
        pdf=position.pdf,
        pdf_size=format_size(position.pdf_bytes, brief),
        json_ld=json_for_html(_schema_org(brief, events, position)),
    )


def _view_events(brief: BriefView, stamp: Stamp) -> Iterator[CatalogueEvent]:
    """Yield the corrections and the withdrawal of an edition."""
    corrections = zip(brief.facts.corrections, brief.corrections, strict=True)
    for number, (correction, view) in enumerate(corrections, 1):
        day, note = str(correction.date), _plain_text(view.note, brief)
        yield CatalogueEvent(f"corr{number}", view.label, day, note)
    if stamp is Stamp.WITHDRAWN and (withdrawal := brief.facts.withdrawn):
        texts = (text for _, text in brief.notice.sentences if text)
        note = brief.strings["word_space"].join(_plain_text(text, brief) for text in texts)
        yield CatalogueEvent(WITHDRAWAL, brief.stamp, str(withdrawal.date), note)


def format_size(size: int, page: PageView) -> str:
    """Format the size of a file in kilobytes."""
    kilobytes = format_number(Decimal(max(round(size / 1000), 1)), page.locale)
    return f"{kilobytes}\u00a0kB"


def json_for_html(value: Mapping[str, Any]) -> str:
    """Write JSON for a script element, escaped so that no text can close the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text.replace("&", r"\u0026").replace("<", r"\u003c")


def _schema_org(
    brief: BriefView, events: Sequence[CatalogueEvent], position: WebPosition
) -> dict[str, Any]:
    """Describe an edition for search engines: a `Report` of schema.org."""
    series, facts, address = brief.series, brief.facts, f"{brief.web_address}/"
    pdf = {
        "@type": "MediaObject",
        "contentUrl": f"{address}{position.pdf}",
        "encodingFormat": "application/pdf",
        "contentSize": str(position.pdf_bytes),
    }
    values = {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": address,
        "url": address,
        "name": brief.title,
        "inLanguage": brief.language,
        "version": brief.information_date_iso,
        "datePublished": str(facts.issued or brief.information_date_iso),
        "dateModified": max((event.day for event in events), default=""),
        "creativeWorkStatus": "Withdrawn" if position.stamp is Stamp.WITHDRAWN else "",
        "correction": [
            {"@type": "CorrectionComment", "text": e.note, "datePublished": e.day}
            for e in events
            if not e.is_withdrawal
        ],
        "description": plain_text(brief.version.standfirst or ""),
        "keywords": list(brief.subjects),
        "license": _schema_org_licence(series.licence),
        "identifier": [code for code in (brief.code, facts.symbol) if code],
        "reportNumber": facts.symbol,
        "publisher": {
            "@type": "Organization",
            "name": _plain_text(series.publisher.name, brief),
        },
        "isPartOf": {"@type": "Periodical", "name": _plain_text(series.name, brief)},
        "encoding": pdf if position.pdf else None,
        "citation": [plain_text(r.text) for r in brief.references],
        "accessibilityFeature": ["structuralNavigation", "alternativeText"],
        "isAccessibleForFree": True,
    }
    return {name: value for name, value in values.items() if value}


def _schema_org_licence(licence: str | None) -> Any:
    """Describe a licence for schema.org: by its address, or else by its name."""
    if not licence or licence.startswith("https://"):
        return licence
    return {"@type": "CreativeWork", "name": licence}


def _plain_text(text: Mapping[str, Any], page: PageView) -> str:
    return plain_text(in_language(text, page.language, page.series.default_language)[0])


def catalogue_entry(view: WebView, characters: str) -> CatalogueEntry:
    """Return the catalogue entry of a page; `characters` are those of its text."""
    facts, version = view.facts, view.version
    words = [m.say for m in version.key_messages] + [s.heading for s in version.sections]
    first_day = InformationDate.parse(view.information_date_iso).first_day
    return CatalogueEntry(
        brief=view.slug,
        information_date=view.information_date_iso,
        language=view.language,
        title=view.title,
        standfirst=plain_text(version.standfirst or ""),
        words=" ".join(map(plain_text, words)),
        subjects=view.subjects,
        change_note=_plain_text(facts.change_note, view) if facts.change_note else "",
        symbol=facts.symbol or "",
        code=view.code,
        day=str(facts.issued or first_day),
        events=view.events,
        pdf=view.pdf,
        pdf_size=view.pdf_size,
        characters=characters,
    )
