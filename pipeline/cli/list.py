"""`briefs list`."""

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    as_of_option,
    day_of,
    json_option,
    project_of,
    project_option,
    refuse_unknown,
    slugs_argument,
)

if TYPE_CHECKING:
    from pipeline.model.dates import InformationDate


@click.command(name="list")
@slugs_argument
@as_of_option
@json_option
@project_option
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
    from pipeline.commands.list import list_editions

    project = project_of(ctx)
    listed = list_editions(project, slugs, day_of(as_of))
    refuse_unknown(slugs, {row.slug for row in list_editions(project, (), day_of(as_of))})
    if as_json:
        import json

        shape = [
            {
                "brief": row.slug,
                "information_date": str(row.information_date),
                "current": row.is_current,
                "languages": {c: state for c, state in row.states.items()},
            }
            for row in listed
        ]
        click.echo(json.dumps({"format": 1, "editions": shape}, indent=1))
        return
    width = max((len(row.slug) for row in listed), default=0)
    for row in listed:
        mark = "current" if row.is_current else "-"
        states = " ".join(f"{c}:{state}" for c, state in row.states.items())
        click.echo(
            f"{row.slug:<{width}}  {row.information_date!s:<10}  {mark:<7}  {states}"
        )
