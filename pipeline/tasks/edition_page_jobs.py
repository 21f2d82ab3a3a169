"""Render the web page of an edition, and the files beside it: a worker's job."""

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import PurePosixPath

from pipeline.content.attached_yaml import export_charts, export_csv
from pipeline.editions.code import code_of
from pipeline.editions.web import WebBrief, WebEdition
from pipeline.html.page_view import Design
from pipeline.html.redline_view import view_web_redline
from pipeline.html.site_links import (
    SITE_URL,
    place_pictures,
    relative_links,
    text_characters,
)
from pipeline.html.view_model import Successor
from pipeline.html.web_view import WebPosition, catalogue_entry, view_web_brief
from pipeline.model.profiles import DOCUMENT_PROFILE
from pipeline.model.schema import Edition, LanguageVersion
from pipeline.redline.changes import compare_editions
from pipeline.targets import Document
from pipeline.tasks.context import TargetFiles
from pipeline.tasks.page_parts import (
    pictures_of,
    read_built_pdf,
    render_page,
    single_file,
    site_files,
    with_pictures,
)

# The width of the preview picture (og:image) in pixels.
_PICTURE_WIDTH = 800


@dataclass(frozen=True)
class EditionOnWeb:
    """What a web page needs besides its edition; `url` is the address of the site.

    `previous` is compared with this edition, and `successor` replaces it.
    """

    brief: WebBrief
    web_edition: WebEdition
    url: str
    successor: Successor | None = None
    previous: Edition | None = None

    def position(self, document: Document, pdf: bytes = b"") -> WebPosition:
        """Describe the page in one language, with its PDF if there is one."""
        return WebPosition(
            self.url,
            self.web_edition.languages,
            self.web_edition.stamp,
            self.successor,
            self.brief.path_of_current(self.web_edition, document.language),
            has_changes=self.previous is not None,
            pdf=f"{document.stem}.pdf" if pdf else "",
            pdf_bytes=len(pdf),
        )


def render_edition(
    design: Design, edition: Edition, language: str, on_web: EditionOnWeb, has_pdf: bool
) -> TargetFiles:
    """Render the page of an edition in one language, and the files that belong to it."""
    design, reads = design.tracking_reads()
    document = document_of(edition, language)
    code = str(code_of(edition, language))
    pdf = read_built_pdf(design.project, document.name) if has_pdf else b""
    design.project.on_read(f"build/{document.name}")
    if on_web.web_edition.is_withdrawn:
        edition = without_text(edition)
    position = on_web.position(document, pdf)
    view = view_web_brief(design, edition, language, code, position)
    html = render_page(design.project, view)
    folder = f"{edition.folder}/{language}"
    pictures = pictures_of(design.project, html)
    picture_urls = {name: f"{SITE_URL}{folder}/{_picture_name(name)}" for name in pictures}
    html = place_pictures(html, picture_urls)
    files = {
        f"{address}/index.html": relative_links(html, address).encode()
        for address in on_web.brief.addresses(on_web.web_edition, language)
    }
    files[f"{folder}/data.json"] = catalogue_entry(view, text_characters(html)).to_json()
    files |= {f"{folder}/{_picture_name(name)}": data for name, data in pictures.items()}
    charts = export_charts(edition.versions[language], edition.data)
    for number, (_, rows) in enumerate(charts, 1):
        files[f"{folder}/figure-{number}.csv"] = export_csv(rows)
    if on_web.previous:
        changes = f"{folder}/changes"
        html = _render_changes(design, on_web.previous, edition, language)
        files[f"{changes}/index.html"] = relative_links(html, changes).encode()
    if pdf:
        files[f"{folder}/{view.pdf}"] = pdf
        files[f"{folder}/first-page.jpg"] = draw_first_page(pdf)
    return site_files(files, reads)


def render_single_file(
    design: Design, edition: Edition, language: str, on_web: EditionOnWeb
) -> TargetFiles:
    """Render an edition in one language as one file, with its pictures and fonts."""
    design, reads = design.tracking_reads()
    document = document_of(edition, language)
    code = str(code_of(edition, language))
    position = replace(on_web.position(document), has_changes=False, is_single=True)
    shown = without_text(edition) if on_web.web_edition.is_withdrawn else edition
    view = view_web_brief(design, shown, language, code, position)
    name = document.name.removesuffix(".pdf") + ".html"
    return TargetFiles({name: single_file(design, view, f"{on_web.url}/")}, reads)


def _render_changes(design: Design, old: Edition, new: Edition, language: str) -> str:
    """Render the redline from the previous edition to this one, pictures included."""
    names = str(old.information_date), str(new.information_date)
    redline = compare_editions(old, new, language, names)
    view = view_web_redline(design, redline, full=False, site=SITE_URL)
    return with_pictures(design.project, render_page(design.project, view))


def document_of(edition: Edition, language: str) -> Document:
    """The PDF of an edition in one language, for the screen."""
    return Document(edition.slug, edition.information_date, language, DOCUMENT_PROFILE)


def without_text(edition: Edition) -> Edition:
    """Return an edition with its titles only, for the page of a withdrawn edition."""
    titles = {
        language: LanguageVersion.model_construct(title=version.title, sections=())
        for language, version in edition.versions.items()
    }
    return replace(edition, versions=titles)


def _picture_name(name: str) -> str:
    return f"pictures/{'-'.join(PurePosixPath(name).parts[1:])}"


def draw_first_page(pdf: bytes) -> bytes:
    """Draw the first page of a PDF as a JPEG."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture = page.render(scale=_PICTURE_WIDTH / page.get_width()).to_pil()
    output = BytesIO()
    picture.save(output, "JPEG", quality=80)
    page.close()
    document.close()
    return output.getvalue()
