"""Files are loaded into a checked edition; all problems are reported at once."""

from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from textwrap import indent

import pytest
from PIL import Image

from pipeline.commands.check import CheckedContent, check, read_content
from pipeline.model.fields import ANY_LANGUAGE, Duration, Line, in_language
from pipeline.model.schema import Edition, EditionFacts, LanguageVersion, Series
from pipeline.problems import Place, Problem, Rule, Severity
from pipeline.project import open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject, changed

Read = Callable[[Mapping[str, str | bytes | None]], CheckedContent]

SERIES = "content/series.yaml"
FOLDER = "content/brief/2017"
FACTS, EN, FR = (f"{FOLDER}/{name}.yaml" for name in ("edition", "en", "fr"))


def brief(
    blocks: str = "- text: Some text.", more: str = "", title: str = "A title"
) -> str:
    return (
        f"title: {title}\nsections:\n  - heading: A heading\n    blocks:\n"
        + indent(blocks.strip("\n"), "      ")
        + f"\n{more}"
    )


def figure(data: str = "shares.csv", more: str = "") -> str:
    return brief(
        "- figure:\n    title: A finding\n    chart: bar\n"
        f"    data: {data}\n    label: country\n    value: share\n"
        f"    alt: Bars\n    source: The authors\n"
        f"    subtitle: Number\n{indent(more, '    ')}"
    )


@pytest.fixture
def read(write_project: WriteProject) -> Read:
    """Return a function that reads a small project with the given files."""

    def read(files: Mapping[str, str | bytes | None]) -> CheckedContent:
        return read_content(open_project(write_project(files)), BuildOptions(), None)

    return read


def edition_in(content: CheckedContent) -> Edition:
    """Return the only edition of a project without problems."""
    assert content.problems == ()
    (edition,) = content.editions
    return edition


def series_in(content: CheckedContent) -> Series:
    assert content.problems == ()
    assert content.series is not None
    return content.series


def places(problems: tuple[Problem, ...]) -> list[tuple[Rule, str]]:
    return [(problem.rule, str(problem.place)) for problem in problems]


# --- Defaults and all keys ---


def test_a_small_brief_has_defaults(read: Read) -> None:
    edition = edition_in(read({}))
    assert (edition.slug, str(edition.information_date)) == ("brief", "2017")
    assert edition.folder == "brief/2017"
    assert edition.languages == ("en",)
    assert edition.facts == EditionFacts()
    assert edition.facts.status == "final"
    version = edition.versions["en"]
    assert version.title == "A title"
    assert version.standfirst is None
    assert version.key_messages == version.references == ()
    (block,) = version.sections[0].blocks
    assert (block.kind, block.content) == ("text", "Some text.")


def test_the_facts_of_an_edition_are_read(read: Read) -> None:
    facts = edition_in(
        read(
            {
                FACTS: "status: draft\nissued: 2017-10-26\nchange_note: First.\n"
                "symbol: GB.329/INS/1\nidentifiers: {isbn: '978', job_number: 007}\n"
                "review_after: 12 months\nsubjects: [trade, no, 1.10]\n"
                "contact: {name: Thoralf Stenvold, phone: +41 22 7996111}\n"
            }
        )
    ).facts
    assert facts.status == "draft"
    assert facts.issued == date(2017, 10, 26)
    assert facts.change_note == {ANY_LANGUAGE: "First."}
    assert facts.identifiers.job_number == "007"
    assert facts.review_after == Duration(12, "months")
    assert facts.subjects == tuple({ANY_LANGUAGE: s} for s in ("trade", "no", "1.10"))
    assert facts.contact is not None
    assert facts.contact.phone == "+41 22 7996111"


