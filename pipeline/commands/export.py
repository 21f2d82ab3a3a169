"""Write a language version as a Word document for a reviewer: `briefs export`."""

from hashlib import sha256

from pipeline.commands.check import read_content
from pipeline.content.discovery import EditionFolder
from pipeline.content.read_file import read_bytes
from pipeline.design.strings import read_strings
from pipeline.model.schema import LanguageVersion, Picture
from pipeline.model.walk import parts_in
from pipeline.problems import PipelineError, is_blocking
from pipeline.project import Project
from pipeline.targets import BuildOptions
from pipeline.word.names import DIGEST, SOURCE
from pipeline.word.write_file import write_word


def export_word(project: Project, folder: EditionFolder, language: str) -> bytes:
    """Return the document of an edition in a language.

    Raises PipelineError if the text has an error.
    """
    options = BuildOptions((folder.slug,), edition=folder.information_date)
    content = read_content(project, options, None)
    edition = next(iter(content.editions), None)
    version = edition.versions.get(language) if edition else None
    name = f"{folder.name}/{language}.yaml"
    if content.series is None or edition is None or version is None:
        raise PipelineError(*filter(is_blocking, content.problems))
    labels = read_strings(project, language)
    digest = sha256(read_bytes(project, project.root / name)).hexdigest()
    pictures = _read_pictures(folder, version)
    return write_word(
        version,
        language,
        labels,
        edition.data,
        pictures,
        {SOURCE: name, DIGEST: digest},
        content.series.paper,
    )


def _read_pictures(folder: EditionFolder, version: LanguageVersion) -> dict[str, bytes]:
    names = {picture.file for _, picture in parts_in(version, Picture)}
    return {name: (folder.path / name).read_bytes() for name in sorted(names)}
