"""`briefs pack`: all that a session hands out, one PDF for each language."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from pikepdf import Name, NameTree

from pipeline.build import build_packs
from pipeline.cli import main
from pipeline.commands.clean import clean
from pipeline.project import BUNDLED, open_project
from pipeline.state.lock import build_lock
from pipeline.targets import BuildOptions
from pipeline.tasks.packs import plan_packs
from pipeline.workers.executor import InlineExecutor
from tools.conformance.closure import find_gaps
from tools.conformance.reading import read

WriteProject = Callable[[Mapping[str, str | bytes | None]], Path]
FILE = "content/sessions/331.yaml"
SESSION = """\
body: {en: Governing Body, ar: مجلس الإدارة}
dates: {start: 2017-10-26, end: 2017-11-09}
place: Geneva
missing_language: default
handouts:
  - {brief: brief, copies: {en: 3, ar: 2}}
  - {brief: other, copies: {en: 3, ar: 2}}
"""


def text(title: str, pages: int = 1) -> str:
    sections = "".join(
        f"  - heading: Part {number} of {title}\n    blocks:\n      - text: |\n"
        + 40 * "          A paragraph of some words in a column that is not wide.\n\n"
        for number in range(1, pages + 1)
    )
    return f"title: {title}\nsections:\n{sections}"


SERIES = "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en, ar]\n"
FILES: dict[str, str | bytes | None] = {
    "content/series.yaml": SERIES,
    "content/brief/2017/en.yaml": text("First brief", 2),
    "content/brief/2017/ar.yaml": (
        "title: الموجز\nsections:\n"
        "  - {heading: القسم الأول, blocks: [{text: نص قصير}]}\n"
        "  - {heading: القسم الثاني, blocks: [{text: نص قصير}]}\n"
    ),
    "content/other/2017/en.yaml": text("Second brief"),
    FILE: SESSION,
}


def pack(root: Path, *arguments: str) -> Result:
    """Run the command; an exception that gets out of it is a bug."""
    runner = CliRunner(env={"GITHUB_ACTIONS": None})
    words = ["--project", str(root), "pack", "331", *arguments]
    result = runner.invoke(main, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose packs were made, to be looked at only."""
    root = tmp_path_factory.mktemp("packs")
    for name, content in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(str(content), encoding="utf-8")
    result = pack(root)
    assert result.exit_code == 0, result.stderr
    return root / "build" / "sessions" / "331"


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project(FILES)


