"""Read what was published of briefs, and check it: `briefs log`."""

from dataclasses import dataclass

from pipeline.content.discovery import find_editions
from pipeline.editions.ledger import Ledger, read_ledgers
from pipeline.editions.publication import check_ledger
from pipeline.problems import Problem, sort_and_dedupe
from pipeline.project import Project


@dataclass(frozen=True)
class PublishedBriefs:
    """The ledgers of some briefs, their problems, and the slugs of all briefs."""

    ledgers: tuple[Ledger, ...]
    problems: tuple[Problem, ...]
    slugs: frozenset[str]


def read_log(project: Project, slugs: tuple[str, ...]) -> PublishedBriefs:
    """Read the ledgers of the briefs `slugs`, all if empty, and check every frozen file."""
    all_ledgers = read_ledgers(project)
    ledgers = tuple(ledger for ledger in all_ledgers if not slugs or ledger.slug in slugs)
    problems = [problem for ledger in ledgers for problem in check_ledger(project, ledger)]
    edition_slugs = {folder.slug for folder in find_editions(project)[0]}
    all_slugs = frozenset(edition_slugs | {ledger.slug for ledger in all_ledgers})
    return PublishedBriefs(ledgers, sort_and_dedupe(problems), all_slugs)
