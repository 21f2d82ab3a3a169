"""Exported content is read back as the same values."""

import csv
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pipeline.commands.check import read_content
from pipeline.content.attached_yaml import (
    export_charts,
    export_csv,
    export_printed_content,
    export_yaml,
)
from pipeline.content.pasted_text import find_pasted
from pipeline.content.yaml_source import read_yaml
from pipeline.model.schema import DataRow, EditionFacts, LanguageVersion
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import InlineExecutor

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = (ROOT, ROOT / "tests" / "conformance" / "hard_cases")
INLINE = InlineExecutor()
SECTIONS = [{"heading": "One", "blocks": [{"text": "Some words."}]}]


def read_back(value: BaseModel) -> BaseModel:
    source, problems = read_yaml("export.yaml", export_yaml(value))
    assert source is not None
    assert problems == []
    return type(value).model_validate(source.value)


def version(**parts: object) -> LanguageVersion:
    return LanguageVersion.model_validate(
        {"title": "A title", "sections": SECTIONS} | parts
    )


def chart(rows: object) -> dict[str, object]:
    words = {"title": "A finding", "subtitle": "Number", "alt": "Bars.", "source": "Us."}
    return words | {"chart": "bar", "data": rows, "label": "place", "value": "share"}


# Each edition has facts, also one without a file of them.
FILES = sorted(
    {
        file.relative_to(ROOT).as_posix()
        for root in PROJECTS
        for path in (root / "content").glob("*/[0-9]*/*.yaml")
        for file in (path, path.with_name("edition.yaml"))
    }
)


@cache
def values() -> dict[str, BaseModel]:
    values: dict[str, BaseModel] = {}
    for root in PROJECTS:
        content = read_content(open_project(root), BuildOptions(), None, executor=INLINE)
        for edition in content.editions:
            folder = root / "content" / edition.slug / str(edition.information_date)
            parts = {"edition": edition.facts, **edition.versions}
            for name, value in parts.items():
                values[(folder / f"{name}.yaml").relative_to(ROOT).as_posix()] = value
    return values


def test_every_file_of_both_projects_is_tested() -> None:
    assert {*values()} == {*FILES}


@pytest.mark.parametrize("name", FILES)
def test_an_export_reads_back_as_the_same_value(name: str) -> None:
    assert read_back(values()[name]) == values()[name]


@pytest.mark.parametrize("name", FILES)
def test_an_export_of_an_export_is_the_same_bytes(name: str) -> None:
    assert export_yaml(read_back(values()[name])) == export_yaml(values()[name])


def test_comments_and_defaults_are_not_exported() -> None:
    text = b"# private\ntitle: A # b\nsections: # c\n- heading: H\n  blocks: [text: x]\n"
    source, _ = read_yaml("en.yaml", text)
    assert source
    exported = export_yaml(LanguageVersion.model_validate(source.value))
    assert exported == b"title: A\nsections:\n- heading: H\n  blocks:\n  - text: x\n"


def test_a_project_builds_from_an_exported_language_file(tmp_path: Path) -> None:
    (edition,) = read_content(open_project(ROOT), BuildOptions(("wpsdg",)), None).editions
    folder = tmp_path / "content" / "wpsdg" / "2017"
    folder.mkdir(parents=True)
    (folder / "edition.yaml").write_bytes(export_yaml(edition.facts))
    for language, value in edition.versions.items():
        (folder / f"{language}.yaml").write_bytes(export_yaml(value))
    series = (ROOT / "content" / "series.yaml").read_bytes()
    (tmp_path / "content" / "series.yaml").write_bytes(series)
    (again,) = read_content(open_project(tmp_path), BuildOptions(("wpsdg",)), None).editions
    assert again == edition


FACTS = [
    {},
    {"status": "draft", "issued": date(2017, 10, 26), "review_after": "1 month"},
    {"change_note": "One for all"},
    {"change_note": {"en": "New: figures", "ar": "جديد"}},
    {"subjects": ["trade & work", "yes", "1.10", "a, b"], "symbol": "GB.329/INS/5"},
    {"subjects": ["WTO", {"en": "trade", "fr": "commerce"}]},
    {"identifiers": {"isbn": "978-92-2-130375-6", "doi": "10.1000/182"}},
    {"contact": {"name": "Ann", "phone": "+41 22", "title": {"en": "Head", "fr": "Chef"}}},
]


@pytest.mark.parametrize("facts", FACTS, ids=lambda facts: "-".join(facts) or "none")
def test_every_fact_of_an_edition_reads_back(facts: dict[str, object]) -> None:
    value = EditionFacts.model_validate(facts)
    assert read_back(value) == value


def test_a_text_for_all_languages_is_written_without_escapes() -> None:
    facts = EditionFacts.model_validate({"change_note": "جديد: été"})
    assert export_yaml(facts).decode() == "change_note: 'جديد: été'\n"


