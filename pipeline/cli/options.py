"""What several commands share: their options, the project they mean, and the day."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipeline.model.dates import InformationDate
    from pipeline.project import Project
    from pipeline.targets import BuildOptions

# Where a command notes that its report is JSON, also when it cannot even begin.
AS_JSON = "briefs.json"
# A machine for each is more than anybody has.
_MOST_PARTS = 10_000
_MOST_DIGITS = 100
# The whole address: Dask accepts more forms than can be checked.
_SCHEDULER = re.compile(
    r"(?P<scheme>tls|tcp)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\[\]]+):(?P<port>[0-9]{1,5})"
)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class InformationDateType(click.ParamType["InformationDate"]):
    """A year, a month or a day: the information date of an edition."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> "InformationDate":
        """Read the date; a wrong one is a usage error."""
        from pipeline.model.dates import InformationDate

        try:
            return InformationDate.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class ClusterType(click.ParamType[str]):
    """Where a cluster is: the address of its scheduler, or local:N on this machine."""

    name = "address"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        """Take the address as it is; whether it may be used is asked later."""
        kind, _, number = str(value).partition(":")
        if kind == "local" and not (_is_number(number) and 1 <= int(number) <= 64):
            self.fail("local:N is a number of workers from 1 to 64", param, ctx)
        return str(value)


def _is_number(said: str) -> bool:
    """Whether these are digits from 0 to 9, not those of other scripts, and not a book."""
    return said.isascii() and said.isdecimal() and len(said) <= _MOST_DIGITS


class ShardType(click.ParamType[tuple[int, int]]):
    """One of some parts: 2/5 is the second of five."""

    name = "part"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        """Read the part; a wrong one is a usage error."""
        if isinstance(value, tuple):
            return value
        which, _, of = str(value).partition("/")
        if not (_is_number(which) and _is_number(of)) or int(of) == 0:
            self.fail("a part is K/N, such as 2/5 for the second of five", param, ctx)
        if int(of) > _MOST_PARTS:
            self.fail(f"there are at most {_MOST_PARTS:,} parts, not {of}", param, ctx)
        if not 1 <= int(which) <= int(of):
            self.fail(f"the parts of {of} are 1/{of} to {of}/{of}", param, ctx)
        return int(which), int(of)


class SessionNumberType(click.ParamType[int]):
    """The number of a session, as the name of its file has it."""

    name = "number"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        """Read the number; anything else is a usage error."""
        said = str(value)
        if said.isascii() and said.isdecimal() and not said.startswith("0"):
            return int(said)
        return self.fail(
            f'"{said}" is not the number of a session, such as 331', param, ctx
        )


def _note_json(ctx: click.Context, _: click.Parameter, as_json: bool) -> bool:
    ctx.meta[AS_JSON] = as_json
    return as_json


def _note_project(ctx: click.Context, _: click.Parameter, root: Path | None) -> None:
    if root:
        ctx.find_root().params["project"] = root


slugs_argument = click.argument("slugs", nargs=-1, metavar="[SLUG]...")
json_option = click.option(
    "--json", "as_json", is_flag=True, callback=_note_json, help="Print the report as JSON."
)
root_option = click.option(
    "--project",
    type=_FOLDER,
    default=".",
    help="The folder that holds content/.  [default: this folder]",
)
# Also after a command, where one looks for it; what stands nearer wins.
project_option = click.option(
    "--project",
    type=_FOLDER,
    expose_value=False,
    callback=_note_project,
    help="The folder that holds content/.  [default: this folder]",
)
strict_option = click.option("--strict", is_flag=True, help="Treat warnings as errors.")
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print problems only.")
insecure_option = click.option(
    "--insecure-cluster",
    "insecure",
    is_flag=True,
    help="Allow tcp:// between machines: whoever reaches the port runs any program.",
)
as_of_option = click.option(
    "--as-of",
    type=InformationDateType(),
    help="What was current then: 2018, 2018-06 or 2018-06-15.  [default: today]",
)
edition_option = click.option(
    "--edition",
    type=InformationDateType(),
    help="The edition of this information date.",
)
jobs_option = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Documents painted at a time.  [default: one for each processor]",
)


