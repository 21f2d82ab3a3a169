"""Render the front matter and the back matter of a pack to HTML."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from pipeline.content.attached_yaml import export_yaml
from pipeline.html.pack_view import ContentsEntry, PackView, view_back, view_pack
from pipeline.html.page_view import Design
from pipeline.model.session import Printing, Session
from pipeline.pdf.render import AttachedFile
from pipeline.targets import Pack
from pipeline.tasks.context import RenderedPage


def render_front_matter(
    design: Design,
    pack: Pack,
    session: Session,
    entries: Sequence[ContentsEntry],
    has_back: bool = False,
) -> RenderedPage:
    """Render the front matter (cover and contents) of a pack to HTML: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    html = render_html(design.project, _view(design, pack, session, entries, has_back))
    return RenderedPage(html, (_session_file(pack, session),), reads)


def render_back_matter(
    design: Design,
    pack: Pack,
    session: Session,
    entries: Sequence[ContentsEntry],
    pages_before: int,
    pages: int,
) -> RenderedPage:
    """Render the back matter of a booklet to HTML: a worker's job."""
    from pipeline.html.templates import render_html

    design, reads = design.tracking_reads()
    front_matter = _view(design, pack, session, entries, has_back=True)
    html = render_html(design.project, view_back(front_matter, pages_before, pages))
    return RenderedPage(html, (), reads)


def _view(
    design: Design,
    pack: Pack,
    session: Session,
    entries: Sequence[ContentsEntry],
    has_back: bool,
) -> PackView:
    language, profile = pack.language, pack.profile
    return view_pack(design, session, entries, language, profile, has_back=has_back)


def _session_file(pack: Pack, session: Session) -> AttachedFile:
    """Return the session as an attachment, dated by its content, without the printing."""
    stem = pack.stem
    dated = datetime.combine(session.facts.dates.start, time(), UTC)
    description = f"What {stem} was made for: the session"
    data = export_yaml(session.facts.model_copy(update={"printing": Printing()}))
    return AttachedFile(f"{stem}_session.yaml", data, "Source", description, dated)
