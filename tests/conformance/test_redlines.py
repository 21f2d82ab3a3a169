"""Redlines conform to PDF/UA and PDF/A, in four languages: `make gate`."""

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
    results = {
        **validator.validate(files, PROFILES),
        **validator.validate(converted, PROFILES_2),
    }
    for file, by_profile in results.items():
        for profile, result in by_profile.items():
            assert result.failed == (), (file.name, profile)
            assert result.compliant
            assert result.checks > 100
    for file in files:
        with pikepdf.open(file) as pdf:
            assert find_gaps(pdf, read(pdf)) == [], file