def words_on(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
        return [re.sub(r"[^\S\n]", " ", page.replace("\r", "")) for page in pages]
    finally:
        document.close()


def starts(path: Path) -> list[int]:
    """The page on which each brief begins, by its bookmark."""
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        return [
            pikepdf.Page(item.destination[0]).index
            for item in outline.root[1:]
            if item.destination is not None
        ]


# --- What is in a pack ---


def test_there_is_one_pack_for_each_language(made: Path) -> None:
    assert sorted(file.name for file in made.iterdir()) == ["331_ar.pdf", "331_en.pdf"]


def test_the_cover_has_the_session_its_place_and_its_briefs(made: Path) -> None:
    cover = words_on(made / "331_en.pdf")[0]
    for words in (
        *("A publisher", "Session pack", "Briefs", "331st Session", "Governing Body"),
        *("26 October", "9 November 2017", "Geneva", "English"),
        *("First brief", "Second brief", "Information dated 2017"),
    ):
        assert words in cover


def test_each_brief_begins_on_a_recto(made: Path) -> None:
    for language in ("en", "ar"):
        found = starts(made / f"331_{language}.pdf")
        assert len(found) == 2
        assert [start % 2 for start in found] == [0, 0]


def test_the_contents_name_the_page_that_each_link_leads_to(made: Path) -> None:
    path = made / "331_en.pdf"
    listed = re.findall(r"^(.+?) (\d+)\s*$", words_on(path)[1], re.M)
    with pikepdf.open(path) as pdf:
        names = dict(NameTree(pdf.Root.Names.Dests).items())
        links = [a for a in pdf.pages[1].obj.Annots if "/Dest" in a]
        found = [
            (str(a.Contents).split(), pikepdf.Page(names[str(a.Dest)][0]).label)
            for a in links
        ]
    assert len(listed) == 5  # two titles and the headings of their sections
    # One link may have several places on the page.
    once = [link for link, _ in groupby(found)]
    assert [(f"{title} {page}".split(), page) for title, page in listed] == once
    assert dict(listed)["First brief"] == "1"
    # The second begins on the recto behind the first one's three pages.
    assert dict(listed)["Second brief"] == "5"


def test_the_number_of_the_pack_stands_beside_that_of_the_brief(made: Path) -> None:
    path = made / "331_en.pdf"
    pages = words_on(path)
    with pikepdf.open(path) as pdf:
        labels = [page.label for page in pdf.pages]
    second = starts(path)[1]
    for number, page in enumerate(pages[second:], 1):
        if page.strip():
            # Both at the outer edge: on a recto last in the line, on a verso first.
            ours, own = int(labels[second + number - 1]), number
            line = page.strip().splitlines()[-1]
            assert line.endswith(f" {own} {ours}") or line.startswith(f"{ours} {own} ")


def test_the_number_of_the_pack_is_not_read_aloud(made: Path) -> None:
    with pikepdf.open(made / "331_en.pdf") as pdf:
        reading = read(pdf)
        assert find_gaps(pdf, reading) == []
        aloud = " ".join(u.text for u in reading.aloud())
    assert "Second brief" in aloud
    # The heading of its only section is followed by its first words, not by a number.
    assert re.search(r"Part 1 of Second brief\s+A paragraph", aloud)


def test_a_pack_in_arabic_is_bound_on_the_right(root: Path) -> None:
    only = SESSION.replace("{brief: other, copies: {en: 3, ar: 2}}", "")
    (root / FILE).write_text(only.replace("  - \n", ""), encoding="utf-8")
    assert pack(root).exit_code == 0
    with pikepdf.open(root / "build/sessions/331/331_ar.pdf") as pdf:
        assert pdf.Root.ViewerPreferences.Direction == Name.R2L
    with pikepdf.open(root / "build/sessions/331/331_en.pdf") as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences


def test_a_pack_marks_its_languages_and_its_english_can_be_copied(
    made: Path,
) -> None:
    path = made / "331_ar.pdf"
    with pikepdf.open(path) as pdf:
        assert "/Direction" not in pdf.Root.ViewerPreferences
        parts = [str(kid.get("/Lang", "")) for kid in pdf.Root.StructTreeRoot.K[0].K]
        assert parts == ["", "ar", "en"]
        assert pdf.open_metadata()["dc:language"] == {"ar", "en"}
    pages = words_on(path)
    assert "Second" in pages[0]
    # With a direction for the whole file PDFium reverses the words of a line.
    assert "A paragraph of some words in a column" in pages[starts(path)[1]]


def test_a_brief_bound_on_the_other_side_has_its_numbers_at_the_outer_edge(
    made: Path,
) -> None:
    """In a book that opens to the right a recto is a left page."""

    def tab_on(path: Path, index: int) -> float:
        """How far from the left edge the ground of the tab begins, in points."""
        with pikepdf.open(path) as pdf:
            page = pdf.pages[index]
            drawn = page.Contents.read_bytes().decode("latin-1")
            width = float(page.MediaBox[2])
        boxes = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re", drawn)
        scale = width / max(float(x) + float(w) for x, _, w, _ in boxes)
        tab = 12 / 25.4 * 72
        return min(
            float(x) * scale for x, _, w, _ in boxes if abs(float(w) * scale - tab) < 1
        )

    arabic, english = made / "331_ar.pdf", made / "331_en.pdf"
    assert tab_on(arabic, starts(arabic)[1]) < 1
    assert tab_on(english, starts(english)[1]) > 500


def test_the_file_of_the_session_is_attached_without_its_comments(made: Path) -> None:
    with pikepdf.open(made / "331_en.pdf") as pdf:
        data = pdf.attachments["331_en_session.yaml"].get_file().read_bytes()
        assert {*pdf.attachments} >= {"brief_2017_en_office_en.yaml"}
        assert pdf.docinfo["/CreationDate"] == "D:20171026"
    assert b"en: Governing Body" in data
    assert b"start: '2017-10-26'" in data


# --- Made once ---


def test_a_second_build_leaves_every_pack(root: Path) -> None:
    assert "2 packs: 2 built" in pack(root).stderr
    file = root / "build/sessions/331/331_en.pdf"
    before = file.stat().st_mtime_ns
    again = pack(root)
    assert "2 packs: 2 up to date" in again.stderr
    assert again.exit_code == 0
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (FILE, ("Geneva", "Paris")),
        ("content/brief/2017/en.yaml", ("First brief", "Another brief")),
        ("content/series.yaml", ("A publisher", "A house")),
    ],
)
def test_what_changed_makes_its_packs_again(
    root: Path, name: str, change: tuple[str, str]
) -> None:
    pack(root)
    path = root / name
    path.write_text(path.read_text("utf-8").replace(*change), encoding="utf-8")
    made = json.loads(pack(root, "--json").stdout)["packs"]
    only_english = name.startswith("content/brief/")
    states = {p["language"]: p["state"] for p in made}
    assert states["en"] == "built"
    # An edition is read as a whole, so Arabic is made again for what is in it alone.
    assert only_english or states["ar"] == "built"