def processors() -> int:
    """How many processors this process may use, where the system tells."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


session_argument = click.argument("number", type=SessionNumberType(), metavar="SESSION")
session_option = click.option(
    "--session",
    type=SessionNumberType(),
    metavar="NUMBER",
    help="What this session hands out, in the languages that are printed.",
)


def session_editions(
    project: "Project", session: int
) -> "dict[tuple[str, InformationDate], tuple[str, ...]]":
    """What a session hands out, in which languages; refuse a session that is not there."""
    from pipeline.commands.session import session_editions as editions_of

    validate_session(project, session)
    return editions_of(project, session)


def validate_session(project: "Project", number: int) -> None:
    """Refuse a session that is not there."""
    from pipeline.content.session_loader import find_sessions

    sessions = {str(file.number) for file in find_sessions(project)[0]}
    validate_choice("SESSION", (str(number),), sessions, "session")


def project_of(ctx: click.Context) -> "Project":
    """Open the project that the command was given."""
    from pipeline.project import open_project

    return open_project(ctx.find_root().params["project"])


def day_of(as_of: "InformationDate | None") -> date:
    """The last day of what was asked: "as of 2018" means at the end of 2018."""
    return as_of.last_day if as_of else today()


def today() -> date:
    """The day of whoever asks."""
    return date.today()  # noqa: DTZ011 – the author's day, not UTC's


def cache_of(project: "Project", folder: str | None) -> Path:
    """The folder of the cache; refuse one that would lie among what people write."""
    if folder == "":
        raise click.UsageError("--cache names no folder")
    # Not resolve(), which raises for a link to itself: that is said when it is used.
    cache = Path(os.path.realpath(folder or project.build / ".cache"))
    names = ("content", "templates", "styles")
    written = (os.path.realpath(project.root / name) for name in names)
    if cache == project.root or any(map(cache.is_relative_to, written)):
        from pipeline.report.escape import escape_controls

        said = f'--cache "{folder}": people write there; take a folder for the cache alone'
        raise click.UsageError(escape_controls(said))
    return cache


def require_tls(option: str, address: str | None, insecure: bool) -> None:
    """Refuse a scheduler address without TLS, unless only this machine can reach it."""
    if address is None or address.startswith("local:"):
        return
    match = _SCHEDULER.fullmatch(address)
    if not match or not 0 < int(match["port"]) < 1 << 16:
        raise click.UsageError(f"{option} {address}: an address is tls://HOST:PORT")
    if not (match["scheme"] == "tls" or insecure or _is_loopback(match["host"])):
        raise click.UsageError(
            f"{option} {address}: without TLS, anyone who reaches the port can run any "
            "program; use tls://, or --insecure-cluster in a private network"
        )


def _is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a host."""
    with suppress(ValueError):  # a name
        return ip_address(host.strip("[]")).is_loopback
    return host == "localhost"


def validate_selection(
    project: "Project", order: "BuildOptions", session: int | None = None
) -> None:
    """Refuse briefs, languages and editions that are not there, or not at a `session`."""
    from pipeline.content.discovery import find_editions

    folders, _ = find_editions(project)
    refuse_unknown(order.slugs, {f.slug for f in folders})
    named = [f for f in folders if not order.slugs or f.slug in order.slugs]
    there = {c for f in named for c in f.languages}
    if session:
        refuse_not_handed_out(order, session)
        given = order.editions.items()
        there = {c for (s, _), n in given if not order.slugs or s in order.slugs for c in n}
    validate_choice("--lang", order.languages, there)
    if order.edition:
        known = {str(f.information_date) for f in named}
        validate_choice("--edition", (str(order.edition),), known)


def refuse_not_handed_out(order: "BuildOptions", session: int) -> None:
    """Refuse briefs that a session does not hand out."""
    given = sorted({slug for slug, _ in order.editions})
    for slug in order.slugs:
        if slug not in given:
            there = f"it hands out: {', '.join(given)}"
            raise click.UsageError(f'session {session} does not hand out "{slug}"; {there}')


def refuse_unknown(slugs: Sequence[str], known: set[str]) -> None:
    """Refuse briefs that are not there."""
    validate_choice("SLUG", slugs, known, "brief")


def validate_choice(option: str, given: Sequence[str], known: Any, what: str = "") -> None:
    """Refuse a word that is not one of those known; suggest the nearest."""
    for word in given:
        if word not in known:
            from difflib import get_close_matches

            from pipeline.report.escape import escape_controls

            close = get_close_matches(word, sorted(known), n=1)
            hint = f'did you mean "{close[0]}"?' if close else ""
            there = hint or "there is: " + (", ".join(sorted(known)) or "none")
            name = what or option.lstrip("-")
            raise click.UsageError(escape_controls(f'no {name} "{word}"; {there}'))
