"""Run a worker of a cluster with given limits, whose processes import given modules.

Usage: python -m tests.workers.run_worker ADDRESS ROOT CPU_SECONDS WALL_SECONDS MODULE...
"""

import sys
from dataclasses import replace
from pathlib import Path

import click

from pipeline.project import Project
from pipeline.toolchain import worker_setup
from pipeline.workers import dask
from pipeline.workers.pool import Limits

if __name__ == "__main__":
    dask._KILL_DELAY = 1
    address, root, cpu_seconds, wall_seconds, *preload = sys.argv[1:]
    limits = Limits(700, int(cpu_seconds), int(wall_seconds))
    setup = worker_setup(Project(Path(root)), None)
    setup = replace(setup, preload=preload, limits=limits)
    dask.run_worker(address, setup, 1, lambda own: click.echo("is ready", err=True))
