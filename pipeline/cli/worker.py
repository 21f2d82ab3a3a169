"""`briefs worker`."""

from pathlib import Path

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import processors, require_tls


@click.command()
@click.argument("address")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Documents painted at a time.  [default: one for each processor]",
)
@option.insecure
@option.project
@click.pass_context
def worker(ctx: click.Context, address: str, jobs: int | None, insecure: bool) -> None:
    """Paint for `briefs build --cluster`, until the scheduler ends or Ctrl-C.

    ADDRESS is that of a Dask scheduler: tls://HOST:PORT. Fonts are the bundled ones, and
    those of the project in this folder, if there is one. What a job may use is limited as
    in a build.

    \b
    Examples:
      briefs worker tls://scheduler.example:8786
      briefs worker tls://scheduler.example:8786 --jobs 8
    """
    from shutil import which

    from pipeline.workers.remote import work_elsewhere

    if address.startswith("local:"):
        raise click.UsageError(f"ADDRESS {address}: local:N is for `briefs build` alone")
    require_tls("ADDRESS", address, insecure)
    root: Path = ctx.find_root().params["project"]

    def say(own: str) -> None:
        click.echo(f"{own} paints for {address}; Ctrl-C ends it", err=True)

    def say_waiting() -> None:
        click.echo(f"waiting for a scheduler at {address}; Ctrl-C ends it", err=True)

    ghostscript = which("gs")  # for press files
    of = (root, address, jobs or processors(), say, say_waiting)
    work_elsewhere(*of, ghostscript=ghostscript)
    click.echo("the scheduler is gone, or this worker was told to stop", err=True)
