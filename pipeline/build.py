"""The whole pipeline as a few functions. Read this first.

A brief goes through once, from left to right:

    folders -> chosen edition -> checked content -> HTML -> PDF -> build/

The stages do not know each other; only this file knows their order. Every function takes
values and gives values; nothing here prints, reads the clock or the environment.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.content.brand import BRAND_FILE, Brand
from pipeline.content.dates import InformationDate
from pipeline.content.export import export_charts, export_csv, export_yaml
from pipeline.content.folders import EditionFolder, find_editions
from pipeline.content.load import load_brand, load_edition, load_series
from pipeline.content.model import Edition, Series
from pipeline.content.places import find_words
from pipeline.content.prose import plain_text
from pipeline.content.start import start_brief, start_edition
from pipeline.editions.choose import choose_edition
from pipeline.errors import (
    OF_A_LAYOUT,
    ExitCode,
    PipelineError,
    Place,
    Problem,
    Rule,
    in_order,
    stops,
)
from pipeline.production.manifest import (
    Entry,
    Manifest,
    digest,
    read_manifest,
    why_stale,
    write_records,
)
from pipeline.production.write import write_whole
from pipeline.project import Project, open_project

if TYPE_CHECKING:
    from pipeline.production.verify import Verdict
    from pipeline.typeset.paint import Attached, Painted

_SERIES_FILE = "content/series.yaml"


@dataclass(frozen=True)
class Order:
    """What was asked for. Empty means: all of them."""

    slugs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ("screen",)
    edition: InformationDate | None = None
    all_editions: bool = False
    strict: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Document:
    """One file to be made: an edition in one language and one profile.

    `state` is "planned", then "made", "kept" (up to date), "stale" (a dry run would make
    it), "rejected" (made with an error: see build/rejected/) or "blocked" (its content has
    an error, so it was not made and the file that was there stays).
    """

    slug: str
    information_date: InformationDate
    language: str
    profile: str
    state: str = "planned"
    reason: str = ""
    pages: int = 0
    bytes: int = 0

    @property
    def name(self) -> str:
        """The path below `build/`; folder and file name agree by construction."""
        profile = "" if self.profile == "screen" else f"_{self.profile}"
        file = f"{self.slug}_{self.information_date}_{self.language}{profile}.pdf"
        return f"{self.slug}/{file}"

    @property
    def source(self) -> str:
        """The language file, as messages name it."""
        return f"{self.folder}/{self.language}.yaml"

    @property
    def folder(self) -> str:
        """The edition's folder, as messages name it."""
        return f"content/{self.slug}/{self.information_date}"