@pytest.mark.parametrize(
    ("typed", "count", "unit"),
    [
        ("12 months", 12, "months"),
        ("1 month", 1, "months"),
        ("2 years", 2, "years"),
        ("90 days", 90, "days"),
        ("6 weeks", 6, "weeks"),
    ],
)
def test_a_duration_is_a_number_and_a_unit(
    read: Read, typed: str, count: int, unit: str
) -> None:
    facts = edition_in(read({FACTS: f"review_after: {typed}\n"})).facts
    assert facts.review_after is not None
    assert (facts.review_after.count, facts.review_after.unit) == (count, unit)


@pytest.mark.parametrize(
    "typed", ["0 months", "months", "12", "1.5 years", "-1 day", "12 Months", "1 fortnight"]
)
def test_another_duration_is_rejected(read: Read, typed: str) -> None:
    content = read({FACTS: f"review_after: {typed}\n"})
    assert places(content.problems) == [(Rule.INVALID_VALUE, f"{FACTS}:1:15")]


@pytest.mark.parametrize(
    ("block", "kind", "title"),
    [
        ("- box: {title: T, text: X}", "box", "T"),
        ("- side_note: {title: T, text: X}", "side_note", "T"),
        ("- table: {title: T, columns: [A], rows: [[B]]}", "table", "T"),
    ],
)
def test_each_block_has_a_kind(read: Read, block: str, kind: str, title: str) -> None:
    version = edition_in(read({EN: brief(block)})).versions["en"]
    (loaded,) = version.sections[0].blocks
    assert (loaded.kind, loaded.content.title) == (kind, title)


def test_cells_and_columns_may_be_text_or_more(read: Read) -> None:
    table = (
        "- table:\n    title: T\n    columns: [Year, {heading: Share, align: number}]\n"
        "    rows:\n      - [1999, 61.2]\n      - [{text: Both, across: 2}]\n"
        "      - [{text: Tall, down: 2}, '']\n      - [no]\n"
    )
    block = edition_in(read({EN: brief(table)})).versions["en"].sections[0].blocks[0]
    assert [(c.heading, c.align) for c in block.content.columns] == [
        ("Year", "text"),
        ("Share", "number"),
    ]
    assert [[(c.text, c.across, c.down) for c in row] for row in block.content.rows] == [
        [("1999", 1, 1), ("61.2", 1, 1)],
        [("Both", 2, 1)],
        [("Tall", 1, 2), ("", 1, 1)],
        [("no", 1, 1)],
    ]


# --- Texts in several languages ---

SERIES_TEXT = "name: {name}\npublisher: {{name: P}}\nlanguages: [en, fr]\n"


@pytest.mark.parametrize(
    ("typed", "language", "words", "spoken"),
    [
        ("Briefs", "en", "Briefs", "en"),
        ("Briefs", "fr", "Briefs", "fr"),
        ("{en: Briefs, fr: Notes}", "en", "Briefs", "en"),
        ("{en: Briefs, fr: Notes}", "fr", "Notes", "fr"),
        ("{en: Briefs}", "fr", "Briefs", "en"),
        ("{fr: Notes}", "en", "Notes", "fr"),
    ],
)
def test_a_text_is_chosen_by_language_then_default_then_any(
    read: Read, typed: str, language: str, words: str, spoken: str
) -> None:
    content = read({SERIES: SERIES_TEXT.format(name=typed)})
    assert content.series is not None
    chosen = in_language(content.series.name, language, content.series.default_language)
    assert chosen == (words, spoken)


def test_a_text_without_a_language_is_rejected(read: Read) -> None:
    content = read({SERIES: SERIES_TEXT.format(name="{}")})
    assert [p.place.file for p in content.problems] == [SERIES]
    assert content.problems[0].severity is Severity.ERROR


def test_a_text_may_be_missing_in_an_unused_language(read: Read) -> None:
    series = {SERIES: SERIES_TEXT.format(name="{en: Briefs}")}
    assert read(series).problems == ()
    content = read({**series, FR: brief()})
    assert places(content.problems) == [(Rule.MISSING_TRANSLATION, f"{SERIES}:1:7")]


def test_the_first_language_is_the_default(read: Read) -> None:
    assert series_in(read({})).default_language == "en"


