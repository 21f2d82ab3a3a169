"""Every document and pack, converted into PDF/UA-2: `make soak`.

`make gate` converts a few: they have every language, every kind of block, and a pack.
"""

from pathlib import Path

import pytest

from tools.conformance.corpus import PROJECTS, build_project, copy_project
from tools.conformance.packs import build_packs
from tools.conformance.second_target import convert
from tools.conformance.verdicts import GATES_2, Case, judge


@pytest.mark.soak
@pytest.mark.parametrize("group", PROJECTS)
def test_every_document_and_pack_passes_as_pdf_ua_2(group: str, tmp_path: Path) -> None:
    root = copy_project(PROJECTS[group], tmp_path / group)
    built, packs = build_project(group, root), build_packs(group, root)
    assert built.errors + packs.errors == []
    made = [Case(one.name, one.path, one) for one in (*built.made, *packs.made)]
    converted = [convert(case, tmp_path) for case in made]
    verdicts = judge(converted)
    assert len(verdicts) == len(made) > 20
    assert {
        f"{case.name}: {gate}: {message}"
        for case in converted
        for gate in GATES_2
        for message in verdicts[case.path][gate].found.values()
    } == set()
