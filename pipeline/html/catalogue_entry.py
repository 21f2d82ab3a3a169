"""What the catalogue of a site knows of an edition in one language.

It is stored beside each page (`data.json`): one page can be made again without reading the
content of all others, and other catalogues can collect it.
"""

import json
from dataclasses import asdict, dataclass


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
    pdf: str
    pdf_size: str
    characters: str

    @property
    def folder(self) -> str:
        """The path of its page below the address of the site."""
        return f"{self.brief}/{self.information_date}/{self.language}"

    def to_json(self) -> bytes:
        """Write the entry; equal entries give equal bytes."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        return f"{text}\n".encode()


def read_entry(data: bytes) -> CatalogueEntry:
    """Read an entry that this program wrote."""
    values = json.loads(data)
    return CatalogueEntry(**{**values, "subjects": tuple(values["subjects"])})
