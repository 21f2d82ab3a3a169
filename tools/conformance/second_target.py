"""Convert finished files to PDF/UA-2, to check them again without a second rendering.

`make gate` converts a selection with every language, every kind of block, and a pack;
`make soak` converts all.
"""

from collections.abc import Sequence
from pathlib import Path

from pipeline.pdf.pdf_ua2 import convert_to_ua2
from pipeline.problems import Place
from tools.conformance.packs import MadePack
from tools.conformance.verdicts import Case

# The documents with every kind of block, and the one that defects are planted into.
EVERY_BLOCK = ("hard_cases/everything_2017_en", "hard_cases/blocks_2019_en")
GOOD = "hard_cases/small_2017_en"


def choose(cases: Sequence[Case]) -> list[Case]:
    """Choose these documents, the smallest one of each language, and the smallest pack."""
    by_size = sorted(cases, key=lambda case: (case.path.stat().st_size, case.name))
    chosen = {case.name: case for case in cases if case.name in (*EVERY_BLOCK, GOOD)}
    kinds = {("pack" if _is_pack(c) else c.made.language): c for c in reversed(by_size)}
    return list((chosen | {case.name: case for case in kinds.values()}).values())


def _is_pack(case: Case) -> bool:
    return isinstance(case.made, MadePack)


def convert(case: Case, folder: Path) -> Case:
    """Convert one file, as a build would."""
    path = folder / f"{case.name.replace('/', '-')}.pdf"
    path.write_bytes(convert_to_ua2(case.path.read_bytes(), Place(case.name)))
    return Case(case.name, path, case.made, is_ua2=True)
