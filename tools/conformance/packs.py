"""Build the packs that the gate checks; write the text of each, and check its metadata.

A pack is checked as a whole: the structure has all texts of its front matter and of its
briefs, in order and each in its language; the pack also has the files that briefs embed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
from babel import Locale
from pikepdf import Name, NameTree

from pipeline.commands import session as pack_command
from pipeline.commands.check import read_content
from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_series
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.editions.sessions import read_sessions
from pipeline.html.text.cldr import format_date, format_days, number_session
from pipeline.model.fields import Line, in_language
from pipeline.model.schema import Series
from pipeline.model.session import Session
from pipeline.problems import is_blocking
from pipeline.project import open_project
from pipeline.targets import BuildOptions, Document, Pack
from pipeline.workers.executor import Executor
from tools.conformance import environment
from tools.conformance.corpus import Made, interface_words, profiles_checked
from tools.conformance.metadata import (
    attachments_of,
    embedded_files,
    identity_faults,
    list_faults,
    twin_faults,
)
from tools.conformance.script import Phrase, phrases, plain, write_script
from tools.conformance.speech import squeeze


@dataclass(frozen=True)
class MadePack:
    """One pack, and the content that it was made from."""

    group: str
    pack: Pack
    path: Path
    series: Series
    session: Session
    briefs: tuple[Made, ...]

    @property
    def name(self) -> str:
        """The name in reports: "hard_cases/1_en"."""
        return f"{self.group}/{self.path.stem}"

    @property
    def language(self) -> str:
        """The language that its readers have."""
        return self.pack.language

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language in it, the readers' first."""
        return tuple(dict.fromkeys((self.language, *(b.language for b in self.briefs))))

    @property
    def title(self) -> str:
        """The name of the session, in the language of the pack."""
        if name := self.session.facts.name:
            return in_language(name, self.language, self.series.default_language)[0]
        words = interface_words(self.language)
        return number_session(int(self.session.slug), words, self.language)


@dataclass(frozen=True)
class BuiltPacks:
    """The packs of the sessions of one project, and the errors of their build."""

    made: tuple[MadePack, ...]
    errors: list[str]


def build_packs(
    group: str,
    root: Path,
    profiles: tuple[str, ...] = (),
    executor: Executor | None = None,
) -> BuiltPacks:
    """Make the packs of every session of a project, in some profiles or all."""
    project = open_project(root)
    series, _ = load_series(project, ())
    if series is None:
        return BuiltPacks((), ["the series cannot be read"])
    content = read_content(project, BuildOptions(all_editions=True), None)
    editions = {edition.folder: edition for edition in content.editions}
    made: list[MadePack] = []
    errors: list[str] = []
    options = BuildOptions(
        profiles=profiles or profiles_checked(project), jobs=environment.JOBS
    )
    for plan in read_sessions(
        project, read_lifecycles(project, find_editions(project)[0]), series
    ).sessions:
        outcome = pack_command.build_packs(
            project, options, plan.session.slug, date(2026, 1, 1), executor=executor
        )
        errors += [f"{p.place}: {p.message}" for p in outcome.problems if is_blocking(p)]
        for pack in outcome.targets:
            assert isinstance(pack, Pack)
            briefs = []
            for given in plan.in_language(pack.language):
                folder, code = given.folder, given.printed_in[pack.language]
                dated = folder.information_date
                document = Document(folder.slug, dated, code, pack.profile)
                edition = editions[f"{folder.slug}/{dated}"]
                path = project.build / document.name
                briefs.append(Made(group, document, path, project, series, edition))
            made.append(
                MadePack(
                    *(group, pack, project.build / pack.name, series),
                    session=plan.session,
                    briefs=tuple(briefs),
                )
            )
    return BuiltPacks(tuple(made), errors)


# --- The text ---


def write_pack_script(made: MadePack) -> list[Phrase]:
    """Write everything that one pack has to say, in order."""
    said = [*_front(made)]
    for brief in made.briefs:
        said += write_script(made.series, brief.edition, brief.language, made.pack.profile)
    return [phrase for phrase in said if phrase.text.strip()]


def _front(made: MadePack) -> Iterator[Phrase]:
    series, facts, language = made.series, made.session.facts, made.language

    def local(text: dict[str, Line] | None) -> Iterator[Phrase]:
        if text:
            yield from phrases(in_language(text, language, series.default_language)[0])

    yield from (*local(series.publisher.name), *local(series.name))
    yield Phrase(made.title, "H1")
    yield from local(facts.body)
    yield Phrase(format_days(facts.dates.start, facts.dates.end, language))
    yield from local(facts.place)
    yield Phrase(_capital(_language_name(language, language)))
    # With more briefs the cover has no room for what each is about.
    most = {"a5": 3, "large": 2}.get(made.pack.profile, 5)
    for brief in made.briefs:
        yield from _entry(brief, language, "LI", is_short=len(made.briefs) > most)
    publisher = series.publisher
    for text in (publisher.name, publisher.unit, publisher.address):
        yield from local(text)
    yield from local(facts.body)
    yield from (Phrase(made.title), Phrase(series.licence or ""))
    yield from local(series.disclaimer)
    for brief in made.briefs if len(made.briefs) > 1 else ():
        yield from _entry(brief, language, "TOCI", is_short=True)
        for section in brief.edition.versions[brief.language].sections:
            yield from phrases(section.heading, "TOC")