def test_languages_come_in_the_order_of_the_series(read: Read) -> None:
    series = "name: N\npublisher: {name: P}\nlanguages: [fr, ar, en]\n"
    files = {f"{FOLDER}/{language}.yaml": brief() for language in ("ar", "en", "fr")}
    edition = edition_in(read({SERIES: series, **files}))
    assert edition.languages == tuple(edition.versions) == ("fr", "ar", "en")


# --- Errors in one of several files ---


def test_a_broken_translation_leaves_the_original(read: Read) -> None:
    content = read({FR: "title: 'Un titre\n"})
    assert places(content.problems) == [(Rule.YAML_QUOTE, f"{FR}:1:8")]
    (edition,) = content.editions
    assert edition.languages == ("en", "fr")
    assert set(edition.versions) == {"en"}


def test_a_broken_original_leaves_the_translation(read: Read) -> None:
    content = read({EN: "title: A title\n", FR: brief(title="Un titre")})
    assert places(content.problems) == [(Rule.MISSING_KEY, f"{EN}:1:1")]
    assert set(content.editions[0].versions) == {"fr"}


def test_broken_facts_leave_no_edition_and_hide_no_problems(read: Read) -> None:
    content = read({FACTS: "status: done\n", EN: "titel: A title\n" + brief()})
    assert places(content.problems) == [
        (Rule.INVALID_CHOICE, f"{FACTS}:1:9"),
        (Rule.UNKNOWN_KEY, f"{EN}:1:1"),
    ]
    assert content.editions == ()


def test_with_a_broken_series_no_edition_is_read(read: Read) -> None:
    content = read({SERIES: "name: Briefs\n", EN: "nonsense: x\n"})
    assert places(content.problems) == [
        (Rule.MISSING_KEY, f"{SERIES}:1:1"),
        (Rule.MISSING_KEY, f"{SERIES}:1:1"),
    ]
    assert content.series is None
    assert content.editions == ()


def test_a_missing_series_gives_a_hint(read: Read) -> None:
    content = read({SERIES: None})
    assert places(content.problems) == [(Rule.MISSING_FILE, SERIES)]
    assert "briefs new" in content.problems[0].hint


def test_every_error_of_a_file_is_reported_at_once(read: Read) -> None:
    content = read(
        {
            EN: "colour: red\n"
            + brief(
                "- text: A <b> and a [link](#nowhere) and [@nobody].\n"
                "- picture: {file: gone.jpg, alt: ''}\n- figure: {title: T}",
                "key_messages: [{say: ''}]\n",
            )
        }
    )
    assert {problem.rule for problem in content.problems} == {
        *(Rule.UNKNOWN_KEY, Rule.RAW_HTML, Rule.BROKEN_LINK, Rule.UNKNOWN_REFERENCE),
        *(Rule.MISSING_PICTURE, Rule.EMPTY_VALUE, Rule.MISSING_KEY),
    }


@pytest.mark.parametrize(
    "text",
    [
        "A text\n",
        "- a\n",
        "[]\n",
        "{}\n",
        "''\n",
        "? [a]\n: b\n",
        "'': b\n",
        "a: {b: {c: d}}\n",
    ],
)
@pytest.mark.parametrize("file", [SERIES, FACTS, EN])
def test_a_file_of_any_shape_gives_problems_and_no_exception(
    read: Read, file: str, text: str
) -> None:
    content = read({file: text})
    fine = file == FACTS and text == "{}\n"
    assert bool(content.problems) != fine
    assert {problem.place.file for problem in content.problems} <= {file}


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("- text: [a]", "5:15"),
        ("- text: {a: b}", "5:15"),
        ("- table: {title: T, columns: a, rows: [[b]]}", "5:36"),
        ("- table: {title: T, columns: [a], rows: [b]}", "5:48"),
        ("- table: {title: T, columns: [a], rows: [[[b]]]}", "5:49"),
        ("- table: {title: T, columns: [a], rows: [[{text: b, across: [1]}]]}", "5:67"),
        ("- table: {title: T, columns: [{heading: a, align: [b]}], rows: [[c]]}", "5:57"),
        ("- picture: [a]", "5:18"),
        ("- picture: a.jpg", "5:18"),
    ],
)
def test_a_value_of_the_wrong_type_is_explained(read: Read, block: str, place: str) -> None:
    content = read({EN: brief(block)})
    assert places(content.problems) == [(Rule.WRONG_TYPE, f"{EN}:{place}")]
    text = content.problems[0].message + content.problems[0].hint
    assert "['" not in text
    assert "Input" not in text


