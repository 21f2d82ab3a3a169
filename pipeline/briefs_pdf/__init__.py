"""The Python API: `import briefs_pdf`.

The wheel has this folder as a package of its own, so that another program never imports the
general name `pipeline` (docs/decisions/0046-python-api.md). What is here is public.
"""

from pipeline import __version__
from pipeline.api import (
    BuiltDocument,
    BuiltProject,
    LoadedEdition,
    LoadedProject,
    build,
    load,
    render_pdf,
)
from pipeline.commands.selection import UnknownName
from pipeline.model.edition_state import EditionState
from pipeline.problems import BriefsError, Place, Problem, Severity
from pipeline.targets import State

__all__ = [
    "BriefsError",
    "BuiltDocument",
    "BuiltProject",
    "EditionState",
    "LoadedEdition",
    "LoadedProject",
    "Place",
    "Problem",
    "Severity",
    "State",
    "UnknownName",
    "__version__",
    "build",
    "load",
    "render_pdf",
]
