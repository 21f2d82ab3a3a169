"""`python -m pipeline` is the same as `briefs`."""

from pipeline.cli import main

main(prog_name="briefs")
