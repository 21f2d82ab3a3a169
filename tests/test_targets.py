"""The name of a target gives the file that it is made from."""

from typing import get_args

import pytest

from pipeline.model.dates import InformationDate
from pipeline.targets import (
    Document,
    EditionList,
    EditionPage,
    EditionTarget,
    JobSheet,
    Pack,
    SingleFile,
    SitePage,
    SiteStyles,
    Target,
    source_of,
)

YEAR = InformationDate(2017)
BRIEF = "content/brief/2017/en.yaml"


@pytest.mark.parametrize(
    "target",
    [
        Document("brief", InformationDate(2017, 3), "es-419", "screen"),
        Document("331", InformationDate(2017), "en", "My print"),
        Pack("331", "zh", "office"),
        Pack("331", "zh-Hant", "a5"),
        JobSheet("331"),
    ],
)
def test_the_name_of_a_target_gives_its_source(target: Target) -> None:
    assert target.source.startswith("content/")
    assert source_of(target.name) == source_of(target.rejected) == target.source


@pytest.mark.parametrize(
    ("target", "source"),
    [
        (SitePage(), "content/series.yaml"),
        (EditionList(slug="brief"), "content/brief"),
        (SiteStyles(part="zh-Hant"), "styles"),
        (EditionPage(slug="brief", information_date=YEAR, language="en"), BRIEF),
        (SingleFile(slug="brief", information_date=YEAR, language="en"), BRIEF),
    ],
)
def test_the_name_of_a_web_page_gives_its_source(target: Target, source: str) -> None:
    assert source_of(target.name) == target.source == source
    assert source_of(f"brief/{target.name}") == source_of(target.rejected) == ""


def test_every_kind_of_target_is_found_by_its_name() -> None:
    kinds = {
        kind for kind in Target.__subclasses__() for kind in (kind, *kind.__subclasses__())
    }
    assert {*get_args(EditionTarget)} <= kinds
    for kind in kinds:
        fields = {
            name: str(YEAR) for name in ("slug", "information_date", "old", "session")
        }
        fields |= {"language": "en", "part": "en", "correction": ""}
        name = f"{kind.FOLDER}/{kind.FILE_NAME}.{kind.FORMATS[0]}".format_map(fields)
        assert source_of(name) == kind.SOURCE.format_map(fields), kind