TABLE = {
    "title": "Cells",
    "columns": ["", "Men", {"heading": "Women", "align": "number"}, {"align": "number"}],
    "rows": [["", {"text": "a", "down": 2}, {"across": 2}], [{"down": 1}, "1", ""]],
}
BLOCKS = {
    "text": "A paragraph.\n\n- a list\n- of two\n\n[^one]: A note.",
    "table": TABLE,
    "figure": chart([{"place": "A", "share": "1.0"}, {"place": "No", "share": "-2"}]),
    "figure of a file": chart("rows.csv"),
    "figure with a gap": chart(
        [{"place": "A", "share": "1"}, {"place": "B", "share": None}]
    ),
    "figure with words for a row *": chart([{"place": "*", "share": "1"}])
    | {"approximate": {"*": "over 1"}},
    "figure with a column *": chart([{"*": "A", "share": "1"}]),
    "box": {"title": "A box", "text": "Words\n\n1. One", "id": "box"},
    "quote": {"text": "Said.", "who": "Her"},
    "side_note": {"text": "Beside"},
    "picture": {"file": "square.png", "alt": "A square: red", "credit": "# Nobody"},
}


@pytest.mark.parametrize("block", BLOCKS)
def test_every_block_reads_back(block: str) -> None:
    kind = block.split()[0]
    value = version(sections=[{"heading": "One", "blocks": [{kind: BLOCKS[block]}]}])
    assert read_back(value) == value


# All characters of a valid file: no lone surrogates, no control characters, and none that
# is reported (such as those for private use) because it came with pasted text.
PRIVATE = range(0xE000, 0xF900)


def characters() -> st.SearchStrategy[str]:
    others = (chr(n) for n in range(0x80, 0xFFFF) if n not in PRIVATE)
    pasted = "".join(c for c in others if any(find_pasted(f"{c} a")))
    return st.characters(
        exclude_categories=("Cs", "Cc", "Co"), exclude_characters=f"{pasted}\ufffe\uffff“”„"
    )


CHARACTERS = st.deferred(characters)
TRAPS = ["no", "null", "~", "1.10", "2017-03", "- a", "a: b", "a #b", "# c", "!tag", "*a"]
TRAPS += ["&a", "'q'", '"q"', "[x]", "{x}", "%x", "@x", "`x`", "|", ">", "<<", "=", "---"]
WORDS = (st.sampled_from(TRAPS) | st.text(CHARACTERS, max_size=120)).filter(str.strip)
PROSE = st.lists(WORDS, min_size=1, max_size=3).map("\n\n".join)
BLOCK = (
    st.fixed_dictionaries({"text": PROSE})
    | st.fixed_dictionaries({"quote": st.fixed_dictionaries({"text": WORDS})})
    | st.builds(
        lambda rows: {"table": {"title": "T", "columns": ["a"], "rows": rows}},
        st.lists(
            st.lists(WORDS | st.just(""), min_size=1, max_size=3), min_size=1, max_size=3
        ),
    )
)
VERSION = st.fixed_dictionaries(
    {
        "title": WORDS,
        "sections": st.lists(
            st.fixed_dictionaries(
                {"heading": WORDS, "blocks": st.lists(BLOCK, min_size=1, max_size=2)}
            ),
            min_size=1,
            max_size=2,
        ),
    },
    optional={
        "lead": PROSE,
        "key_messages": st.lists(st.fixed_dictionaries({"say": WORDS}), max_size=2),
    },
)


@given(VERSION)
def test_any_text_reads_back(value: dict[str, object]) -> None:
    exported = LanguageVersion.model_validate(value)
    assert read_back(exported) == exported


def test_data_written_to_csv_reads_back_as_the_same_rows(tmp_path: Path) -> None:
    rows: list[DataRow] = [
        {"région, pays": 'A "big" place', "share": "1,5", "n": None},
        {"région, pays": "مصر; Égypte", "share": "-2.50", "n": "3"},
    ]
    assert reads_csv(tmp_path, export_csv(rows)) == tuple(rows)


@pytest.mark.parametrize("cell", ["two\nlines"])
def test_a_line_break_inside_a_cell_does_not_end_the_row(tmp_path: Path, cell: str) -> None:
    rows: list[DataRow] = [{"place": cell, "share": "1"}]
    assert reads_csv(tmp_path, export_csv(rows)) == tuple(rows)


def test_csv_has_a_header_and_the_line_ends_of_rfc_4180() -> None:
    rows: list[DataRow] = [{"place": "A", "share": "1"}, {"place": "B, C", "share": None}]
    assert export_csv(rows) == b'place,share\r\nA,1\r\n"B, C",\r\n'


