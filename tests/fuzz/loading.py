"""Give bytes to each reader of content, as a file of a small project.

Each reader must return a list of problems; an exception is a bug.
"""

import tempfile
from functools import cache
from pathlib import Path

from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_edition, load_series
from pipeline.content.validate.images import read_picture
from pipeline.content.yaml_source import read_yaml
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.editions.sessions import read_sessions
from pipeline.html.text.markdown import TextStyle, prose_html
from pipeline.model.schema import LanguageVersion
from pipeline.model.walk import texts_in
from pipeline.problems import Place, Problem
from pipeline.project import Project, open_project

LANGUAGE_FILE = "content/brief/2017/en.yaml"
SERIES = b"name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\n"
BRIEF = b"title: A title\nsections: [{heading: A, blocks: [{text: B}]}]\n"
CHART = b"""\
title: A title
sections:
  - heading: A heading
    blocks:
      - figure: {title: A, subtitle: B, chart: bar, data: data.csv, label: a, value: b,
                 alt: C, source: D}
"""


@cache
def _project() -> Project:
    root = Path(tempfile.mkdtemp(prefix="briefs-fuzz-"))
    (root / LANGUAGE_FILE).parent.mkdir(parents=True)
    (root / "content/series.yaml").write_bytes(SERIES)
    return open_project(root)


def _load(files: dict[str, bytes]) -> list[Problem]:
    project = _project()
    for name, data in files.items():
        (project.root / name).write_bytes(data)
    (folder,), misnamed = find_editions(project)
    series, problems = load_series(project, ["en"])
    assert series
    _, edition_problems = load_edition(project, folder, series, first_edition=True)
    return [*misnamed, *problems, *edition_problems]


def problems_of_brief(data: bytes) -> list[Problem]:
    """Read bytes as the text of a brief; if there is no problem, convert it to HTML."""
    problems = _load({LANGUAGE_FILE: data})
    source, _ = read_yaml(LANGUAGE_FILE, data)
    if source and not problems:
        for _, text in texts_in(LanguageVersion, source.value):
            prose_html(text, TextStyle(avoids_runts=True))
    return problems


def problems_of_session(data: bytes) -> list[Problem]:
    """Read bytes as the file of a session that hands out the brief."""
    project = _project()
    (project.root / LANGUAGE_FILE).write_bytes(BRIEF)
    (project.content / "sessions").mkdir(exist_ok=True)
    (project.content / "sessions" / "1.yaml").write_bytes(data)
    series, _ = load_series(project, ["en"])
    assert series
    return list(
        read_sessions(
            project, read_lifecycles(project, find_editions(project)[0]), series
        ).problems
    )


def problems_of_data(data: bytes) -> list[Problem]:
    """Read bytes as the data of a chart."""
    return _load({LANGUAGE_FILE: CHART, "content/brief/2017/data.csv": data})


def problems_of_drawing(data: bytes) -> list[Problem]:
    """Read bytes as an SVG picture."""
    return _problems_of_picture("map.svg", data)


def problems_of_photograph(data: bytes) -> list[Problem]:
    """Read bytes as a photograph."""
    return _problems_of_picture("photo.png", data)


def _problems_of_picture(name: str, data: bytes) -> list[Problem]:
    picture, faults = read_picture(name, data)
    assert picture or faults
    return [Problem(f.rule, Place(LANGUAGE_FILE), f.message, f.hint) for f in faults]


READERS = (problems_of_brief, problems_of_data, problems_of_drawing, problems_of_photograph)


def read(data: bytes) -> list[Problem]:
    """Read an input of the fuzzer: the first byte chooses the reader."""
    return READERS[data[0] % len(READERS)](data[1:]) if data else []
