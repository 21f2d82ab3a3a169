"""`briefs web`."""

import re
from typing import Any

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import cache_of, current_project, day_of
from pipeline.cli.output import build_and_print
from pipeline.commands.web import build_web
from pipeline.model.dates import InformationDate
from pipeline.problems import ExitCode
from pipeline.targets import BuildOptions

_ADDRESS = re.compile(r"https://[^\s/?#\"<>]+\.[^\s/?#\"<>]+(/[^\s?#\"<>]*)?")


def _check_address(_: click.Context, __: click.Parameter, url: str | None) -> str:
    if url is not None and not _ADDRESS.fullmatch(url):
        raise click.BadParameter(f'"{url}" is not like https://briefs.example.org')
    return url or ""


@click.command()
@click.option(
    "--url",
    metavar="ADDRESS",
    callback=_check_address,
    help="Web address of the site.  [default: url in content/series.yaml]",
)
@option.as_of
@click.option(
    "--self-contained",
    is_flag=True,
    help="Write each edition as one HTML file in build/SLUG/ instead.",
)
@click.option(
    "--unpublished", is_flag=True, help="Include final editions that are not published."
)
@option.jobs
@option.strict
@option.report
def web(
    url: str,
    as_of: InformationDate | None,
    self_contained: bool,
    as_json: bool,
    quiet: bool,
    **fields: Any,  # the other options, named like the fields of BuildOptions
) -> ExitCode:
    """Build the website of the series into build/site/.

    It has a page for each published edition and language, with PDF and data to download,
    and an index, search, feeds and a sitemap. Drafts, editions under embargo or of a future
    date, and texts that are not published are left out. Stale PDFs are built first. All
    other files in build/site/ are removed.

    \b
    Examples:
      briefs web --url https://briefs.example.org
      briefs web --self-contained        one HTML file for each edition and language
    """
    project = current_project()
    options = BuildOptions(**fields, cache=cache_of(project, None))

    def run(_: Any) -> Any:
        return build_web(project, options, day_of(as_of), url, single_files=self_contained)

    return build_and_print(run, project, options, "file", as_json=as_json, quiet=quiet)
