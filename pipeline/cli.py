"""The command line: parse, call one function of `build.py`, print.

Text for people goes to stderr, data (paths, lists, JSON) to stdout. Only this file knows
Click, the clock and the environment.
"""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline import __version__, errors

if TYPE_CHECKING:
    from pipeline.content.dates import InformationDate
    from pipeline.order import Document, Order
    from pipeline.project import Project


class Reporting(click.Group):
    """Print a PipelineError as problems and leave with the exit code it deserves."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a bug keeps its traceback and Python's exit code 1."""
        try:
            return super().invoke(ctx)
        except errors.PipelineError as error:
            _leave(ctx, error.problems)
        except KeyboardInterrupt:
            click.echo("stopped; what was finished stays", err=True)
            ctx.exit(_STOPPED)


class InformationDateType(click.ParamType["InformationDate"]):
    """A year, a month or a day: the information date of an edition."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> "InformationDate":
        """Read the date; a wrong one is a usage error."""
        from pipeline.content.dates import InformationDate

        try:
            return InformationDate.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


# The code of shells for a program that Ctrl-C ended.
_STOPPED = 130
_Function = Callable[..., Any]
_slugs = click.argument("slugs", nargs=-1, metavar="[SLUG]...")
# Where a command notes that its report is JSON, also when it cannot even begin.
_JSON = "briefs.json"


def _note_json(ctx: click.Context, _: click.Parameter, as_json: bool) -> bool:
    ctx.meta[_JSON] = as_json
    return as_json


_json = click.option(
    "--json", "as_json", is_flag=True, callback=_note_json, help="Print the report as JSON."
)
_folder = click.Path(exists=True, file_okay=False, path_type=Path)


def _note_project(ctx: click.Context, _: click.Parameter, root: Path | None) -> None:
    if root:
        ctx.find_root().params["project"] = root


# Also after a command, where one looks for it; what stands nearer wins.
_project = click.option(
    "--project",
    type=_folder,
    expose_value=False,
    callback=_note_project,
    help="The folder that holds content/.  [default: this folder]",
)
_strict = click.option("--strict", is_flag=True, help="Treat warnings as errors.")
_quiet = click.option("--quiet", "-q", is_flag=True, help="Print problems only.")
_as_of = click.option(
    "--as-of",
    type=InformationDateType(),
    help="What was current then: 2018, 2018-06 or 2018-06-15.  [default: today]",
)
_edition = click.option(
    "--edition",
    type=InformationDateType(),
    help="The edition of this information date.",
)


@click.group(
    cls=Reporting,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.option(
    "--project",
    type=_folder,
    default=".",
    help="The folder that holds content/.  [default: this folder]",
)
@click.version_option(__version__, prog_name="briefs")
def main(project: Path) -> None:
    """Make printed, accessible policy briefs from YAML.

    \b
    Examples:
      briefs new trade-and-jobs        start a brief
      briefs check                     say what is wrong, and where
      briefs build                     make what is stale, into build/
      briefs build wpsdg --lang fr     one brief in one language

    \b
    Exit codes say who must act: 0 nobody, 2 usage, 3 the author, 4 the designer,
    6 something is stale, 7 the machine; 1 is a bug.
    """
    # Imports and content are kept; to look for garbage takes an eighth of a cold build.
    gc.set_threshold(100_000)


@main.command()
@_slugs
@_json
@_strict
@_quiet
@_project
@click.pass_context
def check(
    ctx: click.Context,
    slugs: tuple[str, ...],
    as_json: bool,
    strict: bool,
    quiet: bool,
) -> None:
    """Check the content of all editions, templates, strings and styles. Writes nothing.

    \b
    Examples:
      briefs check
      briefs check wpsdg --strict
    """
    from pipeline.build import check as check_content
    from pipeline.order import Order

    started = time.monotonic()
    project = _open(ctx)
    content = check_content(project, Order(slugs))
    _refuse_unknown(slugs, {folder.slug for folder in content.folders})
    code = errors.exit_code(content.problems, strict=strict)
    if as_json:
        _print_json(content.problems, (), code)
    else:
        _print_problems(project.root, content.problems, strict)
        if not quiet:
            from pipeline.report import problem_counts

            editions = len(content.chosen)
            said = [f"{editions} edition{'s' * (editions != 1)} checked"]
            said += problem_counts(content.problems) or ["nothing wrong"]
            click.echo("; ".join([*said, f"{time.monotonic() - started:.1f} s"]), err=True)
    ctx.exit(code)


@main.command()
@_slugs
@click.option("--lang", "languages", multiple=True, metavar="CODE", help="Only this one.")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="How it is set.")
@_edition
@click.option("--all-editions", is_flag=True, help="Not only the current ones.")
@_as_of
@click.option("--dry-run", is_flag=True, help="Make nothing; exit 6 when one is stale.")
@click.option("--explain", is_flag=True, help="Say why each document is made.")
@click.option("--watch", is_flag=True, help="Go on, and build again after each change.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Documents painted at a time.  [default: one for each processor]",
)
@click.option(
    "--cache",
    "cache_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where finished PDFs are kept for another time.  [default: build/.cache]",
)
@_strict
@_json
@_quiet
@_project
@click.pass_context
def build(
    ctx: click.Context,
    slugs: tuple[str, ...],
    languages: tuple[str, ...],
    profiles: tuple[str, ...],
    edition: "InformationDate | None",
    all_editions: bool,
    as_of: "InformationDate | None",
    dry_run: bool,
    explain: bool,
    watch: bool,
    jobs: int | None,
    cache_folder: Path | None,
    strict: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Make the PDFs that are stale, into build/.

    By default the current edition of each brief, in every language. A brief with an error
    is left out and its last good PDF stays; the others are made.

    \b
    Examples:
      briefs build
      briefs build wpsdg --lang fr --lang es
      briefs build --as-of 2018-06       what was current in June 2018
      briefs build --dry-run --explain   what would be made, and why
      briefs build wpsdg --watch         while you write
    """
    from pipeline.build import build as build_briefs
    from pipeline.order import Order

    if watch and (dry_run or as_json):
        raise click.UsageError("--watch goes on and on: not with --dry-run or --json")
    started = time.monotonic()
    project = _open(ctx)
    profiles = profiles or ("screen",)
    _refuse_choice("--profile", profiles, project.profiles())
    # CI ends a job so; what was finished is kept, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    order = Order(
        slugs,
        languages,
        profiles,
        edition,
        all_editions,
        strict,
        dry_run=dry_run,
        jobs=jobs or _processors(),
        cache=(cache_folder or project.build / ".cache").resolve(),
    )
    _refuse_mistakes(project, order)
    if watch:
        _watch(project, order, as_of, quiet)
        return
    with _progress(as_json or quiet, explain) as show:
        outcome = build_briefs(project, order, _day(as_of), show)
    code = errors.exit_code(outcome.problems, strict=strict)
    if any(d.state == "stale" for d in outcome.documents):
        code = errors.worst((code, errors.ExitCode.STALE))
    if as_json:
        _print_json(outcome.problems, outcome.documents, code)
    else:
        _print_problems(project.root, outcome.problems, strict)
        if not quiet:
            from pipeline.report import closing_line

            seconds = time.monotonic() - started
            click.echo(closing_line(outcome.documents, outcome.problems, seconds), err=True)
    ctx.exit(code)


