"""Load the files of `content/sessions/`, each by itself."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pipeline.content.discovery import entries_of, unexpected_file_problem
from pipeline.content.loader import read_model
from pipeline.content.validate.translations import (
    check_localized,
    missing_translation_problem,
    unknown_language_problem,
)
from pipeline.content.yaml_source import Source
from pipeline.model.fields import ANY_LANGUAGE
from pipeline.model.schema import Series
from pipeline.model.session import Session, SessionFacts
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_FOLDER_HINT = (
    "content/sessions/ holds a file for each session, named by its number: 331.yaml"
)


def find_sessions(project: Project) -> tuple[dict[int, Path], list[Problem]]:
    """List the files of sessions by number, and report wrong names. Opens no file."""
    folder = project.content / "sessions"
    if not folder.exists():
        return {}, []
    if not folder.is_dir():
        return {}, [unexpected_file_problem(Place(project.name_of(folder)), _FOLDER_HINT)]
    sessions: dict[int, Path] = {}
    problems: list[Problem] = []
    for path in (folder / entry.name for entry in entries_of(project, folder)):
        place = Place(project.name_of(path))
        if path.suffix != ".yaml":
            problems.append(unexpected_file_problem(place, _FOLDER_HINT))
        elif _NUMBER.fullmatch(path.stem):
            sessions[int(path.stem)] = path
        else:
            message = f'"{path.stem}" is not the number of a session'
            hint = "name the file by its number: 331.yaml"
            problems.append(Problem(Rule.SESSION_NUMBER, place, message, hint))
    return dict(sorted(sessions.items())), problems


def load_session(
    project: Project, number: int, path: Path, series: Series
) -> tuple[Source | None, Session | None, list[Problem]]:
    """Read one session. The session is None when its file has an error."""
    check = partial(_check, series=series)
    source, facts, problems = read_model(project, path, SessionFacts, check)
    return source, Session(number, facts) if facts else None, problems


def _check(facts: SessionFacts, source: Source, series: Series) -> Iterator[Problem]:
    used = [code for code in series.languages if code in facts.languages]
    yield from check_localized(facts, source, series, used)
    others = [code for code in used if code != series.default_language]
    if ANY_LANGUAGE in facts.body and others:
        # The name of a body differs by language, unlike other texts.
        yield missing_translation_problem(source, ("body",), others)
    for index, handout in enumerate(facts.handouts):
        for code in handout.copies:
            if code not in series.languages:
                path = ("handouts", index, "copies", code)
                yield unknown_language_problem(source, path, series)
    for code in facts.printing.packs:
        pack = ("printing", "packs", code)
        if code not in series.languages:
            yield unknown_language_problem(source, pack, series)
        elif code not in facts.languages:
            message = f'there is no pack in "{code}": no brief is handed out in it'
            hint = "available: " + ", ".join(used)
            yield Problem(Rule.MISSING_LANGUAGE, source.place(pack), message, hint)
    due = facts.printing.deliver_by
    if due and due > facts.dates.start:
        message = f"the copies are delivered on {due}, after the session begins"
        place, hint = (
            source.place(("printing", "deliver_by")),
            f"it begins on {facts.dates.start}",
        )
        yield Problem(Rule.SESSION_DATES, place, message, hint)
    if facts.dates.end < facts.dates.start:
        message = f"the session ends on {facts.dates.end}, before it begins"
        place, hint = source.place(("dates", "end")), f"it begins on {facts.dates.start}"
        yield Problem(Rule.SESSION_DATES, place, message, hint)
