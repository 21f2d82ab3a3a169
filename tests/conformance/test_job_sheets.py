"""The gate for job sheets: they conform like briefs, in every language of the strings.

They are few and simple, so they have no place on the page about the gate.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest

from pipeline.commands.print_order import build_job_sheet
from pipeline.content.loader import load_series
from pipeline.model.print_order import OrderLine, PaperStock, PrintOrder
from pipeline.model.session import Session, SessionFacts
from pipeline.pdf.pdf_ua2 import convert_to_ua2
from pipeline.problems import Place
from pipeline.project import BUNDLED, open_project
from tools.conformance.closure import find_gaps
from tools.conformance.reading import read
from tools.conformance.verapdf import PROFILES, PROFILES_2, Validator

pytestmark = pytest.mark.gate

LANGUAGES = sorted(p.stem for p in (BUNDLED / "templates" / "strings").glob("*.yaml"))
FACTS = {
    "body": "Governing Body",
    "dates": {"start": date(2017, 10, 26), "end": date(2017, 11, 9)},
    "place": "Geneva",
}
STOCK = PaperStock("A4", 90, duplex=True, finish="staple")


def write_job_sheet(root: Path, language: str) -> Path:
    """Order so many briefs that the list goes over a page; give the job sheet."""
    other = "en" if language == "fr" else "fr"
    (root / "content").mkdir(parents=True)
    (root / "content/series.yaml").write_text(
        f"name: S\npublisher: {{name: P}}\nlanguages: [{language}, {other}]\n"
    )
    project = open_project(root)
    series, problems = load_series(project, ())
    assert problems == []
    assert series
    session = Session("331", SessionFacts.model_validate(FACTS))
    lines = tuple(
        OrderLine(
            *(f"brief-{number}", "2017", code, f"build/brief-{number}_2017_{code}.pdf"),
            sha256=f"{number:02}" * 32,
            pages=4,
            page_size=(Decimal(210), Decimal(297)),
            copies_by_language={code: copies},
            stock=STOCK,
        )
        for number in range(28)
        for code, copies in ((language, 1200), (other, 60))
    )
    order = PrintOrder("331", STOCK, lines)
    result = build_job_sheet(project, series, session, order, jobs=1)
    assert result.problems == ()
    return root / "build/sessions/331/331_order.pdf"


def test_every_job_sheet_passes(tmp_path: Path, validator: Validator) -> None:
    sheets = [write_job_sheet(tmp_path / language, language) for language in LANGUAGES]
    results = validator.validate(sheets)
    converted = tmp_path / "converted.pdf"
    converted.write_bytes(convert_to_ua2(sheets[0].read_bytes(), Place("")))
    again = validator.validate([converted], PROFILES_2)
    assert {p: j.failed for p, j in again[converted].items()} == dict.fromkeys(
        PROFILES_2, ()
    )
    for sheet, by_profile in results.items():
        with pikepdf.open(sheet) as pdf:
            assert len(pdf.pages) > 1
            assert find_gaps(pdf, read(pdf)) == [], sheet
        for profile in PROFILES:
            assert by_profile[profile].failed == (), sheet
            assert by_profile[profile].compliant
            assert by_profile[profile].checks > 100