def test_a_file_of_one_mebibyte_is_accepted(read: Read) -> None:
    edition_in(read({EN: brief().ljust(1024 * 1024, "#")}))


@pytest.mark.parametrize(
    ("key", "item", "most"),
    [("key_messages", "{say: A}", 4), ("pull_figures", "{figure: A, text: B}", 3)],
)
def test_the_number_of_items_on_page_one_is_limited(
    read: Read, key: str, item: str, most: int
) -> None:
    def with_items(count: int) -> CheckedContent:
        return read({EN: f"{key}: [{', '.join([item] * count)}]\n{brief()}"})

    edition_in(with_items(most))
    assert places(with_items(most + 1).problems) == [(Rule.INVALID_LENGTH, f"{EN}:1:1")]


@pytest.mark.parametrize(("cell", "most"), [("across", 20), ("down", 200)])
def test_the_span_of_a_cell_is_limited(read: Read, cell: str, most: int) -> None:
    def reaching(count: int) -> list[Rule]:
        width, height = (count, 1) if cell == "across" else (1, count)
        rows = [f"[{{text: A, {cell}: {count}}}]", *["[]"] * (height - 1)]
        table = f"columns: [{', '.join('B' * width)}], rows: [{', '.join(rows)}]"
        content = read({EN: brief(f"- table: {{title: T, {table}}}")})
        return [problem.rule for problem in content.problems]

    assert reaching(most) == []
    assert reaching(most + 1) == [Rule.INVALID_VALUE]


# --- Data of charts ---


@pytest.mark.parametrize(
    "csv",
    [
        b"country,share\nChad,61.2\nPeru,\n",
        b"country;share\r\nChad;61.2\r\nPeru;\r\n",
        b"\xef\xbb\xbfcountry,share\nChad,61.2\nPeru,\n",
        b"\xef\xbb\xbfcountry;share\r\nChad;61.2\r\nPeru;",
        b'"country","share"\n"Chad","61.2"\n"Peru",""\n',
        b"country , share\n Chad , 61.2 \nPeru,\n\n",
        b"country,share\rChad,61.2\rPeru,\r",
    ],
    ids=["comma", "semicolon", "BOM", "BOM semicolon", "quoted", "spaces", "CR"],
)
def test_an_export_of_any_csv_dialect_is_read(read: Read, csv: bytes) -> None:
    edition = edition_in(read({EN: figure(), f"{FOLDER}/shares.csv": csv}))
    assert edition.data == {
        "shares.csv": (
            {"country": "Chad", "share": "61.2"},
            {"country": "Peru", "share": None},
        )
    }


@pytest.mark.parametrize(
    ("csv", "label"),
    [
        ('country,share\n"Chad, north",1\n', "Chad, north"),
        ("country;share\nChad, north;1\n", "Chad, north"),
        ('country,share\n"Chad ""north""",1\n', 'Chad "north"'),
        ("country,share\nCôte d'Ivoire,1\n", "Côte d'Ivoire"),
        ("country,share\n中国,1\n", "中国"),
    ],
)
def test_a_label_is_the_text_of_its_cell(read: Read, csv: str, label: str) -> None:
    edition = edition_in(read({EN: figure(), f"{FOLDER}/shares.csv": csv}))
    assert edition.data["shares.csv"][0]["country"] == label


