"""Check files with every checker, and keep the results.

The checkers are the gates, all of which a file must pass, and the advisers, whose findings
are explained in disagreements.py. The tests and the report use their names.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from pathlib import Path

import pikepdf

from tools.conformance import advisers, environment
from tools.conformance.closure import find_gaps
from tools.conformance.corpus import Made, interface_parts
from tools.conformance.links import check_links
from tools.conformance.metadata import find_misstatements
from tools.conformance.packs import MadePack, find_pack_misstatements, write_pack_script
from tools.conformance.reading import read
from tools.conformance.script import write_script
from tools.conformance.search import asked, citations, find_lost_texts
from tools.conformance.speech import find_unheard
from tools.conformance.targets import find_lost_targets
from tools.conformance.verapdf import PROFILES, PROFILES_2, Validator, VeraResult

VERA = tuple(f"verapdf-{profile}" for profile in PROFILES)
GATES = (*VERA, "closure", "speech", "links", "search", "metadata")
CHECKERS = (*GATES, *advisers.ADVISERS)
# Those of files that were converted into PDF/UA-2.
GATES_2 = (*(f"verapdf-{p}" for p in PROFILES_2), "closure", "speech", "targets")


@dataclass(frozen=True)
class Verdict:
    """The result of one checker for one file: its findings by rule, and counts.

    `counts` are the numbers of the table of links.
    """

    found: Mapping[str, str]
    checks: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.found


@dataclass(frozen=True)
class Case:
    """One file to be checked, and the document that it should be."""

    name: str
    path: Path
    made: Made | MadePack
    is_ua2: bool = False


# checker -> verdict
Verdicts = dict[str, Verdict]


def check_files(cases: Sequence[Case]) -> dict[Path, Verdicts]:
    """Check files, and files converted to PDF/UA-2; advisers know PDF/UA-1 only.

    veraPDF, the advisers and our own checks run concurrently, in processes of their own.
    """
    first = [case.path for case in cases if not case.is_ua2]
    context = get_context("forkserver")
    with (
        Validator() as validator,
        ThreadPoolExecutor() as threads,
        ProcessPoolExecutor(environment.JOBS, context) as processes,
    ):
        vera = threads.submit(_ask_vera, validator, cases)
        parts = (first[start :: environment.JOBS] for start in range(environment.JOBS))
        advised = threads.map(advisers.ask, parts)
        own = list(processes.map(_run_own_checks, cases, chunksize=4))
        advice = {path: found for part in advised for path, found in part.items()}
        return {
            case.path: {
                **{
                    f"verapdf-{p}": _of_vera(j) for p, j in vera.result()[case.path].items()
                },
                **verdicts,
                **{
                    adviser: Verdict(found)
                    for adviser, found in advice.get(case.path, {}).items()
                },
            }
            for case, verdicts in zip(cases, own, strict=True)
        }


def _ask_vera(
    validator: Validator, cases: Sequence[Case]
) -> dict[Path, dict[str, VeraResult]]:
    first = validator.validate(case.path for case in cases if not case.is_ua2)
    converted = (case.path for case in cases if case.is_ua2)
    return first | validator.validate(converted, PROFILES_2)


def _run_own_checks(case: Case) -> Verdicts:
    made = case.made
    if isinstance(made, MadePack):
        script, languages, cited = write_pack_script(made), made.languages, []
    else:
        script = write_script(
            made.series, made.edition, made.language, made.document.profile
        )
        languages, cited = (made.language,), citations(made)
    words = [word for code in languages for word in interface_parts(code)]
    with pikepdf.open(case.path) as pdf:
        reading = read(pdf)
        gaps = find_gaps(pdf, reading)
        unheard = find_unheard(reading.aloud(), script, words)
        pieces = sum(len(page.content) for page in reading.pages)
        verdicts = {
            "closure": Verdict(_numbered(gaps), pieces),
            "speech": Verdict(_numbered([unheard] if unheard else []), len(script)),
        }
        if case.is_ua2:
            targets, count = find_lost_targets(pdf, reading)
            return verdicts | {"targets": Verdict(_numbered(targets), count)}
        links, link_faults = check_links(pdf, reading)
        if isinstance(made, MadePack):
            misstatements = find_pack_misstatements(pdf, made)
        else:
            misstatements = find_misstatements(pdf, made)
    lost = find_lost_texts(case.path, script, languages, cited)
    return verdicts | {
        "links": Verdict(_numbered(link_faults), links.links, asdict(links)),
        "search": Verdict(_numbered(lost), len(asked(script, "words"))),
        "metadata": Verdict(_numbered(misstatements)),
    }


def _numbered(faults: list[str]) -> dict[str, str]:
    return {str(number): fault for number, fault in enumerate(faults, 1)}


def _of_vera(result: VeraResult) -> Verdict:
    found = {f.rule: f"{f.count} times: {f.message}" for f in result.failed}
    if result.error:
        found["error"] = result.error
    elif not result.compliant and not found:
        found["error"] = "not compliant, for no rule"
    return Verdict(found, result.checks)
