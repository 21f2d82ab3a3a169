"""What the preview shows now, and what a person asks it to show: shared by all threads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Condition
from typing import Any

from pipeline.pdf.outline import OutlineEntry
from pipeline.preview.pictures import PagePicture


@dataclass(frozen=True)
class Selection:
    """What to show. An `edition` or `language` of "" is the current or the first one.

    `web_page` is the width in pixels at which the HTML edition is shown beside the pages;
    with "" it is not made. `scale` is the number of pixels for each CSS pixel of a page.
    """

    slug: str
    edition: str = ""
    language: str = ""
    profile: str = "screen"
    web_page: str = ""
    scale: str = "1"


@dataclass(frozen=True)
class Drawing:
    """The pages that were drawn last, which an error leaves in place.

    `source` is the language file that they are made from. `web_page` is the HTML edition.
    """

    source: str = ""
    pages: tuple[PagePicture, ...] = ()
    outline: tuple[OutlineEntry, ...] = ()
    web_page: bytes = b""


@dataclass(frozen=True)
class WindowState:
    """What is shown at one time: the `number` grows with each change.

    `status` goes to the page in the browser, `choices` are what it may select. The
    drawing is that of the number `drawn`. `pictures` are those of the last two drawings: a
    browser may still ask for the one before.
    """

    number: int = 0
    status: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    drawing: Drawing = Drawing()
    drawn: int = 0
    pictures: Mapping[str, bytes] = field(default_factory=dict)


class Window:
    """What one preview shows; each change wakes the threads that wait for it."""

    def __init__(self, selection: Selection) -> None:
        self.shown = WindowState()
        self.selection = selection
        self._changed = Condition()
        self._is_called = False

    def select(self, selection: Selection) -> None:
        """Ask for another document."""
        with self._changed:
            self.selection, self._is_called = selection, True

    def take_call(self) -> bool:
        """Whether another document was asked for since the last call."""
        with self._changed:
            is_called, self._is_called = self._is_called, False
        return is_called

    def show(
        self,
        status: Mapping[str, Any],
        choices: Mapping[str, Sequence[str]],
        drawing: Drawing,
    ) -> None:
        """Show problems and a drawing: a new one, or that of before."""
        now = self.shown
        shown = replace(now, number=now.number + 1, status=status, choices=choices)
        if drawing is not now.drawing:
            pages = (*now.drawing.pages, *drawing.pages)
            pictures = {page.key: page.png for page in pages}
            shown = replace(shown, drawing=drawing, drawn=shown.number, pictures=pictures)
        with self._changed:
            self.shown = shown
            self._changed.notify_all()

    def wait(self, number: int, seconds: float) -> bool:
        """Wait until something newer than `number` is shown."""
        with self._changed:
            return self._changed.wait_for(lambda: self.shown.number > number, seconds)