def test_rows_written_in_the_brief_are_text_too(read: Read) -> None:
    data = "[{country: no, share: 1.10}, {country: Peru, share: }]"
    block = edition_in(read({EN: figure(data)})).versions["en"].sections[0].blocks[0]
    assert block.content.data.rows == (
        {"country": "no", "share": "1.10"},
        {"country": "Peru", "share": None},
    )


@pytest.mark.parametrize("number", ["0", "-3", "61.2", "007", "-0.50", "1000000"])
def test_a_number_is_digits_with_a_point(read: Read, number: str) -> None:
    edition_in(read({EN: figure(f"[{{country: Chad, share: {number}}}]")}))


@pytest.mark.parametrize(
    "typed", ["61,2", "1'000", "1 000", "61%", "n.a.", "1e3", "+1", ".5", "1.", "-", "NaN"]
)
def test_another_number_is_rejected_at_its_place(read: Read, typed: str) -> None:
    content = read({EN: figure(f'[{{country: Chad, share: "{typed}"}}]')})
    assert places(content.problems) == [(Rule.CHART_DATA, f"{EN}:8:41")]


@pytest.mark.parametrize(
    ("csv", "rule", "place"),
    [
        (b"country,share\nChad\n", Rule.CHART_DATA, "shares.csv:2:1"),
        (b"country,share\nChad,1,2\n", Rule.CHART_DATA, "shares.csv:2:1"),
        (b"country,share\n\nPeru,1\nChad\n", Rule.CHART_DATA, "shares.csv:4:1"),
        (b"country,share,\nChad,1,2\n", Rule.CHART_DATA, "shares.csv:1:15"),
        (b",share\nChad,1\n", Rule.CHART_DATA, "shares.csv:1:1"),
        (b"country,share,share\nChad,1,2\n", Rule.CHART_DATA, "shares.csv:1:15"),
        (b"country,share\nCh\xe0d,1\n", Rule.FILE_ENCODING, "shares.csv:2:3"),
        (b"", Rule.EMPTY_FILE, "shares.csv:1:1"),
        (b"country,share\n" + b"Chad,1\n" * 200_000, Rule.FILE_SIZE, "shares.csv"),
        (b'country,share\n"Chad,1\nPeru,2\n', Rule.CHART_DATA, "shares.csv:2:1"),
        (b'country,share\nChad,"' + b"1" * 200_000, Rule.CHART_DATA, "shares.csv:2:1"),
        (b"country,share\nCh\x00ad,1\n", Rule.CONTROL_CHARACTER, "shares.csv:2:3"),
    ],
    ids=[
        *("short", "long", "later", "empty last heading", "empty first heading"),
        *("the same heading", "Latin-1", "empty", "huge", "quote", "long quote", "control"),
    ],
)
def test_an_error_of_a_csv_file_is_reported_at_its_line(
    read: Read, csv: bytes, rule: Rule, place: str
) -> None:
    content = read({EN: figure(), f"{FOLDER}/shares.csv": csv})
    assert places(content.problems) == [(rule, f"{FOLDER}/{place}")]
    assert content.editions[0].versions == {}


def test_a_problem_of_a_data_file_is_reported_once_for_all_languages(read: Read) -> None:
    csv = {f"{FOLDER}/shares.csv": "country,share\nChad,x\n"}
    content = read({EN: figure(), FR: figure(), **csv})
    assert places(content.problems) == [(Rule.CHART_DATA, f"{FOLDER}/shares.csv:2:6")]
    assert content.editions[0].versions == {}
    content = read(
        {EN: figure(), FR: figure(), f"{FOLDER}/shares.csv": "country\nChad,1\n"}
    )
    assert places(content.problems) == [(Rule.CHART_DATA, f"{FOLDER}/shares.csv:2:1")]


def test_a_column_may_have_the_name_of_a_key(read: Read) -> None:
    data = "[{id: A, source: 1}, {id: B, source: 2}]"
    text = figure(data).replace("label: country", "label: id")
    edition_in(read({EN: text.replace("value: share", "value: source")}))


