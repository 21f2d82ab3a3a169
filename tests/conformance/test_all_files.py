"""Every document and pack in every profile, also converted into PDF/UA-2: `make soak`.

`make gate` converts a few: they have every language, every kind of block, and a pack. Of
the packs of the samples it checks those of one profile.
"""

from pathlib import Path

import pytest

from tools.conformance.corpus import PROJECTS, build_project, copy_project
from tools.conformance.packs import build_packs
from tools.conformance.second_target import convert
from tools.conformance.verdicts import GATES, GATES_2, Case, check_files


@pytest.mark.soak
@pytest.mark.parametrize("group", PROJECTS)
def test_every_document_and_pack_passes(group: str, tmp_path: Path) -> None:
    root = copy_project(PROJECTS[group], tmp_path / group)
    built, packs = build_project(group, root), build_packs(group, root)
    assert built.errors + packs.errors == []
    made = [Case(one.name, one.path, one) for one in (*built.made, *packs.made)]
    converted = [convert(case, tmp_path) for case in made]
    verdicts = check_files([*made, *converted])
    assert len(verdicts) == 2 * len(made) > 40
    assert {
        f"{case.name}: {gate}: {message}"
        for cases, gates in ((made, GATES), (converted, GATES_2))
        for case in cases
        for gate in gates
        for message in verdicts[case.path][gate].found.values()
    } == set()