def test_a_new_current_edition_makes_packs_again(root: Path) -> None:
    pack(root)
    new = root / "content/other/2017-06"
    new.mkdir()
    (new / "en.yaml").write_text(text("Newer brief"), encoding="utf-8")
    (new / "edition.yaml").write_text("change_note: New.\n", encoding="utf-8")
    assert "2 packs: 2 built" in pack(root).stderr
    assert "Newer brief" in words_on(root / "build/sessions/331/331_en.pdf")[0]


def test_the_same_content_gives_the_same_bytes(write_project: WriteProject) -> None:
    root = write_project(FILES)
    project = open_project(root)
    file = root / "build/sessions/331/331_ar.pdf"
    options = BuildOptions(languages=("ar",), profiles=("office",))
    build_packs(project, options, 331, executor=InlineExecutor())
    first = file.read_bytes()
    file.unlink()
    # By processes, and with packs of other languages beside it.
    build_packs(project, BuildOptions(profiles=("office",), jobs=2), 331)
    assert file.read_bytes() == first


def test_a_build_keeps_what_is_known_of_packs_while_there_is_a_session(
    root: Path,
) -> None:
    def documents() -> list[str]:
        manifest = json.loads((root / "build/manifest.json").read_bytes())
        return [name for name in manifest["targets"] if name.startswith("sessions/")]

    pack(root)
    briefs = ["--project", str(root), "build", "--quiet"]
    assert CliRunner().invoke(main, briefs).exit_code == 0
    assert documents() == ["sessions/331/331_ar.pdf", "sessions/331/331_en.pdf"]
    assert "2 up to date" in pack(root).stderr
    (root / FILE).unlink()
    (root / "content/other/2017/en.yaml").write_text(text("Changed"), encoding="utf-8")
    CliRunner().invoke(main, briefs)
    assert documents() == []
    gone, _ = clean(open_project(root), stale=True, dry_run=True)
    assert "build/sessions/331/331_en.pdf" in gone


def test_a_pack_is_stale_when_a_template_was_another_meanwhile(
    write_project: WriteProject,
) -> None:
    name = "templates/pack/front.html"
    front = (BUNDLED / name).read_text(encoding="utf-8")
    root = write_project({**FILES, name: front})

    class Between(InlineExecutor):
        """Has another template lie there while it marks up."""

        def submit_local(self, function: Callable[..., Any], *of: Any) -> "Future[Any]":
            (root / name).write_text(f"{front}<p>More</p>", encoding="utf-8")
            done = self.submit(function, *of)
            (root / name).write_text(front, encoding="utf-8")
            return done

    options = BuildOptions(languages=("en",), profiles=("office",))
    made = build_packs(open_project(root), options, 331, executor=Between()).targets
    assert [pack.state for pack in made] == ["built"]
    plan = plan_packs(open_project(root), options, 331)
    assert "en" in {pack.language for pack in plan.stale_packs}


# --- When something is wrong ---


def test_a_pack_with_an_error_keeps_its_last_good_file_and_the_others_are_built(
    root: Path,
) -> None:
    pack(root)
    file = root / "build/sessions/331/331_ar.pdf"
    good = file.read_bytes()
    wrong = root / "content/brief/2017/ar.yaml"
    wrong.write_text("titel: الموجز\n", encoding="utf-8")
    (root / FILE).write_text(SESSION.replace("Geneva", "Paris"), encoding="utf-8")
    result = pack(root)
    assert "2 packs: 1 built, 1 blocked" in result.stderr
    assert 'ar.yaml:1:1: unknown key "titel"' in result.stderr
    assert result.exit_code == 3
    assert file.read_bytes() == good