def _processors() -> int:
    """How many processors this process may use, where the system tells."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _watch(
    project: "Project", order: "Order", as_of: "InformationDate | None", quiet: bool
) -> None:
    """Build again after each change, until Ctrl-C."""
    from pipeline.build import Outcome, watch_project
    from pipeline.report import closing_line

    def show(outcome: Outcome, seconds: float) -> None:
        _print_problems(project.root, outcome.problems, order.strict)
        if not quiet:
            changed = [d for d in outcome.documents if d.state != "kept"]
            for document in changed:
                click.echo(f"{document.state:<8} build/{document.name}", err=True)
            click.echo(closing_line(outcome.documents, outcome.problems, seconds), err=True)
            click.echo("waiting for changes; Ctrl-C ends it", err=True)

    watch_project(project, order, lambda: _day(as_of), time.monotonic, show)


@main.command()
@click.option("--stale", is_flag=True, help="Only what has no content any more.")
@click.option("--dry-run", is_flag=True, help="Remove nothing; list what would go.")
@click.pass_context
def clean(ctx: click.Context, stale: bool, dry_run: bool) -> None:
    """Remove what was made: PDFs, records and the cache. Lists what goes.

    With --stale only PDFs of editions and languages that are gone, what was rejected and
    repaired since, and PDFs in the cache that nothing needs now.

    \b
    Examples:
      briefs clean --stale --dry-run
      briefs clean
    """
    from pipeline.build import clean as clean_up

    for name in clean_up(_open(ctx), stale=stale, dry_run=dry_run):
        click.echo(name)


@main.command(name="list")
@_slugs
@_as_of
@_json
@_project
@click.pass_context
def list_(
    ctx: click.Context,
    slugs: tuple[str, ...],
    as_of: "InformationDate | None",
    as_json: bool,
) -> None:
    """List briefs and editions: which is current, and whether its PDFs are up to date.

    \b
    Examples:
      briefs list
      briefs list wpsdg --as-of 2018-06
    """
    from pipeline.build import list_editions

    project = _open(ctx)
    listed = list_editions(project, slugs, _day(as_of))
    _refuse_unknown(slugs, {row.slug for row in list_editions(project, (), _day(as_of))})
    if as_json:
        import json

        shape = [
            {
                "brief": row.slug,
                "information_date": str(row.information_date),
                "current": row.current,
                "languages": {c: state for c, state in row.states.items()},
            }
            for row in listed
        ]
        click.echo(json.dumps({"format": 1, "editions": shape}, indent=1))
        return
    width = max((len(row.slug) for row in listed), default=0)
    for row in listed:
        mark = "current" if row.current else "-"
        states = " ".join(f"{c}:{state}" for c, state in row.states.items())
        click.echo(
            f"{row.slug:<{width}}  {row.information_date!s:<10}  {mark:<7}  {states}"
        )


@main.command()
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@_json
@_project
@click.pass_context
def verify(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Say of a PDF: is it ours, untouched, conforming, and still current?

    Conformance is checked by veraPDF when the program `verapdf` is on PATH.

    \b
    Examples:
      briefs verify build/wpsdg/wpsdg_2017_en.pdf
      briefs verify downloads/*.pdf --json
    """
    from shutil import which

    from pipeline.build import verify as verify_files
    from pipeline.report import verified_json, verified_text

    project = _open(ctx)
    verified, problems = verify_files(project, files, _today(), which("verapdf"))
    codes = [errors.exit_code(problems), *(v.exit_code for v in verified)]
    code = errors.worst(codes)
    if as_json:
        click.echo(verified_json(verified, problems, code))
    else:
        for one in verified:
            click.echo(verified_text(one))
        _print_problems(project.root, problems)
    ctx.exit(code)


