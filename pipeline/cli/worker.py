"""`briefs worker`."""

import click

from pipeline.cli import options as option
from pipeline.cli.arguments import count_processors, require_tls, unopened_project


@click.command()
@click.argument("address")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Documents rendered at a time.  [default: one for each processor]",
)
@option.insecure
@option.project
def worker(address: str, jobs: int | None, insecure: bool) -> None:
    """Run a build worker for a Dask scheduler, until the scheduler ends or Ctrl-C.

    ADDRESS is tls://HOST:PORT. The worker uses the bundled fonts, and those of the project
    in this folder, if there is one. The limits are those of `briefs build`.

    \b
    Examples:
      briefs worker tls://scheduler.example:8786
      briefs worker tls://scheduler.example:8786 --jobs 8
    """
    from shutil import which

    from pipeline.toolchain import worker_setup
    from pipeline.workers.dask import run_worker

    if address.startswith("local:"):
        raise click.UsageError(f"ADDRESS {address}: local:N is for `briefs build` only")
    require_tls("ADDRESS", address, insecure)
    setup = worker_setup(unopened_project(), which("gs"))
    click.echo(f"connecting to {address}; Ctrl-C stops the worker", err=True)
    run_worker(
        address,
        setup,
        jobs or count_processors(),
        lambda own_address: click.echo(f"worker {own_address} is ready", err=True),
    )
    click.echo("the worker was stopped, or its scheduler has ended", err=True)
