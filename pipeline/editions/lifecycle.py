"""Decide the state of an edition, from `edition.yaml`, the ledger and a day.

Only the keys that the state depends on are read, so an error elsewhere in the file does not
change it. An embargo that is not a day has no end; a withdrawal without day or reason does
not count, so that the edition is read, and the content loader reports what is wrong.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from pipeline.content.discovery import EditionFolder, ledger_name
from pipeline.model.edition_state import EditionState
from pipeline.problems import PipelineError
from pipeline.project import Project

if TYPE_CHECKING:
    from pipeline.editions.ledger import Ledger

# A key that the state depends on with its value, in a file that is not YAML.
_LINE = r"(?m)^(status|embargo_until|corrections|withdrawn)\s*:\s*(.*?)\s*(?:#.*)?$"

# The stored form of a lifecycle; days are written as 2017-11-02.
StoredLifecycle = list[str | int | None]


@dataclass(frozen=True)
class Lifecycle:
    """The facts that, with a day, decide the state of an edition.

    `corrections` is the number of those in `edition.yaml`. `published` is the number of the
    newest correction that was published, 0 for the edition itself, None before that;
    `languages` are those of all its publications.
    """

    is_draft: bool = False
    embargo_until: date | None = None
    withdrawn: date | None = None
    corrections: int = 0
    published: int | None = None
    languages: tuple[str, ...] = ()

    def state(self, on: date) -> EditionState:
        """Decide the state on a day."""
        if self.withdrawn and self.withdrawn <= on:
            return EditionState.WITHDRAWN
        if self.published is not None:
            return EditionState.CORRECTED if self.published else EditionState.PUBLISHED
        if self.is_draft:
            return EditionState.DRAFT
        if self.embargo_until and on < self.embargo_until:
            return EditionState.EMBARGOED
        return EditionState.FINAL

    @property
    def has_unpublished_correction(self) -> bool:
        """Whether `edition.yaml` lists a correction that was not published yet."""
        return self.published is not None and self.corrections > self.published

    def to_record(self) -> StoredLifecycle:
        """Return the lifecycle as plain values, for the records of a build."""
        *values, languages = astuple(self)
        stored = [v.isoformat() if isinstance(v, date) else v for v in values]
        return [*stored, " ".join(languages)]

    @classmethod
    def from_record(cls, stored: StoredLifecycle) -> "Lifecycle | None":
        """Read what `to_record` returned; None if it is something else."""
        try:
            is_draft, embargo, withdrawn, corrections, published, languages = stored
            return cls(
                bool(is_draft),
                date.fromisoformat(str(embargo)) if embargo else None,
                date.fromisoformat(str(withdrawn)) if withdrawn else None,
                int(corrections or 0),
                None if published is None else int(published),
                tuple(str(languages).split()),
            )
        except (TypeError, ValueError):
            return None


# The lifecycles of editions, in the order of slugs and dates.
Editions = Mapping[EditionFolder, Lifecycle]


def read_lifecycles(project: Project, folders: Iterable[EditionFolder]) -> Editions:
    """Read the lifecycle of each edition, and the ledger of each brief once."""
    from pipeline.editions.ledger import read_ledger  # not needed if no file changed

    ledger_of = cache(partial(read_ledger, project))
    return {f: _read_lifecycle(project, f, ledger_of(f.slug)) for f in folders}


def lifecycle_files(folder: EditionFolder) -> tuple[str, str]:
    """Name the files that the lifecycle of an edition is read from."""
    return f"{folder.name}/edition.yaml", ledger_name(folder.slug)


def _read_lifecycle(project: Project, folder: EditionFolder, ledger: "Ledger") -> Lifecycle:
    facts = _read_facts(project, folder)
    embargo, withdrawn = facts.get("embargo_until"), facts.get("withdrawn")
    corrections = facts.get("corrections")
    records = ledger.of_edition(str(folder.information_date))
    days = [record.day for record in records if record.event == "withdrawn"]
    if isinstance(withdrawn, dict) and withdrawn.get("reason"):
        days.append(_parse_day(withdrawn.get("date")))
    numbers = [record.number for record in records]
    texts = (record.texts for record in records)
    return Lifecycle(
        is_draft=facts.get("status") == "draft",
        embargo_until=_parse_day(embargo) if embargo else None,
        withdrawn=min((day for day in days if day != date.max), default=None),
        corrections=len(corrections) if isinstance(corrections, list) else 0,
        published=max(numbers, default=None),
        languages=tuple(dict.fromkeys(code for languages in texts for code in languages)),
    )


def _read_facts(project: Project, folder: EditionFolder) -> Mapping[str, Any]:
    """Read the keys of `edition.yaml`; from its lines if it is not YAML."""
    from pipeline.content.read_file import read_bytes
    from pipeline.content.yaml_source import read_yaml  # slow: it imports PyYAML

    path = folder.path / "edition.yaml"
    name = lifecycle_files(folder)[0]
    project.on_read(name)
    if not path.exists():
        return {}
    try:
        data = read_bytes(project, path)
    except PipelineError:
        return {}  # like a final edition; its error is reported when it is read
    source, _ = read_yaml(name, data)
    if source and isinstance(source.value, dict):
        return source.value
    return dict(re.findall(_LINE, data.decode("utf-8", "replace")))


def _parse_day(value: Any) -> date:
    """Parse a day. Return `date.max`, which never comes, for any other value."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return date.max