@main.command()
@click.argument("slug")
@click.option(
    "--dated",
    type=InformationDateType(),
    help="Its information date.  [default: this year]",
)
@click.option("--lang", "language", metavar="CODE", help="The language to begin with.")
@_project
@click.pass_context
def new(
    ctx: click.Context, slug: str, dated: "InformationDate | None", language: str | None
) -> None:
    """Start a brief, or a new edition from the latest one.

    \b
    Examples:
      briefs new trade-and-jobs --dated 2018-03
      briefs new wpsdg --dated 2018       a new edition, from the latest
    """
    from pipeline.build import start
    from pipeline.content.dates import InformationDate

    root: Path = ctx.find_root().params["project"]
    if language and (root / "content" / slug).is_dir():
        raise click.UsageError("--lang goes with a new brief; this one is there already")
    written = start(root, slug, dated or InformationDate(_today().year), language)
    for path in written:
        click.echo(path.relative_to(root.resolve()))
    click.echo("next: edit these files, then: briefs build " + slug, err=True)


def _open(ctx: click.Context) -> "Project":
    from pipeline.project import open_project

    return open_project(ctx.find_root().params["project"])


def _day(as_of: "InformationDate | None") -> date:
    """The last day of what was asked: "as of 2018" means at the end of 2018."""
    return as_of.last_day if as_of else _today()