def test_an_overflow_is_reported_for_every_brief_and_nothing_is_written(
    root: Path,
) -> None:
    for slug in ("brief", "other"):
        path = root / f"content/{slug}/2017/en.yaml"
        long = "title: " + "A title of very many words " * 9
        path.write_text(re.sub("title: .*", long, path.read_text("utf-8")), "utf-8")
    result = pack(root, "--lang", "en")
    assert result.stderr.count("the title takes") == 2
    assert result.exit_code == 3
    assert not (root / "build/sessions").exists()


def test_a_session_with_an_error_makes_nothing(root: Path) -> None:
    (root / FILE).write_text(SESSION.replace("brief: other", "brief: otter"), "utf-8")
    result = pack(root)
    assert f'{FILE}:7:13: there is no brief "otter"' in result.stderr
    assert 'did you mean "other"?' in result.stderr
    assert result.exit_code == 3
    assert not (root / "build/sessions").exists()


def test_a_session_without_handouts_is_a_problem(root: Path) -> None:
    (root / FILE).write_text(SESSION.partition("handouts:")[0], encoding="utf-8")
    result = pack(root)
    assert "hands out nothing" in result.stderr
    assert result.exit_code == 3


def test_warnings_are_repeated_and_block_packs_when_strict(root: Path) -> None:
    unused = "references: [{id: unused, text: A book}]\n"
    write(root, "content/other/2017/en.yaml", text("Second brief") + unused)
    for _ in range(2):
        (problem,) = json.loads(pack(root, "--json").stdout)["problems"]
        assert problem["rule"] == "unused-reference"
    strict = pack(root, "--strict")
    assert "2 packs: 2 blocked" in strict.stderr
    assert strict.exit_code == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pack", "332"], 'no session "332"; did you mean "331"?'),
        (["pack", "331", "--lang", "fr"], 'no language "fr"'),
        (["pack", "331", "--profile", "ofice"], 'did you mean "office"?'),
        (["pack", "331", "--profile", "press"], 'no profile "press" for packs'),
        (["pack", "331", "--profile", "a5", "--booklet"], "--booklet excludes --profile"),
    ],
)
def test_a_missing_session_language_or_profile_is_a_usage_error(
    root: Path, words: list[str], said: str
) -> None:
    result = CliRunner().invoke(main, ["--project", str(root), *words])
    assert said in result.stderr
    assert result.exit_code == 2


def test_one_at_a_time_works_in_a_folder(root: Path) -> None:
    with build_lock(root / "build"):
        result = pack(root)
    assert "another build is running" in result.stderr
    assert result.exit_code == 7
    assert not (root / "build/sessions").exists()


# --- Other forms ---


def test_verify_recognizes_a_pack_and_detects_a_change(root: Path) -> None:
    pack(root, "--lang", "en")
    file = root / "build/sessions/331/331_en.pdf"

    def verify() -> Result:
        return CliRunner().invoke(main, ["--project", str(root), "verify", str(file)])

    good = verify()
    assert f"{file}: 331_en; unchanged; pack of session 331\n" == good.stdout
    assert good.exit_code == 0
    with pikepdf.open(file, allow_overwriting_input=True) as pdf:
        del pdf.pages[-1]
        pdf.save(file)
    changed = verify()
    assert "; not the file in build/; " in changed.stdout
    assert changed.exit_code == 6
    (root / FILE).unlink()
    assert "session 331, which is not in this project" in verify().stdout


@pytest.mark.parametrize("profile", ["office", "booklet"])
def test_verify_names_the_briefs_of_a_pack_that_changed(root: Path, profile: str) -> None:
    suffix, *how = ("_booklet", "--booklet") if profile == "booklet" else ("",)
    assert pack(root, "--lang", "en", *how).exit_code == 0
    file = str(root / f"build/sessions/331/331_en{suffix}.pdf")
    (root / "content/brief/2017/en.yaml").write_text(text("Another"), "utf-8")
    (root / "content/other/2018").mkdir()
    (root / "content/other/2018/en.yaml").write_text(text("Second brief"), "utf-8")
    result = CliRunner().invoke(main, ["--project", str(root), "verify", file])
    assert (
        "; brief 2017 in English: text changed since printing, current; "
        "other 2017 in English: replaced by the edition of 2018\n"
    ) in result.stdout
    assert result.exit_code == 6