def _entry(brief: Made, language: str, role: str, *, is_short: bool) -> Iterator[Phrase]:
    version = brief.edition.versions[brief.language]
    yield from phrases(version.title, role)
    yield from phrases(None if is_short else version.standfirst)
    yield Phrase(format_date(brief.edition.information_date, language))
    if brief.language != language:
        said = interface_words(language)["not_translated"]
        yield Phrase(said.replace("{language}", _language_name(brief.language, language)))


def _language_name(code: str, language: str) -> str:
    return Locale.parse(code).get_display_name(Locale.parse(language)) or code


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


# --- The metadata ---


def find_pack_misstatements(pdf: pikepdf.Pdf, made: MadePack) -> list[str]:
    """List the wrong and missing metadata of a pack."""
    return [
        *identity_faults(pdf, made.path.stem),
        *twin_faults(pdf),
        *_packet_faults(pdf, made),
        *_viewer_faults(pdf, made),
        *_bookmark_faults(pdf, made),
        *_link_faults(pdf),
        *_attachment_faults(pdf, made),
        *_part_faults(pdf, made),
    ]


def _packet_faults(pdf: pikepdf.Pdf, made: MadePack) -> Iterator[str]:
    packet = pdf.open_metadata()
    languages = set(packet.get("dc:language", ()))
    if languages != set(made.languages):
        yield f"dc:language is {sorted(languages)}, not {sorted(made.languages)}"
    title = str(packet.get("dc:title", ""))
    if squeeze(made.title) not in squeeze(title):
        yield f'dc:title is "{title}", without "{made.title}"'
    if (part := packet.get("pdfaid:part")) != "3":
        yield f"pdfaid:part is {part}"


def _viewer_faults(pdf: pikepdf.Pdf, made: MadePack) -> Iterator[str]:
    preferences = pdf.Root.ViewerPreferences
    if not preferences.get("/DisplayDocTitle"):
        yield "the window does not show the title (DisplayDocTitle)"
    is_right_to_left = preferences.get("/Direction") == Name.R2L
    if is_right_to_left != (set(made.languages) == {"ar"}):
        yield f"bound on the right: {is_right_to_left}, in {made.language}"
    if pdf.Root.get("/Lang") != made.language:
        yield f"the language is {pdf.Root.get('/Lang')}, not {made.language}"
    labels = [page.label for page in pdf.pages]
    front = labels.index("1") if "1" in labels else 0
    wanted = [*("i", "ii", "iii", "iv", "v", "vi")[:front]]
    wanted += [str(n + 1) for n in range(len(labels) - front)]
    if labels != wanted or front % 2:
        yield f"the pages are labelled {labels}"


def _bookmark_faults(pdf: pikepdf.Pdf, made: MadePack) -> Iterator[str]:
    """Compare the bookmarks, word for word: each brief's own hang under its title."""
    with pdf.open_outline() as outline:
        front, *tops = outline.root
        if squeeze(front.title) != squeeze(made.title):
            yield f'the first bookmark is "{front.title}"'
        if len(tops) != len(made.briefs):
            yield f"there are bookmarks for {len(tops)} of {len(made.briefs)} briefs"
        starts: list[int] = []
        for top, brief in zip(tops, made.briefs, strict=False):
            version = brief.edition.versions[brief.language]
            if squeeze(top.title) != squeeze(plain(version.title)):
                yield f'the bookmark of a brief is "{top.title}"'
            titles = {squeeze(kid.title) for kid in top.children}
            for section in version.sections:
                if squeeze(plain(section.heading)) not in titles:
                    yield f'no bookmark "{section.heading}" below "{top.title}"'
            target: Any = top.destination
            starts.append(pikepdf.Page(target[0]).index)
        if any(start % 2 for start in starts) or starts != sorted(starts):
            yield f"briefs begin on the pages {starts}, not all of them rectos"


def _link_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Every link inside the file leads to a page of it, and none to a page of another."""
    pages = {page.obj.objgen for page in pdf.pages}
    tree = pdf.Root.Names.get("/Dests")
    names = {str(n): t for n, t in NameTree(tree).items()} if tree is not None else {}
    for number, page in enumerate(pdf.pages, 1):
        for annotation in page.obj.get("/Annots", []):
            target = annotation.get("/Dest")
            if isinstance(target, pikepdf.String):
                target = names.get(str(target))
            if "/Dest" in annotation and (target is None or target[0].objgen not in pages):
                yield f"page {number}: the link {annotation.Dest!r} leads nowhere"


def _attachment_faults(pdf: pikepdf.Pdf, made: MadePack) -> Iterator[str]:
    files = embedded_files(pdf)
    yield from list_faults(pdf, files)
    wanted = {f"{made.path.stem}_session.yaml": "/Source"}
    for brief in made.briefs:
        wanted |= attachments_of(brief)
    if {name: file.relationship for name, file in files.items()} != wanted:
        yield f"embedded are {sorted(files)}, not {sorted(wanted)}"


def _part_faults(pdf: pikepdf.Pdf, made: MadePack) -> Iterator[str]:
    """The front and each brief are a Part, which says the language that it is in."""
    document = pdf.Root.StructTreeRoot.K[0]
    found = [(kid.S, str(kid.get("/Lang", made.language))) for kid in document.K]
    wanted = [made.language, *(brief.language for brief in made.briefs)]
    if found != [(Name.Part, language) for language in wanted]:
        yield f"the parts are {found}, in {wanted}"
    if Name.Document != document.S:
        yield "the parts hang in no Document"
