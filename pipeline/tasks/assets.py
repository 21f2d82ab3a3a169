"""Give the renderer the files of a project, and no other files."""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from pipeline.project import BASE_URL, BRAND_FILES, Project

# The address of a file of the project in HTML.
_ASSET_URL = re.compile(rf"{re.escape(BASE_URL)}((?:content|styles)/[^\"'\s<>]+)")


class AssetSource(Protocol):
    """Where a renderer gets its files, by name, and its fonts."""

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The folders of fonts that exist."""
        ...

    def serve(self, name: str) -> bytes | None:
        """Return a file; None when there is none."""
        ...


@dataclass(frozen=True)
class ProjectAssets:
    """The style sheets, logos and pictures of a project, and the CSS of its brand."""

    project: Project  # records no reads: it travels to worker processes
    brand_css: bytes

    @property
    def font_folders(self) -> tuple[Path, ...]:
        """The folders of fonts, bundled and the project's own."""
        return self.project.font_folders

    def names(self) -> tuple[str, ...]:
        """Name the files that any page may use: all of `styles/` but the fonts."""
        names = (n for n in self.project.design_names() if n.startswith("styles/"))
        return tuple(name for name in names if not name.startswith("styles/fonts/"))

    def names_in(self, html: str) -> tuple[str, ...]:
        """Name the files that one page uses."""
        found = (unquote(unescape(name)) for name in _ASSET_URL.findall(html))
        return tuple(dict.fromkeys(found))

    def serve(self, name: str) -> bytes | None:
        """Return a style sheet, logo or picture; for the brand file, the CSS of it."""
        return self.brand_css if name in BRAND_FILES else self.project.read_asset(name)
