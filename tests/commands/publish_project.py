"""A project with a brief of two languages and a chart; publish it, and change its files."""

from collections.abc import Mapping
from pathlib import Path

from tests.conftest import briefs, change_file, changed

FOLDER = "content/brief/2017"
EN = f"{FOLDER}/en.yaml"
FACTS = f"{FOLDER}/edition.yaml"
TEXT = """\
title: Pay
sections:
  - heading: H
    blocks:
      - text: Pay rose by 12 per cent. # a note of the author
      - figure:
          title: Shares
          subtitle: Per cent
          chart: bar
          data: shares.csv
          label: place
          value: share
          alt: Four bars.
          source: A source
"""
FILES: Mapping[str, str | bytes | None] = {
    "content/series.yaml": "name: N\npublisher: {name: P}\nlanguages: [en, fr]\n",
    EN: TEXT,
    f"{FOLDER}/fr.yaml": changed(TEXT, "rose by 12 per cent", "augmente"),
    f"{FOLDER}/shares.csv": "place,share\nHere,1\nThere,2\nNear,3\nFar,4\n",
}


def publish_2017(root: Path, on: str, *options: str) -> str:
    result = briefs(root, "publish", "brief", "--on", on, *options)
    assert result.exit_code == 0, result.output
    return result.output


def change(root: Path, name: str, old: str, new: str) -> None:
    change_file(root / name, old, new)
