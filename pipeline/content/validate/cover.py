"""Check the cover of an edition: its photograph, and the parts that the text must have."""

from collections.abc import Iterator

from pipeline.content.validate.images import check_cover_picture
from pipeline.content.yaml_source import Source
from pipeline.model.paper import SheetSize
from pipeline.model.schema import Cover, LanguageVersion
from pipeline.problems import Problem, Rule
from pipeline.project import Project

_PHOTO_KEYS = ("file", "alt", "credit")
_HINTS = {
    "file": "file: hall.jpg",
    "alt": "alt: {en: Delegates in the hall}",
    "credit": "credit: {en: Photograph by A. Name}",
}


def check_cover(
    cover: Cover, source: Source, project: Project, folder: str, paper: SheetSize
) -> Iterator[Problem]:
    """Check the cover in `edition.yaml`: its keys, and its photograph at a paper size."""
    is_photo = cover.kind == "photo"
    for key in _PHOTO_KEYS:
        value = getattr(cover, key)
        if is_photo and value is None:
            message = f'"{key}" is missing; a cover with a photograph needs it'
            place, hint = source.place(("cover",)), f"add a line: {_HINTS[key]}"
            yield Problem(Rule.MISSING_KEY, place, message, hint)
        elif value is not None and not is_photo:
            message = f'"{key}" belongs to a cover with a photograph'
            hint = f"write kind: photo, or delete {key}"
            place = source.key_place(("cover", key))
            yield Problem(Rule.INVALID_VALUE, place, message, hint)
    if is_photo and cover.file:
        for issue in check_cover_picture(project, folder, cover.file, paper):
            yield issue.problem(source.place(("cover", "file")))


def check_cover_text(
    cover: Cover, version: LanguageVersion, source: Source
) -> Iterator[Problem]:
    """Check that a text has what its cover shows."""
    missing = ""
    if cover.kind == "figure" and not version.pull_figures:
        missing = "pull figure"
    if cover.kind == "chart" and version.line_chart is None:
        missing = "figure with chart: line"
    if missing:
        message = f"the cover shows a {cover.kind}, and this text has no {missing}"
        hint = "add one, or choose another cover in edition.yaml, such as cover: type"
        yield Problem(Rule.MISSING_KEY, source.place(()), message, hint)
