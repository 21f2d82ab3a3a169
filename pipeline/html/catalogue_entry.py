"""The entry of an edition in one language in the catalogue of a site.

It is stored beside each page (`data.json`), so that one page can be rebuilt without reading
the content of the others, and that other catalogues can collect it.
"""

import json
from dataclasses import asdict, dataclass

WITHDRAWAL = "withdrawn"


@dataclass(frozen=True)
class CatalogueEvent:
    """A correction or the withdrawal of a published edition.

    `label` is what a page prints: "Corr. 1, 2 November 2017".
    """

    name: str
    label: str
    day: str
    note: str

    @property
    def is_withdrawal(self) -> bool:
        """Whether the edition was withdrawn."""
        return self.name == WITHDRAWAL


@dataclass(frozen=True)
class CatalogueEntry:
    """An edition in one language. `characters` are those that the fonts must have.

    `words` are its key messages and headings; `day` is the day of issue, or the first day
    of the information date.
    """

    brief: str
    information_date: str
    language: str
    title: str
    standfirst: str
    words: str
    subjects: tuple[str, ...]
    change_note: str
    symbol: str
    code: str
    day: str
    events: tuple[CatalogueEvent, ...]
    pdf: str
    pdf_size: str
    characters: str

    @property
    def folder(self) -> str:
        """The path of its page below the address of the site."""
        return f"{self.brief}/{self.information_date}/{self.language}"

    @property
    def modified(self) -> str:
        """The day of the last event, or of issue without one."""
        return max((self.day, *(event.day for event in self.events)))

    @property
    def is_withdrawn(self) -> bool:
        """Whether the edition was withdrawn."""
        return any(event.is_withdrawal for event in self.events)

    def to_json(self) -> bytes:
        """Write the entry; equal entries give equal bytes."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        return f"{text}\n".encode()


def read_entry(data: bytes) -> CatalogueEntry:
    """Read an entry that this program wrote."""
    values = json.loads(data)
    values["subjects"] = tuple(values["subjects"])
    values["events"] = tuple(CatalogueEvent(**event) for event in values["events"])
    return CatalogueEntry(**values)
