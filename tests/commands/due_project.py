"""A project with an edition to review after a year, and a session."""

TEXT = "title: A *title*\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"
SESSION = """\
body: {en: Governing Body, fr: Conseil d’administration}
dates: {start: 2017-10-26, end: 2017-11-09}
place: Geneva
handouts:
  - brief: brief
    copies: {en: 120, fr: 60}
"""
FACTS = "content/brief/2017/edition.yaml"
FILES: dict[str, str | bytes | None] = {
    "content/series.yaml": "name: Briefs\npublisher: {name: A}\nlanguages: [en, fr]\n",
    "content/brief/2017/en.yaml": TEXT,
    "content/brief/2017/fr.yaml": TEXT,
    FACTS: "review_after: 12 months\n",
    "content/sessions/331.yaml": SESSION,
}
