"""The files of `content/sessions/` -> sessions, or what is wrong with each by itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.content.discovery import entries_of, unexpected_file_problem
from pipeline.content.model_file import read_model
from pipeline.content.validate import texts as check
from pipeline.content.yaml_source import Source
from pipeline.model.schema import ANY_LANGUAGE, Series
from pipeline.model.session import Session, SessionFacts
from pipeline.problems import Place, Problem, Rule, is_blocking
from pipeline.project import Project

_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_HOLDS = "content/sessions/ holds a file for each session, named by its number: 331.yaml"


@dataclass(frozen=True)
class SessionFile:
    """One session as its file's name tells it: nothing has been read yet."""

    number: int
    path: Path


def find_sessions(project: Project) -> tuple[tuple[SessionFile, ...], list[Problem]]:
    """List the sessions of a project by number, and what is misnamed. Opens no file."""
    folder = project.content / "sessions"
    if not folder.exists():
        return (), []
    if not folder.is_dir():
        return (), [unexpected_file_problem(Place(project.name_of(folder)), _HOLDS)]
    found: list[SessionFile] = []
    problems: list[Problem] = []
    for entry in entries_of(project, folder):
        path = folder / entry.name
        place = Place(project.name_of(path))
        if path.suffix != ".yaml":
            problems.append(unexpected_file_problem(place, _HOLDS))
        elif not _NUMBER.fullmatch(path.stem):
            problems.append(
                Problem(
                    Rule.SESSION_NUMBER,
                    place,
                    f'"{path.stem}" is not the number of a session',
                    "name the file by its number: 331.yaml",
                )
            )
        else:
            found.append(SessionFile(int(path.stem), path))
    return tuple(sorted(found, key=lambda s: s.number)), problems


def load_session(
    project: Project, file: SessionFile, series: Series
) -> tuple[Source | None, Session | None, list[Problem]]:
    """Read one session; None when there is an error in what its file says."""
    source, facts, problems = read_model(project, file.path, SessionFacts)
    if source is None or facts is None:
        return source, None, problems
    session = Session(file.number, facts)
    problems += _check(session, source, series)
    return source, (None if any(is_blocking(p) for p in problems) else session), problems


def _check(session: Session, source: Source, series: Series) -> Iterator[Problem]:
    facts = session.facts
    used = [code for code in series.languages if code in session.languages]
    yield from check.check_localized(facts, source, series, used)
    yield from _check_body(facts, source, series, used)
    for index, handout in enumerate(facts.handouts):
        for code in handout.copies:
            if code not in series.languages:
                path = ("handouts", index, "copies", code)
                yield check.unknown_language(source, path, series)
    if facts.dates.end < facts.dates.start:
        yield Problem(
            Rule.SESSION_DATES,
            source.place(("dates", "end")),
            f"the session ends on {facts.dates.end}, before it begins",
            f"it begins on {facts.dates.start}",
        )


def _check_body(
    facts: SessionFacts, source: Source, series: Series, used: Sequence[str]
) -> Iterator[Problem]:
    """Warn of a body that has one name for all languages: on covers that is a mistake.

    In a series a text for all may be meant; a body has a name in each language.
    """
    others = [code for code in used if code != series.default_language]
    if ANY_LANGUAGE in facts.body and others:
        yield Problem(
            Rule.MISSING_TRANSLATION,
            source.place(("body",)),
            f'"body" has no text in {", ".join(others)}',
            "it is printed in another language there",
        )
