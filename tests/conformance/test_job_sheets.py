"""The gate for job sheets: they conform like briefs, in every language of the strings.

They are few and simple, so they have no place on the page about the gate.
"""

from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.project import BUNDLED
from tools.conformance.closure import find_gaps
from tools.conformance.reading import read
from tools.conformance.verapdf import PROFILES, Validator

pytestmark = pytest.mark.gate

LANGUAGES = sorted(p.stem for p in (BUNDLED / "templates" / "strings").glob("*.yaml"))
TEXT = "title: Title\nsections: [{heading: Heading, blocks: [{text: Text.}]}]\n"
FACTS = """\
body: Governing Body
dates: {start: 2017-10-26, end: 2017-11-09}
place: Geneva
missing_language: default
paper: {grams: 90}
handouts:
"""


def order(root: Path, language: str) -> Path:
    """Order so many briefs that the list goes over a page; give the job sheet."""
    handouts = ""
    for number in range(28):
        folder = root / "content" / f"brief-{number}" / "2017"
        folder.mkdir(parents=True)
        (folder / f"{language}.yaml").write_text(TEXT)
        other = "en" if language == "fr" else "fr"
        copies = f"{{{language}: 1200, {other}: 60}}"
        handouts += f"  - {{brief: brief-{number}, copies: {copies}}}\n"
    (root / "content/sessions").mkdir()
    (root / "content/sessions/331.yaml").write_text(FACTS + handouts)
    (root / "content/series.yaml").write_text(
        f"name: S\npublisher: {{name: P}}\nlanguages: [{language}, {other}]\n"
    )
    for words in (["build", "--profile", "office", "--quiet"], ["print-order", "331"]):
        result = CliRunner().invoke(main, ["--project", str(root), *words])
        assert result.exit_code == 0, result.output
    return root / "build/sessions/331/331_order.pdf"


def test_every_job_sheet_passes(tmp_path: Path) -> None:
    sheets = [order(tmp_path / language, language) for language in LANGUAGES]
    with Validator() as validator:
        judgements = validator.validate(sheets)
    for sheet, judged in judgements.items():
        with pikepdf.open(sheet) as pdf:
            assert len(pdf.pages) > 1
            assert find_gaps(pdf, read(pdf)) == [], sheet
        for profile in PROFILES:
            assert judged[profile].failed == (), sheet
            assert judged[profile].compliant
            assert judged[profile].checks > 100
