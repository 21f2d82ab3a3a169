"""Check the days of the lifecycle of an edition, and that a final one has its own text."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from pipeline.content.scaffold import find_example
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.dates import InformationDate
from pipeline.model.fields import FieldPath
from pipeline.model.schema import EditionFacts
from pipeline.problems import Problem, Rule
from pipeline.project import Project

# The beginning of a text that `briefs import` did not find in a Word file.
TO_DO = "TO DO: "
# Shorter texts of the example, such as "Box" or "First group", may be intended.
_MIN_LENGTH = 25


def check_days(
    facts: EditionFacts, source: Source, information_date: InformationDate
) -> Iterator[Problem]:
    """Check embargo, corrections and withdrawal: in order, and none before the edition."""
    first = information_date.first_day
    days = [(("corrections", n, "date"), c.date) for n, c in enumerate(facts.corrections)]
    dated: list[tuple[FieldPath, object]] = [*days]
    if facts.withdrawn:
        dated.append((("withdrawn", "date"), facts.withdrawn.date))
    if facts.embargo_until:
        dated.append((("embargo_until",), facts.embargo_until))
    for path, day in dated:
        if str(day) < str(first):
            message = f"{day} is before {first}, the first day of this edition"
            hint = "check the day, and whether this is the right edition"
            yield Problem(Rule.INVALID_VALUE, source.place(path), message, hint)
    for (_, earlier), (path, later) in pairwise(days):
        if later < earlier:
            message = f"the correction of {later} comes after that of {earlier}"
            hint = "list corrections in the order of their days, the newest last"
            yield Problem(Rule.INVALID_VALUE, source.place(path), message, hint)


def check_starter_text(
    source: Source, facts: EditionFacts, project: Project
) -> Iterator[Problem]:
    """Report a text of the example of `briefs new`, or one to write, in a final edition."""
    if facts.status == "draft":
        return
    files = (find_example(project, code) for code in (Path(source.file).stem, "en"))
    example = frozenset[str]().union(*map(_example_texts, files))
    texts = ((path, text) for path, text in source.walk() if isinstance(text, str))
    examples = [(p, text) for p, text in texts if text in example or text.startswith(TO_DO)]
    if examples:
        path, text = examples[0]
        message = f'the edition is final, but this is example text: "{text}"'
        if text.startswith(TO_DO):
            message = f'the edition is final, but this is still to be written: "{text}"'
        hint = "write your own text, or set status: draft in edition.yaml"
        if len(examples) > 1:
            hint += f"; such texts in this file: {len(examples)}"
        yield Problem(Rule.STARTER_TEXT, source.place(path), message, hint)


@lru_cache(maxsize=16)
def _example_texts(file: Path | None) -> frozenset[str]:
    """Read the long texts of the example; none if it cannot be read."""
    try:
        source = read_yaml(file.name, file.read_bytes())[0] if file else None
    except OSError:
        source = None
    texts = (value for _, value in source.walk()) if source else ()
    return frozenset(t for t in texts if isinstance(t, str) and len(t) >= _MIN_LENGTH)