def test_a_booklet_has_two_pages_of_a5_on_each_side(root: Path) -> None:
    assert pack(root, "--lang", "en", "--booklet").exit_code == 0
    with pikepdf.open(root / "build/sessions/331/331_en_booklet.pdf") as pdf:
        sizes = {tuple(round(float(n)) for n in page.MediaBox) for page in pdf.pages}
        assert sizes == {(0, 0, 842, 595)}
        assert len(pdf.pages) % 2 == 0
        assert pdf.docinfo["/Document"] == "331_en_booklet"


def test_the_back_of_a_booklet_is_the_last_page_of_the_last_brief(root: Path) -> None:
    """Of one page: blank ones stand before it, none behind."""
    write(root, "content/other/2017/en.yaml", headings("Second brief", 1))
    assert pack(root, "--lang", "en", "--profile", "a5").exit_code == 0
    with pikepdf.open(root / "build/sessions/331/331_en_a5.pdf") as pdf:
        *_, last, behind = (page.Contents.read_bytes() for page in pdf.pages)
        assert (bool(last), bool(behind)) == (True, False)
    assert pack(root, "--lang", "en", "--booklet").exit_code == 0
    outside = words_on(root / "build/sessions/331/331_en_booklet.pdf")[0]
    assert "331st Session" in outside
    assert "Edition code" in outside


def test_the_contents_keep_a_title_and_its_headings_together(root: Path) -> None:
    (root / "content/brief/2017/ar.yaml").unlink()
    for slug, title in (("brief", "First brief"), ("other", "Second brief")):
        write(root, f"content/{slug}/2017/en.yaml", headings(title, 30))
    assert pack(root, "--lang", "en").exit_code == 0
    _, first, second, *_ = words_on(root / "build/sessions/331/331_en.pdf")
    assert "First brief" in first
    assert "Heading 30" in first
    assert "Second brief" not in first
    assert "Second brief" in second


def test_more_headings_than_a_page_takes_leave_no_one_or_two_alone(root: Path) -> None:
    (root / "content/brief/2017/ar.yaml").unlink()
    for number in range(46, 50):
        write(root, "content/brief/2017/en.yaml", headings("First brief", number))
        assert pack(root, "--lang", "en").exit_code == 0
        second = words_on(root / "build/sessions/331/331_en.pdf")[2]
        alone = second.count("Heading")
        assert alone == 0 or alone >= 3, number


def headings(title: str, number: int) -> str:
    parts = (
        f"  - {{heading: Heading {n}, blocks: [{{text: Some words.}}]}}\n"
        for n in range(1, number + 1)
    )
    return f"title: {title}\nsections:\n{''.join(parts)}"


def write(root: Path, name: str, content: str) -> None:
    (root / name).write_text(content, encoding="utf-8")


def test_pages_that_stay_blank_on_sheets_of_their_own_do_not_in_a_pack(
    root: Path,
) -> None:
    alone = ["--project", str(root), "build", "other", "--profile", "a5", "--jobs", "1"]
    report = json.loads(CliRunner().invoke(main, [*alone, "--json"]).stdout)
    assert [problem["rule"] for problem in report["problems"]] == ["blank-pages"]
    packed = pack(root, "--lang", "en", "--profile", "a5", "--json")
    assert json.loads(packed.stdout)["problems"] == []


def test_a_profile_is_part_of_the_name(root: Path) -> None:
    assert pack(root, "--lang", "en", "--profile", "a5").exit_code == 0
    (file,) = (root / "build/sessions/331").iterdir()
    assert file.name == "331_en_a5.pdf"
    with pikepdf.open(file) as pdf:
        assert {round(float(page.MediaBox[2])) for page in pdf.pages} == {420}


def fields(report: Mapping[str, object]) -> Iterator[str]:
    yield from sorted(report)


def test_the_report_as_json(root: Path) -> None:
    report = json.loads(pack(root, "--lang", "en", "--json").stdout)
    assert list(fields(report)) == ["exit_code", "format", "packs", "problems"]
    assert report["packs"] == [
        {
            "file": "build/sessions/331/331_en.pdf",
            "session": 331,
            "language": "en",
            "profile": "office",
            "state": "built",
            "reason": "it was never built",
            "pages": report["packs"][0]["pages"],
        }
    ]
