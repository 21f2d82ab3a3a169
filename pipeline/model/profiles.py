"""Output profiles and their properties, for all modules."""

from dataclasses import dataclass

# The default profiles of `briefs build` and `briefs pack`; their file names have no suffix.
DOCUMENT_PROFILE = "screen"
PACK_PROFILE = "office"
# The profile of web pages; it has no style sheet in styles/profiles/.
WEB_PROFILE = "web"
ARCHIVAL, PDFX = "PDF/A and PDF/UA", "PDF/X-4"


@dataclass(frozen=True)
class Profile:
    """One output profile.

    `layout` names the style sheet in `styles/profiles/` that sets its pages. `standard` is
    the standard that its files claim: ARCHIVAL, PDFX or "". `pages_per_sheet` is 2 for
    duplex printing, 4 if the pages have half the size of a sheet, and 1 without
    paper. `heading_lines` is the maximum number of lines of a heading.
    """

    name: str
    layout: str
    standard: str = ARCHIVAL
    pages_per_sheet: int = 1
    heading_lines: int = 3

    @property
    def is_half(self) -> bool:
        """Whether its pages have half the size of a sheet."""
        return self.pages_per_sheet == 4

    @property
    def is_imposed(self) -> bool:
        """Whether its pages are laid out on sheets to be folded."""
        return self.layout != self.name

    @property
    def is_for_print_only(self) -> bool:
        """Whether its files are finished for a printer, and not for screen readers."""
        return self.standard != ARCHIVAL


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("screen", "screen"),
        Profile("office", "office", pages_per_sheet=2),
        Profile("a5", "a5", pages_per_sheet=4, heading_lines=4),
        Profile("large", "large", pages_per_sheet=2, heading_lines=4),
        Profile("booklet", "a5", standard="", pages_per_sheet=4),
        Profile("press", "press", standard=PDFX, pages_per_sheet=2),
    )
}


def profile_of(name: str) -> Profile:
    """Return a profile by name; one that a project adds has only a layout."""
    return PROFILES.get(name) or Profile(name, name)
