"""The state of the preview: what it shows, and what the user selected. Threads share it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Condition
from typing import Any

from pipeline.pdf.structure_entries import StructureEntry
from pipeline.preview.pictures import PagePicture


@dataclass(frozen=True)
class Selection:
    """The document selected in the preview.

    An `edition` of "" is the current one, else the latest. A `language` of "" is the
    default language, else the first.

    `web_page` is the width in pixels of the web page beside the pages; with "" it is not
    rendered. `scale` is the number of pixels for each CSS pixel of a page.
    """

    slug: str
    edition: str = ""
    language: str = ""
    profile: str = "screen"
    web_page: str = ""
    scale: str = "1"


@dataclass(frozen=True)
class RenderedPages:
    """The last rendered pages; after an error they remain visible.

    `source` is the language file of the pages. `web_page` is the HTML of the web page.
    """

    source: str = ""
    pages: tuple[PagePicture, ...] = ()
    structure_entries: tuple[StructureEntry, ...] = ()
    web_page: bytes = b""


@dataclass(frozen=True)
class ShownPreview:
    """The state of the preview at one time; each change increases `number`.

    `status` is sent to the browser. `choices` are the values that the browser may select.
    `rendered_number` is the `number` at which `rendered` was set. `pictures` has the pages
    of the last two renderings, because a browser may still request the earlier ones.
    """

    number: int = 0
    status: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rendered: RenderedPages = RenderedPages()
    rendered_number: int = 0
    pictures: Mapping[str, bytes] = field(default_factory=dict)


class PreviewState:
    """The state of one preview. Threads can wait for the next change."""

    def __init__(self, selection: Selection) -> None:
        self.shown = ShownPreview()
        self.selection = selection
        self._changed = Condition()
        self._has_selection = False

    def select(self, selection: Selection) -> None:
        """Select another document."""
        with self._changed:
            self.selection, self._has_selection = selection, True

    def take_selection(self) -> bool:
        """Whether a document was selected since the last call."""
        with self._changed:
            has_selection, self._has_selection = self._has_selection, False
        return has_selection

    def show(
        self,
        status: Mapping[str, Any],
        choices: Mapping[str, Sequence[str]],
        rendered: RenderedPages,
    ) -> None:
        """Show a new status, and new pages or the current ones."""
        current = self.shown
        shown = replace(current, number=current.number + 1, status=status, choices=choices)
        if rendered is not current.rendered:
            pages = (*current.rendered.pages, *rendered.pages)
            pictures = {page.key: page.png for page in pages}
            shown = replace(shown, rendered=rendered, pictures=pictures)
            shown = replace(shown, rendered_number=shown.number)
        with self._changed:
            self.shown = shown
            self._changed.notify_all()

    def wait(self, number: int, seconds: float) -> bool:
        """Wait at most `seconds` for something newer than `number`; whether it is shown."""
        with self._changed:
            return self._changed.wait_for(lambda: self.shown.number > number, seconds)
