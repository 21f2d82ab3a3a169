"""Load the files of `content/sessions/`, each by itself."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pipeline.content.discovery import SLUG, entries_of, name_hint, unexpected_file_problem
from pipeline.content.read_file import read_model
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

# A number has an ordinal form: "331st Session".
_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_FOLDER_HINT = (
    "content/sessions/ holds a file for each session: 331.yaml, council-2025.yaml"
)


def find_sessions(project: Project) -> tuple[dict[str, Path], list[Problem]]:
    """List the files of sessions by name, and report wrong names. Opens no file."""
    folder = project.content / "sessions"
    if not folder.exists():
        return {}, []
    if not folder.is_dir():
        return {}, [unexpected_file_problem(Place(project.name_of(folder)), _FOLDER_HINT)]
    sessions: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in (folder / entry.name for entry in entries_of(project, folder)):
        place = Place(project.name_of(path))
        if path.suffix != ".yaml":
            problems.append(unexpected_file_problem(place, _FOLDER_HINT))
        elif SLUG.fullmatch(path.stem):
            sessions[path.stem] = path
        else:
            message = f'"{path.stem}" is not a valid name of a session'
            hint = name_hint(path.stem, "council-2025")
            problems.append(Problem(Rule.SESSION_NAME, place, message, hint))
    return sessions, problems


def load_session(
    project: Project, path: Path, series: Series
) -> tuple[Source | None, Session | None, list[Problem]]:
    """Read one session. The session is None when its file has an error."""
    check = partial(_check_session, slug=path.stem, series=series)
    source, facts, problems = read_model(project, path, SessionFacts, check)
    return source, Session(path.stem, facts) if facts else None, problems


def _check_session(
    facts: SessionFacts, source: Source, slug: str, series: Series
) -> Iterator[Problem]:
    if facts.name is None and not _NUMBER.fullmatch(slug):
        message = f'"name" is missing, and "{slug}" is not a number'
        hint = "name the session as it is to be printed: name: {en: 3rd Meeting}"
        yield Problem(Rule.MISSING_KEY, source.place(()), message, hint)
    elif facts.name is None and facts.body is None:
        message = '"body" is missing, and the session has only a number'
        hint = "name the body that meets: body: {en: Council}"
        yield Problem(Rule.MISSING_KEY, source.place(()), message, hint)
    used = [code for code in series.languages if code in facts.languages]
    yield from check_localized(facts, source, series, used)
    others = [code for code in used if code != series.default_language]
    for key in ("name", "body"):
        if ANY_LANGUAGE in (getattr(facts, key) or ()) and others:
            # The names of a session and a body differ by language, unlike other texts.
            yield missing_translation_problem(source, (key,), others)
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
    delivery_day, first_day = facts.printing.deliver_by, facts.dates.start
    if delivery_day and delivery_day > first_day:
        message = f"the copies are delivered on {delivery_day}, after the session begins"
        place = source.place(("printing", "deliver_by"))
        yield Problem(Rule.SESSION_DATES, place, message, f"it begins on {first_day}")
    sizes = "half", series.paper.name, series.paper.half_name
    if "size" in facts.paper.model_fields_set and facts.paper.size not in sizes:
        message = f"the series is printed on {series.paper.name}"
        hint = "delete the key for whole sheets, or write half; or set the paper of "
        hint += "the series in content/series.yaml"
        yield Problem(Rule.PAPER_SIZE, source.place(("paper", "size")), message, hint)
    if facts.dates.end < first_day:
        message = f"the session ends on {facts.dates.end}, before it begins"
        place = source.place(("dates", "end"))
        yield Problem(Rule.SESSION_DATES, place, message, f"it begins on {first_day}")