def _today() -> date:
    return date.today()  # noqa: DTZ011 – the author's day, not UTC's


def _refuse_mistakes(project: "Project", order: "Order") -> None:
    from pipeline.content.folders import find_editions

    folders, _ = find_editions(project)
    _refuse_unknown(order.slugs, {f.slug for f in folders})
    named = [f for f in folders if not order.slugs or f.slug in order.slugs]
    _refuse_choice("--lang", order.languages, {c for f in named for c in f.languages})
    if order.edition:
        known = {str(f.information_date) for f in named}
        _refuse_choice("--edition", (str(order.edition),), known)


def _refuse_unknown(slugs: Sequence[str], known: set[str]) -> None:
    _refuse_choice("SLUG", slugs, known, "brief")


def _refuse_choice(option: str, given: Sequence[str], known: Any, what: str = "") -> None:
    from difflib import get_close_matches

    for word in given:
        if word not in known:
            close = get_close_matches(word, sorted(known), n=1)
            hint = f'did you mean "{close[0]}"?' if close else ""
            there = hint or "there is: " + (", ".join(sorted(known)) or "none")
            name = what or option.lstrip("-")
            raise click.UsageError(f'no {name} "{word}"; {there}')


class _Lines:
    """One plain line for each document: in CI, and with --explain."""

    def __init__(self, explain: bool) -> None:
        self.explain = explain

    def __call__(self, document: "Document", total: int) -> None:
        if document.state == "kept" and not self.explain:
            return
        why = f" ({document.reason})" if self.explain and document.reason else ""
        click.echo(f"{document.state:<8} build/{document.name}{why}", err=True)


class _Bar:
    """A progress bar on a terminal; it opens with the first document."""

    def __init__(self) -> None:
        self.bar: Any = None

    def __call__(self, document: "Document", total: int) -> None:
        if self.bar is None:
            self.bar = click.progressbar(
                length=total, file=sys.stderr, item_show_func=lambda name: name
            )
            self.bar.__enter__()
        self.bar.update(1, document.name)

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *reason: Any) -> None:
        if self.bar is not None:
            self.bar.__exit__(*reason)


def _progress(silent: bool, explain: bool) -> Any:
    if silent:
        return nullcontext(lambda document, total: None)
    if explain or not sys.stderr.isatty():
        return nullcontext(_Lines(explain))
    return _Bar()


def _print_problems(
    root: Path, problems: Sequence[errors.Problem], strict: bool = False
) -> None:
    from pipeline.report import annotation, excerpt, problem_text

    on_terminal = sys.stderr.isatty()
    sources: dict[str, str] = {}
    for problem in problems:
        text = problem_text(problem, strict=strict)
        if on_terminal:
            text = _styled(text, problem)
            source = sources.setdefault(problem.place.file, _source(root, problem))
            if shown := excerpt(problem, source):
                head, _, hint = text.partition("\n")
                text = "\n".join(part for part in (head, shown, hint) if part)
        click.echo(text, err=True)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            click.echo(annotation(problem, strict=strict), err=True)


def _styled(text: str, problem: errors.Problem) -> str:
    if os.environ.get("NO_COLOR"):
        return text
    place = str(problem.place)
    error = problem.severity is errors.Severity.ERROR
    return (
        click.style(place, fg="red" if error else "yellow", bold=True) + text[len(place) :]
    )


def _source(root: Path, problem: errors.Problem) -> str:
    """The text of a content file that was read; other files are not shown."""
    path = (root / problem.place.file).resolve()
    if not problem.place.line or not path.is_relative_to(root.resolve()):
        return ""
    try:
        return path.read_bytes()[: 1 << 20].decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _print_json(
    problems: Sequence[errors.Problem], documents: "Sequence[Document]", code: int
) -> None:
    from pipeline.report import report_json

    click.echo(report_json(problems, documents, code))


def _leave(ctx: click.Context, problems: Sequence[errors.Problem]) -> NoReturn:
    code = errors.exit_code(problems)
    if ctx.meta.get(_JSON):
        _print_json(problems, (), code)
    else:
        _print_problems(ctx.params["project"], problems)
    ctx.exit(code)
