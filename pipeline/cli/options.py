"""Options and arguments that several commands share.

A parameter type only parses; whether a brief, a session or a language exists is checked by
`commands/selection.py`, with the project.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.cli.arguments import count_processors
from pipeline.model.dates import InformationDate

# The keys of the Click context that record the output format. An error before the command
# runs is printed in this format, too.
AS_JSON, AS_SARIF = "briefs.as_json", "briefs.as_sarif"
_MAX_SHARDS = 10_000
_F = TypeVar("_F", bound=Callable[..., Any])


class _ParsedType(click.ParamType[Any]):
    """A parameter type made of a parser, which raises ValueError for a wrong value."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Parse the value; a wrong one is a usage error."""
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def _parse_cluster(text: str) -> str:
    kind, _, number = text.partition(":")
    is_number = re.fullmatch("[0-9]{1,2}", number)
    if kind == "local" and not (is_number and 1 <= int(number) <= 64):
        raise ValueError("write local:N with a number of workers from 1 to 64")
    return text


def _parse_shard(text: str) -> tuple[int, int]:
    """Read 2/5 as the second of five shards."""
    match = re.fullmatch("([0-9]{1,6})/([0-9]{1,6})", text)
    index, count = map(int, match.groups()) if match else (0, 0)
    if not 1 <= index <= count <= _MAX_SHARDS:
        raise ValueError(
            f"write K/N, such as 2/5 for the second of five; N is at most {_MAX_SHARDS:,}"
        )
    return index, count


def _record_format(ctx: click.Context, option: click.Parameter, is_chosen: bool) -> bool:
    ctx.meta[f"briefs.{option.name}"] = is_chosen
    return is_chosen


def _record_project(ctx: click.Context, _: click.Parameter, root: Path | None) -> None:
    if root:
        ctx.find_root().params["project"] = root


def _parse_old_edition(text: str) -> InformationDate | str:
    return text if text == "published" else InformationDate.parse(text)


date_type = _ParsedType("date", InformationDate.parse)
old_edition_type = _ParsedType("date", _parse_old_edition)
slugs = click.argument("slugs", nargs=-1, metavar="[SLUG]...")
session_slug = click.argument("slug", metavar="SESSION")


def _project_option(**options: Any) -> Callable[[_F], _F]:
    return click.option(
        "--project",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder that holds content/.  [default: this folder]",
        **options,
    )


root = _project_option(default=".")
# The same option after a command; the value nearest to the end of the line counts.
project = _project_option(expose_value=False, callback=_record_project)
json = click.option(
    "--json",
    "as_json",
    is_flag=True,
    callback=_record_format,
    help="Print the report as JSON.",
)
sarif = click.option(
    "--sarif",
    "as_sarif",
    is_flag=True,
    callback=_record_format,
    help="Print the problems as SARIF, for code hosts and editors.",
)
strict = click.option("--strict", is_flag=True, help="Treat warnings as errors.")
quiet = click.option("--quiet", "-q", is_flag=True, help="Print problems only.")
languages = click.option(
    "--lang",
    "languages",
    multiple=True,
    metavar="CODE",
    help="Build only this language (repeatable).",
)
insecure = click.option(
    "--insecure-cluster",
    "insecure",
    is_flag=True,
    help="Allow tcp:// between machines: anyone who reaches the port can run programs.",
)
as_of = click.option(
    "--as-of",
    type=date_type,
    help="Use the editions current on this date: 2018, 2018-06 or 2018-06-15.  "
    "[default: today]",
)
embargoed = click.option(
    "--embargoed",
    is_flag=True,
    help="Include editions under embargo; each page states the end of the embargo.",
)
edition = click.option(
    "--edition", type=date_type, help="Use the edition of this information date."
)
jobs = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 64),
    callback=lambda _, __, jobs: jobs or count_processors(),
    metavar="N",
    help="Number of worker processes.  [default: number of processors]",
)
session = click.option(
    "--session",
    metavar="SESSION",
    help="Build the editions and languages that this session hands out.",
)
cluster = click.option(
    "--cluster",
    type=_ParsedType("address", _parse_cluster),
    metavar="ADDRESS",
    help="Build on a Dask cluster: tls://HOST:PORT of its scheduler, or local:N.",
)
shard = click.option(
    "--shard",
    type=_ParsedType("shard", _parse_shard),
    metavar="K/N",
    default="1/1",
    show_default=False,
    help="Build only shard K of N, for a CI matrix.",
)


def report(command: _F) -> _F:
    """Add the options that end commands with a report: --json, --quiet, --project."""
    return json(quiet(project(command)))
