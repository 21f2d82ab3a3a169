"""The gate for redlines: insertions and deletions conform, in four languages."""

from pathlib import Path

import pikepdf
import pytest

from pipeline.pdf.pdf_ua2 import convert_to_ua2
from pipeline.problems import Place
from tests.conftest import briefs
from tests.redline.corrected import SLUG, write_corrected
from tools.conformance.closure import find_gaps
from tools.conformance.reading import read
from tools.conformance.verapdf import PROFILES, PROFILES_2, Validator

pytestmark = pytest.mark.gate

LANGUAGES = ("en", "fr", "ar", "zh")


def test_every_redline_passes(tmp_path: Path, validator: Validator) -> None:
    root = write_corrected(tmp_path / "project")
    options = (word for language in LANGUAGES for word in ("--lang", language))
    assert briefs(root, "diff", SLUG, "--pdf", "-q", *options).exit_code == 0
    files = sorted((root / "build/diff").glob("*.pdf"))
    assert len(files) == len(LANGUAGES)
    converted = [file.with_suffix(".ua2.pdf") for file in files]
    for file, target in zip(files, converted, strict=True):
        target.write_bytes(convert_to_ua2(file.read_bytes(), Place("")))
    judgements = {
        **validator.validate(files, PROFILES),
        **validator.validate(converted, PROFILES_2),
    }
    for file, judged in judgements.items():
        for profile, judgement in judged.items():
            assert judgement.failed == (), (file.name, profile)
            assert judgement.compliant
            assert judgement.checks > 100
    for file in files:
        with pikepdf.open(file) as pdf:
            assert find_gaps(pdf, read(pdf)) == [], file
