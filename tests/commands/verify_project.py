"""A project with an edition that has a chart, and files of a later edition."""

from datetime import date

from tests.conftest import changed

EN = "content/brief/2017/en.yaml"
DATA = "content/brief/2017/shares.csv"
TEXT = """\
title: A title
sections:
  - heading: A heading
    blocks:
      - text: Some text.
      - figure:
          title: One is more
          subtitle: Number
          chart: bar
          data: shares.csv
          label: place
          value: share
          alt: Two bars.
          source: Us.
"""
PROJECT: dict[str, str | bytes | None] = {
    "content/series.yaml": (
        "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr]\n"
    ),
    EN: TEXT,
    DATA: "place,share\nHere,1\nThere,2\n",
}
LATER: dict[str, str | bytes | None] = {
    "content/brief/2018-03/fr.yaml": changed(TEXT, "shares.csv", "[{place: a, share: 1}]"),
    "content/brief/2018-03/edition.yaml": "change_note: {en: With *figures* of 2018.}\n",
}
TODAY = date(2026, 1, 1)