@pytest.mark.parametrize(
    ("rows", "fits"),
    [(1, True), (12, True), (13, False), (10_000, False)],
    ids=["one", "most", "more", "far more"],
)
def test_a_bar_chart_has_at_most_twelve_rows(read: Read, rows: int, fits: bool) -> None:
    csv = "country,share\n" + "".join(f"Country {n},1\n" for n in range(rows))
    content = read({EN: figure(), f"{FOLDER}/shares.csv": csv})
    assert places(content.problems) == ([] if fits else [(Rule.CHART_TYPE, f"{EN}:8:17")])


@pytest.mark.parametrize(
    ("subtitle", "is_share"),
    [
        ("Posts, per cent", True),
        ("Percentages", True),
        ('"Posts, %"', True),
        ("Posts", False),
    ],
)
def test_only_shares_add_up_to_a_hundred(read: Read, subtitle: str, is_share: bool) -> None:
    text = figure("[{country: Chad, share: 60, rest: 60}]").replace(" bar", " stacked")
    text = text.replace("value: share", "value: [share, rest]").replace("Number", subtitle)
    rules = [problem.rule for problem in read({EN: text}).problems]
    assert rules == ([Rule.CHART_TYPE] if is_share else [])


# --- Files beside a brief, and links ---

PICTURE = "- picture: {file: hall.jpg, alt: A hall}"


def drawn(kind: str) -> bytes:
    """Return a picture of a sufficient resolution."""
    file = BytesIO()
    Image.new("L", (700, 500)).save(file, kind)
    return file.getvalue()


JPEG = drawn("JPEG")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *((name, JPEG) for name in ("hall.jpg", "hall.JPG", "hall.jpeg")),
        *((name, drawn("PNG")) for name in ("hall.png", "the hall.png", "Zürich 🏛 #1.png")),
        ("hall.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 2"/>'),
    ],
)
def test_a_picture_beside_the_brief_is_found(read: Read, name: str, data: bytes) -> None:
    picture = PICTURE.replace("hall.jpg", f'"{name}"')
    edition_in(read({EN: brief(picture), f"{FOLDER}/{name}": data}))


def test_the_case_of_a_file_name_must_match(read: Read) -> None:
    content = read({EN: brief(PICTURE), f"{FOLDER}/Hall.jpg": JPEG})
    assert places(content.problems) == [(Rule.MISSING_PICTURE, f"{EN}:5:25")]


@pytest.mark.parametrize(
    "name",
    [
        *("../2016/hall.jpg", "../../../hall.jpg", "/etc/hall.jpg", "C:/hall.jpg"),
        *(
            "..\\\\hall.jpg",
            "https://a.org/hall.jpg",
            "file:///etc/hall.jpg",
            "a/../hall.jpg",
        ),
    ],
)
def test_a_path_out_of_the_edition_is_rejected(read: Read, name: str) -> None:
    picture = PICTURE.replace("hall.jpg", f'"{name}"')
    content = read({EN: brief(picture), "content/brief/2016/hall.jpg": JPEG})
    problems = [p for p in content.problems if p.place.file == EN]
    assert places(tuple(problems)) == [(Rule.OUTSIDE_PROJECT, f"{EN}:5:25")]


@pytest.mark.parametrize(
    ("file", "link", "place"),
    [
        (EN, "en.yaml", EN),
        (FACTS, "edition.yaml", FACTS),
        (SERIES, "series.yaml", SERIES),
        (f"{FOLDER}/hall.jpg", "hall.jpg", f"{EN}:5:25"),
        (f"{FOLDER}/shares.csv", "shares.csv", f"{EN}:8:17"),
    ],
    ids=["language", "edition", "series", "picture", "data"],
)
def test_a_link_out_of_the_project_is_rejected(
    write_project: WriteProject, tmp_path: Path, file: str, link: str, place: str
) -> None:
    root = write_project({EN: figure() if link.endswith("csv") else brief(PICTURE)})
    if not link.endswith(("jpg", "csv")):
        write_project({})
    # The file outside is valid, so that no other problem is reported.
    outside = tmp_path / link
    inside = root / file
    outside.write_bytes(
        inside.read_bytes() if inside.exists() else b"country,share\nChad,1\n"
    )
    inside.unlink(missing_ok=True)
    inside.symlink_to(outside)
    content = read_content(open_project(root), BuildOptions(), None)
    assert places(content.problems) == [(Rule.OUTSIDE_PROJECT, place)]


