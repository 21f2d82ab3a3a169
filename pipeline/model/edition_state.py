"""The states of an edition, and the stamps of files that must not be handed out."""

from enum import StrEnum


class EditionState(StrEnum):
    """The state of an edition on a day; `editions/lifecycle.py` decides it."""

    DRAFT = "draft"
    FINAL = "final"
    EMBARGOED = "embargoed"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"

    @property
    def may_be_current(self) -> bool:
        """Whether an edition in this state can be the current one of its brief."""
        return self not in (self.DRAFT, self.EMBARGOED, self.WITHDRAWN)

    @property
    def is_public(self) -> bool:
        """Whether the text of an edition in this state may be described to anyone."""
        return self not in (self.DRAFT, self.EMBARGOED)

    @property
    def is_published(self) -> bool:
        """Whether the edition was published, and is not withdrawn."""
        return self in (self.PUBLISHED, self.CORRECTED)


class Stamp(StrEnum):
    """A word on each page of a file; its value is the folder of the file in `build/`."""

    NONE = ""
    DRAFT = "drafts"
    EMBARGOED = "embargoed"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


# Stamps that name the edition which replaces this one.
STAMPS_WITH_SUCCESSOR = frozenset({Stamp.WITHDRAWN, Stamp.SUPERSEDED})
# The stamps of editions that must not be handed out.
STAMP_BY_STATE = {
    EditionState.DRAFT: Stamp.DRAFT,
    EditionState.EMBARGOED: Stamp.EMBARGOED,
    EditionState.WITHDRAWN: Stamp.WITHDRAWN,
}
