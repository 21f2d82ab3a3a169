"""The parts of a CI matrix, and the build that takes all documents from their caches."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from click.testing import Result

from pipeline.model.dates import InformationDate
from pipeline.targets import Document, is_in_shard
from tests.conftest import WriteProject, briefs

SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, fr]\n"
TEXT = "title: Brief\nsections: [{heading: Heading, blocks: [{text: Text.}]}]\n"
FILES: dict[str, str | bytes | None] = {
    "content/series.yaml": SERIES,
    **{
        f"content/{slug}/2017/{language}.yaml": TEXT
        for slug in ("brief", "other", "third")
        for language in ("en", "fr")
    },
}


def states(result: Result) -> Counter[str]:
    return Counter(document["state"] for document in json.loads(result.stdout)["documents"])


def test_a_build_from_the_merged_caches_of_all_parts_equals_one_build(
    write_project: WriteProject, tmp_path: Path
) -> None:
    root = write_project(FILES)
    assert briefs(root, "build", "--cache", tmp_path / "unused").exit_code == 0
    expected = (root / "build/SHA256SUMS").read_bytes()
    merged = tmp_path / "merged"
    for part in ("1", "2"):
        shutil.rmtree(root / "build")
        cache = tmp_path / part
        result = briefs(root, "build", "--shard", f"{part}/2", "--cache", cache)
        assert result.exit_code == 0, result.stderr
        shutil.copytree(cache, merged, dirs_exist_ok=True)
    shutil.rmtree(root / "build")
    whole = briefs(root, "build", "--cache", merged, "--json")
    assert states(whole) == {"cached": 6}
    assert (root / "build/SHA256SUMS").read_bytes() == expected


def test_a_document_stays_in_its_part_when_others_come_and_go() -> None:
    date = InformationDate(2017)
    documents = [Document(f"brief-{n}", date, "en", "screen") for n in range(3000)]
    parts = [next(k for k in range(1, 6) if is_in_shard(d, (k, 5))) for d in documents]
    # These numbers must not change: CI keeps a cache for each part.
    assert parts[:8] == [2, 3, 4, 4, 1, 3, 1, 3]
    assert all(540 < number < 660 for number in Counter(parts).values())


def test_more_parts_than_documents_leave_some_empty(write_project: WriteProject) -> None:
    root = write_project({})
    results = [briefs(root, "build", "--shard", f"{k}/4", "--json") for k in range(1, 5)]
    assert [result.exit_code for result in results] == [0] * 4
    assert sum(states(result).total() for result in results) == 1


@pytest.mark.parametrize(
    "part",
    ["2", "2/", "a/b", "-1/5", "1/0", "٢/٥", f"1/{'9' * 5000}", "0/5", "6/5", "1/99999999"],
)
def test_an_invalid_part_is_a_usage_error(part: str, write_project: WriteProject) -> None:
    result = briefs(write_project({}), "build", "--shard", part)
    assert result.exit_code == 2
    assert "--shard" in result.stderr


@pytest.mark.parametrize("number", ["0", "65", "٢", "9" * 5000])
def test_an_invalid_number_of_local_workers_is_a_usage_error(
    number: str, write_project: WriteProject
) -> None:
    result = briefs(write_project({}), "build", "--cluster", f"local:{number}")
    assert result.exit_code == 2
    assert "--cluster" in result.stderr