def test_a_link_within_the_project_is_followed(write_project: WriteProject) -> None:
    root = write_project({EN: brief(PICTURE), "content/brief/2016/hall.jpg": JPEG})
    (root / FOLDER / "hall.jpg").symlink_to("../2016/hall.jpg")
    content = read_content(open_project(root), BuildOptions(), None)
    assert [p for p in content.problems if p.place.file == EN] == []


@pytest.mark.parametrize(
    "file",
    ["hall.jpg", "a" * 300 + ".jpg", "folder.jpg"],
    ids=["a link to itself", "a long name", "a folder"],
)
def test_something_other_than_a_file_is_a_missing_picture(
    write_project: WriteProject, file: str
) -> None:
    root = write_project({EN: brief(PICTURE.replace("hall.jpg", f'"{file}"'))})
    (root / FOLDER / "hall.jpg").symlink_to("hall.jpg")
    (root / FOLDER / "folder.jpg").mkdir()
    content = read_content(open_project(root), BuildOptions(), None)
    assert places(content.problems) == [(Rule.MISSING_PICTURE, f"{EN}:5:25")]


@pytest.mark.parametrize("target", ["en.yaml", "gone.yaml"], ids=["itself", "nothing"])
def test_a_broken_link_is_an_unreadable_file(
    write_project: WriteProject, target: str
) -> None:
    root = write_project({EN: None})
    (root / EN).symlink_to(target)
    content = read_content(open_project(root), BuildOptions(), None)
    assert places(content.problems) == [(Rule.FILE_UNREADABLE, EN)]


# --- Translations ---

ORIGINAL = brief(
    "- text: Some text.\n- picture: {id: hall, file: hall.jpg, alt: A hall}\n"
    "- table: {title: T, columns: [A, B], rows: [[C, D]]}",
    "key_messages: [{say: One, because: Two}]\npoints_for_decision: [{do: Three}]\n"
    "references: [{id: a, text: A book}]\nlead: Said [@a].\n",
)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("A heading", "Un titre", None),
        ("title: A title", "title: Un titre\ntranslation: official", None),
        ("- text: Some text.", "- quote: {text: Q}", "5:9"),
        ("id: hall", "id: salle", "6:23"),
        ("id: hall, ", "", "6:18"),
        ("[[C, D]]", "[[C, D], [E, F]]", "7:50"),
        ("say: One, because: Two", "say: Un", "8:16"),
        ("[{do: Three}]", "[{do: Trois, detail: D}]", "9:43"),
        ("lead: Said", "standfirst: S\nlead: Dit", "11:13"),
        ("[{do: Three}]", "[]", "9:22"),
    ],
)
def test_a_translation_must_have_the_parts_of_the_original(
    read: Read, old: str, new: str, place: str | None
) -> None:
    content = read(
        {EN: ORIGINAL, FR: changed(ORIGINAL, old, new), f"{FOLDER}/hall.jpg": JPEG}
    )
    if place is None:
        assert set(edition_in(content).versions) == {"en", "fr"}
    else:
        assert places(content.problems) == [(Rule.TRANSLATION_MISMATCH, f"{FR}:{place}")]
        assert set(content.editions[0].versions) == {"en"}


def test_a_translation_may_have_data_of_its_own(read: Read) -> None:
    content = read(
        {
            EN: figure("en.csv"),
            FR: figure("fr.csv"),
            f"{FOLDER}/en.csv": "country,share\nGermany,1\n",
            f"{FOLDER}/fr.csv": "country,share\nAllemagne,1\n",
        }
    )
    assert set(edition_in(content).data) == {"en.csv", "fr.csv"}