@dataclass(frozen=True)
class Content:
    """Everything that was read: the series, and the chosen editions that could be."""

    folders: tuple[EditionFolder, ...]
    chosen: tuple[EditionFolder, ...]
    series: Series | None
    brand: Brand | None
    editions: tuple[Edition, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Shared:
    """What all documents of one run are made with."""

    project: Project
    series: Series
    brand: Brand

    def serve(self, name: str) -> bytes | None:
        """Give the painter a file: a style sheet, a logo or a picture, nothing else.

        The brand is given as the style sheet that follows from it.
        """
        from pipeline.typeset.brand import brand_css

        if name == BRAND_FILE:
            return brand_css(self.brand)
        kind, _, rest = name.partition("/")
        finders = {"styles": self.project.find_style, "content": self.project.find_content}
        find = finders.get(kind)
        path = find(rest) if find else None
        return path.read_bytes() if path else None


@dataclass(frozen=True)
class Outcome:
    """What a build did, and everything wrong that it met."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Listed:
    """One edition in a list: whether it is current, and each language's PDF on screen."""

    slug: str
    information_date: InformationDate
    current: bool
    states: dict[str, str]


Progress = Callable[[Document, int], None]


def read_content(
    project: Project, order: Order, on: date | None, *, every_file: bool = False
) -> Content:
    """Find the briefs, choose the editions current `on` a day, and read them.

    `on=None` chooses all editions. With `every_file` the names of all folders are checked,
    else only those of the briefs asked for.
    """
    folders, problems = find_editions(project)
    if order.slugs and not every_file:
        asked = tuple(f"content/{slug}/" for slug in order.slugs)
        problems = [p for p in problems if f"{p.place.file}/".startswith(asked)]
    chosen = tuple(_choose(folders, order, on))
    used = {language for folder in chosen for language in folder.languages}
    series, series_problems = load_series(project, used)
    problems += series_problems
    brand, brand_problems = load_brand(project, lambda: _families(project))
    problems += brand_problems
    editions: list[Edition] = []
    first_editions = {f.slug: f for f in reversed(folders)}.values()
    if series:
        for folder in chosen:
            first = folder in first_editions
            edition, found = load_edition(project, folder, series, first_edition=first)
            problems += found
            editions += [edition] if edition else []
    return Content(folders, chosen, series, brand, tuple(editions), in_order(problems))


def check(project: Project, order: Order) -> Content:
    """Read all editions, and look at templates, strings and style sheets too.

    What only a layout shows is left to `build`: neither WeasyPrint nor a page is needed.
    """
    from pipeline.typeset.sheets import check_sheets
    from pipeline.typeset.strings import check_strings

    content = read_content(project, order, None, every_file=not order.slugs)
    used = sorted({language for folder in content.chosen for language in folder.languages})
    known = [c for c in used if content.series is None or c in content.series.languages]
    problems = [
        *content.problems,
        *_check_templates(project),
        *check_strings(project.template_folders, known),
        *check_sheets(project),
    ]
    return replace(content, problems=in_order(problems))


def _check_templates(project: Project) -> list[Problem]:
    """Look at a project's own templates; Jinja2 is slow to import for the bundled ones."""
    if not any((project.root / "templates").rglob("*.html")):
        return []
    from pipeline.typeset.markup import check_templates

    return check_templates(project)


def _families(project: Project) -> frozenset[str]:
    from pipeline.typeset.faces import read_faces

    return read_faces(project.font_folders).families


def _choose(
    folders: Iterable[EditionFolder], order: Order, on: date | None
) -> Iterator[EditionFolder]:
    by_slug: dict[str, list[EditionFolder]] = {}
    for folder in folders:
        if not order.slugs or folder.slug in order.slugs:
            by_slug.setdefault(folder.slug, []).append(folder)
    for editions in by_slug.values():
        if order.edition is not None:
            yield from (e for e in editions if e.information_date == order.edition)
        elif order.all_editions or on is None:
            yield from editions
        elif current := choose_edition(editions, on):
            yield current


def build(
    project: Project, order: Order, on: date, progress: Progress = lambda *_: None
) -> Outcome:
    """Make every document that is stale; finish the good ones when some are wrong."""
    content = read_content(project, order, on)
    documents = tuple(_documents(content, order))
    problems = list(content.problems)
    wrong = {p.place.file for p in problems if stops(p, strict=order.strict)}
    editions = {(e.slug, e.information_date): e for e in content.editions}
    shared = _shared(project, content)
    manifest = read_manifest(project.build / "manifest.json")
    finished: list[Document] = []
    typeset: list[tuple[Problem, str]] = []
    try:
        for document in documents:
            edition = editions.get((document.slug, document.information_date))
            if shared is None or edition is None or _is_blocked(document, edition, wrong):
                done = replace(document, state="blocked")
            else:
                done, entry, found = _make(shared, edition, document, manifest, order)
                typeset += [(problem, document.profile) for problem in found]
                if entry:
                    manifest.documents[document.name] = entry
            finished.append(done)
            progress(done, len(documents))
    finally:
        # Also when somebody stops it: what is finished need not be made again.
        if not order.dry_run:
            problems += write_records(project, manifest, _stems(content.folders))
    problems += _name_profiles(typeset, order.profiles)
    return Outcome(tuple(finished), in_order(problems))


def _name_profiles(
    found: Iterable[tuple[Problem, str]], asked: tuple[str, ...]
) -> Iterator[Problem]:
    """Say of what a layout shows in which profiles it is so, once for all of them."""
    profiles: dict[Problem, dict[str, None]] = {}
    for problem, profile in found:
        profiles.setdefault(problem, {})[profile] = None
    for problem, names in profiles.items():
        if problem.rule in OF_A_LAYOUT and asked != ("screen",):
            *first, last = names
            named = f"{', '.join(first)} and {last}" if first else last
            problem = replace(problem, message=f"set in {named}, {problem.message}")
        yield problem


def _documents(content: Content, order: Order) -> Iterator[Document]:
    for folder in content.chosen:
        known = content.series.languages if content.series else folder.languages
        for language in (c for c in known if c in folder.languages):
            if not order.languages or language in order.languages:
                for profile in order.profiles:
                    yield Document(folder.slug, folder.information_date, language, profile)


def _is_blocked(document: Document, edition: Edition, wrong: set[str]) -> bool:
    files = {document.source, f"{document.folder}/edition.yaml", _SERIES_FILE, BRAND_FILE}
    return document.language not in edition.versions or bool(files & wrong)


def _shared(project: Project, content: Content) -> Shared | None:
    if content.series is None or content.brand is None:
        return None
    return Shared(project, content.series, content.brand)


def _make(
    shared: Shared,
    edition: Edition,
    document: Document,
    manifest: Manifest,
    order: Order,
) -> tuple[Document, Entry | None, list[Problem]]:
    """Take one document through typesetting, painting and writing, if it is stale."""
    from pipeline.typeset.markup import render_html
    from pipeline.typeset.toolchain import packages, program_digest

    project = shared.project
    target = project.build / document.name
    try:
        html = render_html(
            project,
            shared.series,
            shared.brand,
            edition,
            document.language,
            document.profile,
        )
        attached = tuple(_attached(edition, document))
        source = digest(b"\0".join([html.encode(), *(file.data for file in attached)]))
        entry = manifest.documents.get(document.name)
        tools = packages(project.font_folders)
        program = program_digest()
        reason = why_stale(entry, manifest, tools, source, program, shared.serve, target)
        if entry and not reason:
            if not order.dry_run:
                _rejected(project, document).unlink(missing_ok=True)
            warnings = _warnings(project, document, entry)
            return replace(document, state="kept", pages=entry.pages), None, warnings
        if order.dry_run:
            return replace(document, state="stale", reason=reason), None, []
        painted, problems = _paint(shared, html, attached, document)
        done = replace(document, pages=painted.pages, bytes=len(painted.pdf), reason=reason)
        if any(stops(p, strict=order.strict) for p in problems):
            return _reject(project, done, painted), None, problems
        entry = _keep(project, done, painted, source, manifest)
        return replace(done, state="made"), entry, problems
    except PipelineError as error:
        return replace(document, state="blocked"), None, list(error.problems)


def _attached(edition: Edition, document: Document) -> "Iterator[Attached]":
    """The files inside a PDF: its content, and the data of each chart."""
    from pipeline.typeset.paint import Attached

    version = edition.versions[document.language]
    stem = Path(document.name).stem
    # A technical date, so that equal content gives equal bytes; nobody reads it.
    dated = datetime.combine(edition.information_date.first_day, time(), UTC)
    for name, value in (("edition", edition.facts), (document.language, version)):
        about = f"The content of {stem}: {name}.yaml"
        yield Attached(f"{stem}_{name}.yaml", export_yaml(value), "Source", about, dated)
    for number, (figure, rows) in enumerate(export_charts(version, edition.data), 1):
        about = f"The data of figure {number}: {plain_text(figure.title)}"
        name = f"{stem}_figure-{number}.csv"
        yield Attached(name, export_csv(rows), "Data", about, dated)


def _paint(
    shared: Shared, html: str, attached: "Sequence[Attached]", document: Document
) -> "tuple[Painted, list[Problem]]":
    from pipeline.typeset.fonts import load_fonts
    from pipeline.typeset.paint import paint_pdf
    from pipeline.typeset.toolchain import toolchain

    def find(text: str, path: str = "") -> Place:
        return find_words(shared.project, document.source, text, path)

    folders = shared.project.font_folders
    fonts = load_fonts(folders)
    tools = toolchain(folders)
    return paint_pdf(html, shared.serve, fonts, find, attached, tools)


def _keep(
    project: Project,
    document: Document,
    painted: "Painted",
    source: str,
    manifest: Manifest,
) -> Entry:
    """Let a good PDF take the place of the one before."""
    from pipeline.typeset.toolchain import program_digest, toolchain

    target = project.build / document.name
    write_whole(target, painted.pdf, project.name_of(target))
    _rejected(project, document).unlink(missing_ok=True)
    return Entry(
        source=source,
        assets=painted.assets,
        pdf=digest(painted.pdf),
        pages=painted.pages,
        bytes=len(painted.pdf),
        toolchain=manifest.remember(toolchain(project.font_folders)),
        program=program_digest(),
        warnings=[[m.rule.id, m.path, m.word, m.message, m.hint] for m in painted.misfits],
    )


def _warnings(project: Project, document: Document, entry: Entry) -> list[Problem]:
    """Say again what the layout of a document that is kept was warned of."""
    rules = {rule.id: rule for rule in Rule}
    return [
        Problem(
            rules[rule], find_words(project, document.source, word, path), message, hint
        )
        for rule, path, word, message, hint in entry.warnings
    ]


def _reject(project: Project, document: Document, painted: "Painted") -> Document:
    """Put a PDF with an error where its author can look at it; the good one stays."""
    if painted.pdf:
        rejected = _rejected(project, document)
        write_whole(rejected, painted.pdf, project.name_of(rejected))
    return replace(document, state="rejected")


def _rejected(project: Project, document: Document) -> Path:
    """Where a PDF with an error goes, for its author to look at."""
    return project.build / "rejected" / Path(document.name).name


def _stems(folders: Iterable[EditionFolder]) -> tuple[str, ...]:
    """How the names of all documents begin that still have content."""
    return tuple(
        f"{f.slug}/{f.slug}_{f.information_date}_{language}"
        for f in folders
        for language in f.languages
    )


def list_editions(project: Project, slugs: tuple[str, ...], on: date) -> tuple[Listed, ...]:
    """List the editions of the briefs asked for, and which of their PDFs are up to date."""
    order = Order(slugs, all_editions=True, dry_run=True)
    current = set(_choose(find_editions(project)[0], Order(slugs), on))
    states: dict[tuple[str, InformationDate], dict[str, str]] = {}
    words = {"kept": "up-to-date", "blocked": "error"}
    for document in build(project, order, on).documents:
        edition = states.setdefault((document.slug, document.information_date), {})
        edition[document.language] = words.get(document.state, document.state)
    return tuple(
        Listed(
            folder.slug,
            folder.information_date,
            folder in current,
            states.get((folder.slug, folder.information_date), {}),
        )
        for folder in find_editions(project)[0]
        if not slugs or folder.slug in slugs
    )


def start(
    root: Path, slug: str, information_date: InformationDate, language: str | None
) -> list[Path]:
    """Start a brief, or a new edition of one that is there; give the files written."""
    (root / "content").mkdir(exist_ok=True)
    project = open_project(root)
    folders, _ = find_editions(project)
    editions = [f for f in folders if f.slug == slug]
    if editions:
        return start_edition(project, editions, information_date)
    series, _ = load_series(project, ())
    default = series.default_language if series else "en"
    if series and language and language not in series.languages:
        raise PipelineError(
            Problem(
                Rule.UNKNOWN_LANGUAGE,
                Place(_SERIES_FILE),
                f'"{language}" is not a language of this series',
                "it has: " + ", ".join(series.languages) + "; add the language there first",
            )
        )
    return start_brief(project, slug, information_date, language or default)


@dataclass(frozen=True)
class Verified:
    """What `verify` says of one file, and which edition is the current one of its brief.

    `current` is None when the brief is not in this project.
    """

    verdict: "Verdict"
    current: InformationDate | None

    @property
    def is_current(self) -> bool:
        """Whether the file is the edition that counts."""
        return f"_{self.current}_" in f"_{self.verdict.document}_"

    @property
    def exit_code(self) -> ExitCode:
        """3: not ours; 4: not conforming; 6: not that of the build; 7: veraPDF failed."""
        if not self.verdict.document:
            return ExitCode.CONTENT
        if self.verdict.checked == "failed":
            return ExitCode.DESIGN
        if self.verdict.checked not in ("", "passed"):
            return ExitCode.ENVIRONMENT
        if not self.verdict.untouched or not self.is_current:
            return ExitCode.STALE
        return ExitCode.FINE


def verify(
    project: Project, files: Iterable[Path], on: date, verapdf: str | None
) -> tuple[tuple[Verified, ...], tuple[Problem, ...]]:
    """Say of each file whether it is ours, untouched, conforming and still current."""
    from pipeline.production.verify import verify_file

    manifest = read_manifest(project.build / "manifest.json")
    folders, _ = find_editions(project)
    verified: list[Verified] = []
    problems: list[Problem] = []
    for file in files:
        verdict, found = verify_file(file, manifest, project.build, verapdf)
        problems += found
        if verdict:
            slug = verdict.document.split("_")[0]
            current = choose_edition((f for f in folders if f.slug == slug), on)
            verified.append(
                Verified(verdict, current.information_date if current else None)
            )
    return tuple(verified), in_order(problems)