FORMULAS = [
    "=cmd|' /C calc'!A0",
    "+41 22 799 61 11",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "'=1",
    "''-a",
]


@pytest.mark.parametrize(
    "text", [*FORMULAS, "x;=1+1", "x; =1+1", 'x;"=1', "x\n@a", "-", "- a"]
)
def test_no_cell_is_a_formula_and_it_reads_back(tmp_path: Path, text: str) -> None:
    rows: list[DataRow] = [{"place": text, text: "-1.5"}]
    data = export_csv(rows)
    for cell in (c for record in csv.reader(data.decode().splitlines()) for c in record):
        parts = [part.strip(' "') for part in cell.split(";")]
        assert not [p for p in parts if p[:1] in ("=", "+", "-", "@", "＝") and p != "-1.5"]
    assert reads_csv(tmp_path, data) == tuple(rows)


@pytest.mark.parametrize("number", ["-1", "-2.50", "+3", "-1,234.5", "-5%", "-5 %"])
def test_a_negative_number_is_not_changed(number: str) -> None:
    assert (
        export_csv([{"place": "A", "share": number}]).split(b"\r\n")[1].replace(b'"', b"")
        == f"A,{number}".encode()
    )


# Text of a cell. Spaces at its ends are not content, nor is the sign + of a number.
SIGNS = st.text("'=+-@; \t1", max_size=8)
TEXTS = st.text(CHARACTERS, max_size=20) | SIGNS
CELLS = (
    TEXTS.map(str.strip)
    .filter(lambda cell: not re.fullmatch(r"\+[\d.,]+", cell))
    .map(lambda cell: cell or None)
)


# A row without text is not data.
@given(st.lists(st.tuples(CELLS, CELLS).filter(any), min_size=1, max_size=4))
def test_any_data_reads_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str | None, str | None]]
) -> None:
    rows: list[DataRow] = [{"place": place, "share": share} for place, share in cells]
    folder = tmp_path_factory.mktemp("csv")
    assert reads_csv(folder, export_csv(rows)) == tuple(rows)


def reads_csv(root: Path, data: bytes) -> tuple[DataRow, ...]:
    """Read rows from the CSV file of a chart."""
    folder = root / "content" / "brief" / "2017"
    folder.mkdir(parents=True)
    (folder / "rows.csv").write_bytes(data)
    section = {"heading": "One", "blocks": [{"figure": chart("rows.csv")}]}
    (folder / "en.yaml").write_bytes(export_yaml(version(sections=[section])))
    (root / "content" / "series.yaml").write_text(
        "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\n"
    )
    (edition,) = read_content(open_project(root), BuildOptions(), None).editions
    return edition.data.get("rows.csv", ())


@pytest.mark.parametrize("rows", ["rows.csv", [{"place": "A", "share": "1"}]])
def test_each_chart_is_exported_with_its_rows(rows: object) -> None:
    section = {"heading": "One", "blocks": [{"figure": chart(rows)}, {"text": "x"}]}
    data: dict[str, tuple[DataRow, ...]] = {"rows.csv": ({"place": "A", "share": "1"},)}
    ((figure, exported),) = export_charts(version(sections=[section]), data)
    assert figure.title == "A finding"
    assert tuple(exported) == data["rows.csv"]


def test_the_input_of_a_code_does_not_change(tmp_path: Path) -> None:
    """Otherwise `briefs verify` would report every printed paper as changed."""
    files = {
        "series.yaml": "name: S\npublisher: {name: P}\nlanguages: [en, fr]\n",
        "brief/2017/edition.yaml": (
            "review_after: 1 year\nsymbol: GB.1\n"
            "contact: {name: N, title: {en: T, fr: F}}\n"
        ),
        "brief/2017/en.yaml": (
            "title: One\nsections:\n  - heading: H\n    blocks:\n"
            "      - text: |\n          Cafe\u0301 and\n          more.\n"
            "      - figure: {title: F, subtitle: U, chart: bar, data: d.csv, label: a, "
            "value: b, alt: A, source: S}\n"
        ),
        "brief/2017/d.csv": "a,b\nx,1\ny,\n",
    }
    for name, text in files.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (edition,) = read_content(open_project(tmp_path), BuildOptions(), None).editions
    assert export_printed_content(edition, "en").decode() == (
        '[{"contact": {"name": "N", "title": "T"}, "symbol": "GB.1"}, '
        '{"sections": [{"blocks": [{"text": "Caf\u00e9 and more."}, {"figure": '
        '{"alt": "A", "chart": "bar", "data": "d.csv", "label": "a", "source": "S", '
        '"subtitle": "U", "title": "F", "value": ["b"]}}], "heading": "H"}], '
        '"title": "One"}, [[[["a", "x"], ["b", "1"]], [["a", "y"], ["b", null]]]]]'
    )
