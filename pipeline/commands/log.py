"""Read what was published of briefs, and check it: `briefs log`."""

from pipeline.commands.selection import require_known
from pipeline.content.discovery import find_editions
from pipeline.editions.ledger import Ledger, read_ledgers
from pipeline.editions.publication import check_ledger
from pipeline.problems import Problem, sort_and_dedupe
from pipeline.project import Project


def read_log(
    project: Project, slugs: tuple[str, ...]
) -> tuple[tuple[Ledger, ...], tuple[Problem, ...]]:
    """Read the ledgers of the briefs `slugs`, all if empty, and check every frozen file."""
    all_ledgers = read_ledgers(project)
    folders, _ = find_editions(project)
    ledger_slugs = {ledger.slug for ledger in all_ledgers}
    require_known("brief", slugs, ledger_slugs | {folder.slug for folder in folders})
    ledgers = tuple(ledger for ledger in all_ledgers if not slugs or ledger.slug in slugs)
    problems = [problem for ledger in ledgers for problem in check_ledger(project, ledger)]
    return ledgers, sort_and_dedupe(problems)
