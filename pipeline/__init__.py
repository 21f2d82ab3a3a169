"""Briefs: from YAML to printed, accessible policy briefs.

Start reading at `build.py`, which knows the order of the stages:

    content      YAML in, checked values out
    editions     which edition counts on a day
    typeset      values in, HTML and PDF out
    production   what is stale, and how files are written
    paper        what is for printing only: booklets, press files, print orders

Stages do not import each other. Shared by all: `errors` (what can go wrong), `project`
(where things are) and the values of `content` (model, dates, prose). Around them:

    report       what was found -> text, JSON, annotations
    cli          the command line: the only part that prints
"""

__version__ = "0.1.0"
