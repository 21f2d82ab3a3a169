"""Name the tools that a build works with.

A PDF records them, and one made by other tools is stale.

Each stage knows its own tools; only here they come together.
"""

from collections.abc import Mapping

from pipeline.model.profiles import PDFX, profile_of
from pipeline.pdf.toolchain import toolchain
from pipeline.project import Project
from pipeline.state.fingerprints import Fingerprints
from pipeline.targets import BuildOptions

# Versions by the name of a tool.
Toolchain = Mapping[str, str]


def archival_toolchain(project: Project, files: Fingerprints) -> dict[str, str]:
    """Name what HTML and PDF/A are made with: packages, libraries, fonts."""
    return toolchain({name: files.digest(name) for name in project.font_names()})


def pack_toolchain(project: Project, files: Fingerprints) -> dict[str, str]:
    """Name what packs are made with: also what merges PDFs."""
    from pipeline.prepress.toolchain import booklet_tools

    return archival_toolchain(project, files) | booklet_tools()


def toolchains_by_profile(
    project: Project, options: BuildOptions, files: Fingerprints
) -> dict[str, Toolchain]:
    """Name the tools of each profile of a build.

    The tools of print-only profiles are looked for only when such a profile is asked for.
    """
    tools = archival_toolchain(project, files)
    toolchains: dict[str, Toolchain] = dict.fromkeys(options.profiles, tools)
    for profile in map(profile_of, options.profiles):
        if not profile.is_for_print_only:
            continue
        from pipeline.prepress.toolchain import booklet_tools, press_tools

        more = booklet_tools()
        if profile.standard == PDFX:
            conditions = {name: files.digest(name) for name in project.condition_names()}
            more |= press_tools(options.ghostscript, conditions)
        toolchains[profile.name] = tools | more
    return toolchains