# --- References and links ---


@pytest.mark.parametrize("place", ["text", "lead", "source", "note", "footnote", "cell"])
def test_a_reference_may_be_cited_anywhere(read: Read, place: str) -> None:
    reference = "references: [{id: a, text: A book}]\n"
    inline = "[{country: Chad, share: 1}]"
    briefs = {
        "text": brief("- text: Said [@a].", reference),
        "lead": brief(more=reference + "lead: Said [@a].\n"),
        "source": figure(inline).replace("The authors", '"@a"') + reference,
        "note": figure(inline, "note: Said [@a].\n") + reference,
        "footnote": brief("- text: |\n    One.[^1]\n\n    [^1]: Two [@a].", reference),
        "cell": brief("- table: {title: T, columns: [A], rows: [['B [@a]']]}", reference),
    }
    edition_in(read({EN: briefs[place]}))


def test_a_link_may_lead_to_any_part_with_an_id(read: Read) -> None:
    blocks = (
        "- text: '[a](#part) [b](#hall) [c](#t) [d](#b)'\n"
        "- picture: {id: hall, file: hall.jpg, alt: A hall}\n"
        "- table: {id: t, title: T, columns: [A], rows: [[B]]}\n"
        "- box: {id: b, title: T, text: X}"
    )
    text = brief(blocks).replace("A heading\n", "A heading\n    id: part\n")
    edition_in(read({EN: text, f"{FOLDER}/hall.jpg": JPEG}))


@pytest.mark.parametrize(
    ("figures", "contact", "fits"), [(3, False, True), (2, True, True), (3, True, False)]
)
def test_the_side_column_holds_three_items(
    read: Read, figures: int, contact: bool, fits: bool
) -> None:
    pull_figures = "pull_figures: [" + "{figure: 1, text: One}, " * figures + "]\n"
    facts = "contact: {name: A Person}\n" if contact else "status: final\n"
    content = read({EN: pull_figures + brief(), FACTS: facts})
    assert places(content.problems) == (
        [] if fits else [(Rule.SIDE_COLUMN_OVERFLOW, f"{EN}:1:1")]
    )


def test_values_are_frozen_and_lines_are_strings(read: Read) -> None:
    version = edition_in(read({})).versions["en"]
    assert isinstance(version, LanguageVersion)
    assert isinstance(version.title, Line)
    with pytest.raises(ValueError, match="frozen"):
        version.title = Line("Another")  # type: ignore[misc]


def test_only_the_selected_briefs_are_read(write_project: WriteProject) -> None:
    project = open_project(
        write_project(
            {
                EN: "nonsense\n" + brief(),
                "content/other/2017/en.yaml": brief(),
                "content/other-two/2017/notes.docx": "",
                "content/other/2017/notes.docx": "",
            }
        )
    )
    content = read_content(project, BuildOptions(slugs=("other",)), None)
    assert places(content.problems) == [
        (Rule.UNEXPECTED_FILE, "content/other/2017/notes.docx"),
    ]
    assert [edition.slug for edition in content.editions] == ["other"]


def test_translations_without_the_text_in_the_first_language_are_an_error(
    write_project: WriteProject,
) -> None:
    text = "title: T\nsections: [{heading: H, blocks: [{text: T.}]}]\n"
    folder = "content/other/2017"
    series = "name: Briefs\npublisher: {name: P}\nlanguages: [en, fr, es]\n"
    files = {"content/series.yaml": series, f"{folder}/fr.yaml": text}
    root = write_project(files)
    assert check(open_project(root), ()).problems == ()  # written in French
    write_project({**files, f"{folder}/es.yaml": text})
    (problem,) = check(open_project(root), ()).problems
    assert (problem.rule, problem.place) == (Rule.MISSING_FILE, Place(folder))
