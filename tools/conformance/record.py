"""Run the whole gate once, and keep what came of it for the tests and the report.

A `Record` is written to build/gate/record.json, from which `report.py` writes the page in
docs/ without checking anything again.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.project import BUNDLED, open_project
from pipeline.state.file_hashes import FileHashes
from pipeline.targets import BuildOptions
from pipeline.toolchain import archival_toolchain
from tools.conformance import defects, environment, second_target
from tools.conformance.corpus import (
    HARD_CASES,
    PACK_PROFILES,
    PROJECTS,
    Made,
    build_project,
    copy_project,
    open_workers,
)
from tools.conformance.defects_ua2 import DEFECTS_2
from tools.conformance.disagreements import CHANCE
from tools.conformance.packs import build_packs
from tools.conformance.verdicts import GATES, GATES_2, Case, Verdict, Verdicts, check_files

FILE = environment.BUILD / "record.json"

# checker -> what it found, by rule
Findings = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Record:
    """What every checker finds in every document, and in every planted defect.

    `refused` are errors of the pipeline in documents that it should have made, `warned`
    warnings that are not expected. The findings of a defect are those that the good file
    does not have. `converted` are files converted into PDF/UA-2, with defects of their own.
    """

    versions: dict[str, str]
    refused: list[str]
    warned: list[str]
    files: dict[str, Verdicts]
    defects: dict[str, Findings]
    converted: dict[str, Verdicts]
    converted_defects: dict[str, Findings]

    def of(self, group: str) -> dict[str, Verdicts]:
        """The documents of one project."""
        return {n: v for n, v in self.files.items() if n.startswith(f"{group}/")}


def make_record(work: Path) -> Record:
    """Build everything in a folder, plant the defects, run all checkers; takes a minute."""
    FILE.unlink(missing_ok=True)
    with open_workers() as workers:
        built = {
            group: build_project(group, copy_project(source, work / group), None, workers)
            for group, source in PROJECTS.items()
        }
        packs = {
            group: build_packs(group, work / group, PACK_PROFILES[group], workers)
            for group in PROJECTS
        }
    made = {m.name: m for project in built.values() for m in project.made}
    refused = [error for project in built.values() for error in project.errors]
    if not {defects.GOOD, defects.ARABIC} <= made.keys():
        raise LookupError(f"nothing to plant defects into: {refused}")
    cases, refusals = _plant(made, work / "defects")
    refused += [error for result in packs.values() for error in result.errors]
    made_packs = {pack.name: pack for result in packs.values() for pack in result.made}
    files = [Case(name, one.path, one) for name, one in {**made, **made_packs}.items()]
    second = work / "second"
    second.mkdir()
    converted = [second_target.convert(c, second) for c in second_target.choose(files)]
    more = _plant_converted(converted, second)
    verdicts = check_files([*files, *cases, *converted, *more])
    good, again = (
        {case.name: verdicts[case.path] for case in group} for group in (files, converted)
    )
    found, found_again = (
        {
            case.name: _new_findings(verdicts[case.path], originals[case.made.name])
            for case in planted
        }
        for planted, originals in ((cases, good), (more, again))
    )
    record = Record(
        versions=_versions(),
        refused=refused,
        warned=[warning for project in built.values() for warning in project.warnings],
        files=good,
        defects={d.name: refusals.get(d.name) or found[d.name] for d in defects.DEFECTS},
        converted=again,
        converted_defects=found_again,
    )
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
    return record


def read_record() -> Record:
    """Read what the last run of the gate wrote."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    for files in ("files", "converted"):
        raw[files] = {
            name: {checker: Verdict(**verdict) for checker, verdict in verdicts.items()}
            for name, verdicts in raw[files].items()
        }
    return Record(**raw)


def _plant(made: dict[str, Made], work: Path) -> tuple[list[Case], dict[str, Findings]]:
    """Plant every defect: files to be checked, and what the build refused to make."""
    work.mkdir()
    cases, refusals = [], {}
    for defect in defects.DEFECTS:
        good = made[defect.good]
        if defect.file:
            root = copy_project(HARD_CASES, work / defect.name)
            _edit(root, defect)
            built = build_project("hard_cases", root, BuildOptions((good.document.slug,)))
            cases += [Case(defect.name, m.path, m) for m in built.made]
            if built.errors:
                refusals[defect.name] = {defects.BUILD: _listed(built.errors)}
        else:
            path = work / f"{defect.name}.pdf"
            defects.write(defect, good.path, path)
            cases.append(Case(defect.name, path, good))
    return cases, refusals


def _plant_converted(converted: list[Case], work: Path) -> list[Case]:
    """Plant the defects of PDF/UA-2 into a converted file."""
    good = next(case for case in converted if case.name == second_target.GOOD)
    cases = []
    for defect in DEFECTS_2:
        path = work / f"{defect.name}.pdf"
        defects.write(defect, good.path, path)
        cases.append(Case(defect.name, path, good.made, is_ua2=True))
    return cases


def _edit(root: Path, defect: defects.Defect) -> None:
    """Change a file of a project: its own, or a copy of the bundled one."""
    file = root / defect.file
    before = next((f for f in (file, BUNDLED / defect.file) if f.is_file()), None)
    text = defect.edit(before.read_text("utf-8") if before else "")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _new_findings(verdicts: Verdicts, good: Verdicts) -> Findings:
    """What checkers find in a file and not in the good one, by checker."""
    new: Findings = {}
    for name, verdict in verdicts.items():
        if name in (*GATES, *GATES_2):
            known = set(good[name].found.values())
            found = {r: m for r, m in verdict.found.items() if m not in known}
        else:
            # An adviser's message holds numbers that any change changes.
            known = {*good[name].found, *CHANCE}
            found = {r: m for r, m in verdict.found.items() if r not in known}
        if found:
            new[name] = found
    return new


def _listed(errors: list[str]) -> dict[str, str]:
    return {str(number): error for number, error in enumerate(errors, 1)}


def _versions() -> dict[str, str]:
    project = open_project(environment.ROOT)
    files = FileHashes(project.paths_of, environment.BUILD / "none")
    toolchain = archival_toolchain(project, files)
    names = {"WeasyPrint": "weasyprint", "Pango": "pango", "HarfBuzz": "harfbuzz"}
    return environment.versions() | {shown: toolchain[key] for shown, key in names.items()}
