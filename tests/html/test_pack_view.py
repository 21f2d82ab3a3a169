"""The front of a pack: the values of its templates, and its pages."""

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.content.loader import load_brand, load_series
from pipeline.content.session_loader import find_sessions, load_session
from pipeline.design.strings import parse_strings
from pipeline.html.pack_view import ContentsEntry, ContentsHeading, PackView, view_pack
from pipeline.html.page_view import Design, read_page_strings
from pipeline.html.templates import render_html
from pipeline.html.text.cldr import format_days, number_session
from pipeline.model.dates import InformationDate
from pipeline.model.fields import Line
from pipeline.problems import PipelineError, Rule
from pipeline.project import BUNDLED, Project, open_project
from tests.conftest import WriteProject

SESSION = """\
body: {en: Governing Body, fr: Conseil d’administration}
dates: {start: 2017-10-26, end: 2017-11-09}
place: Geneva
"""
ENTRIES = (
    ContentsEntry(
        *(Line("A *title* of ours"), None, "en", InformationDate(2017, 3), "entry1", 1),
        headings=(ContentsHeading("A heading & more", "entry1.1", 2),),
    ),
    ContentsEntry(Line("Un titre"), None, "fr", InformationDate(2018), "entry2", 5, ()),
)
LANGUAGES = ("en", "fr", "es", "ar", "zh", "ru", "de", "pt")


def view(
    root: Path, language: str = "en", profile: str = "office"
) -> tuple[Project, PackView]:
    project = open_project(root)
    series, _ = load_series(project, ())
    brand, _ = load_brand(project)
    assert series
    assert brand
    (path,) = find_sessions(project)[0].values()
    _, session, _ = load_session(project, path, series)
    assert session
    design = Design(project, series, brand)
    return project, view_pack(design, session, ENTRIES, language, profile)


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project({"content/sessions/331.yaml": SESSION})


def test_the_imprint_has_the_ordinal_of_french_superscript(root: Path) -> None:
    """As the cover has it; heads and feet of pages are plain text."""
    html = render_html(*view(root, "fr"))
    assert "<p>Conseil d’administration, 331<sup>e</sup> session." in html
    html = render_html(*view(root, "de"))
    assert "331. Tagung." in html


@pytest.mark.parametrize(
    ("language", "number", "name"),
    [
        ("en", 331, "331st Session"),
        ("en", 332, "332nd Session"),
        ("en", 323, "323rd Session"),
        ("en", 311, "311th Session"),
        ("en", 350, "350th Session"),
        ("fr", 331, "331e session"),
        ("fr", 1, "1re session"),
        ("es", 331, "331.ª reunión"),
        ("ar", 331, "الدورة 331"),
        ("zh", 331, "第331届会议"),
        ("ru", 331, "331-я сессия"),
        ("de", 331, "331. Tagung"),
        ("pt", 331, "331.ª sessão"),
        ("ar-u-nu-arab", 331, "الدورة ٣٣١"),
    ],
)
def test_the_number_of_a_session_is_an_ordinal_of_the_language(
    language: str, number: int, name: str
) -> None:
    code = language.partition("-u-")[0]
    words = parse_strings(code, (BUNDLED / f"templates/strings/{code}.yaml").read_bytes())
    printed = number_session(number, words, language)
    assert printed.replace("\u00a0", " ").replace("\u202f", " ") == name


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("en", "26 October – 9 November 2017"),
        ("fr", "26 octobre – 9 novembre 2017"),
        ("es", "26 de octubre – 9 de noviembre de 2017"),
        ("ar", "26 تشرين الأول/أكتوبر – 9 تشرين الثاني/نوفمبر 2017"),
        ("zh", "2017年10月26日至11月9日"),
        ("ru", "26 октября – 9 ноября 2017 г."),
    ],
)
def test_shared_parts_of_two_dates_are_printed_once(language: str, printed: str) -> None:
    dates = format_days(date(2017, 10, 26), date(2017, 11, 9), language)
    assert " ".join(dates.replace("\u2009", " ").split()) == printed


def test_chinese_writes_body_and_session_as_one_name(root: Path) -> None:
    assert view(root)[1].title == "Governing Body, 331st Session"
    assert "、" not in view(root, "zh")[1].title


def test_a_session_may_be_called_by_any_name(write_project: WriteProject) -> None:
    named = "name: 3rd Meeting of *Ports*\n" + SESSION.partition("\n")[2]
    project, front = view(write_project({"content/sessions/ports.yaml": named}))
    assert front.title == "3rd Meeting of Ports"
    assert front.footer.endswith("3rd Meeting of Ports")
    html = render_html(project, front)
    assert "Meeting of <em>Ports</em></h1>" in html
    assert "standfirst" not in html


@pytest.mark.parametrize(
    ("start", "end", "printed"),
    [
        (date(2017, 3, 9), date(2017, 3, 24), "9–24 March 2017"),
        (date(2017, 12, 30), date(2018, 1, 2), "30 December 2017 – 2 January 2018"),
        (date(2024, 6, 15), date(2024, 6, 15), "15 June 2024"),
    ],
)
def test_dates_within_a_month_across_years_and_of_one_day(
    start: date, end: date, printed: str
) -> None:
    dates = format_days(start, end, "en")
    assert " ".join(dates.replace("\u2009", " ").split()) == printed


def test_a_brief_in_another_language_is_marked_with_a_note(root: Path) -> None:
    project, pack = view(root)
    assert pack.languages == ("en", "fr")
    html = render_html(project, pack)
    notes = re.findall(r"<strong>(.*?)</strong>", html)
    assert notes == ["In French: there is no translation yet."] * 2
    assert '<span lang="fr" dir="ltr">Un titre</span>' in html
    assert '<meta name="dcterms.language" content="en; fr">' in html


def test_headings_are_printed_unchanged_and_linked(root: Path) -> None:
    html = render_html(*view(root))
    assert '<a href="#entry1.1" id="entry1.1">' in html
    assert "A heading &amp; more</span>" in html
    assert "A <em>title</em>" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_words_of_a_pack(root: Path, language: str) -> None:
    words = read_page_strings(open_project(root), language)
    for key in ("pack", "dates", "place", "language", "handed_out", "contents"):
        assert words[key]
    # A pack and a brief have different names.
    assert words["pack"] != words["kind"]


def test_pages_before_the_first_brief_are_roman(root: Path) -> None:
    _, pack = view(root)
    assert pack.stylesheets[-1].endswith("styles/pack/front.css")
    stylesheet = (BUNDLED / "styles" / "pack" / "front.css").read_text()
    assert "--digits: lower-roman" in stylesheet


def test_an_error_in_a_template_of_a_pack_has_its_line(
    root: Path,
) -> None:
    (root / "templates/pack").mkdir(parents=True)
    (root / "templates/pack/cover.html").write_text("<p>\n{{ pack.nothing }}</p>\n")
    with pytest.raises(PipelineError) as caught:
        render_html(*view(root))
    (problem,) = caught.value.problems
    assert (problem.rule, str(problem.place)) == (
        Rule.TEMPLATE,
        "templates/pack/cover.html:2:1",
    )
    assert problem.message == 'pack has no "nothing"'


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ", page 2"),
        ("fr", ", page 2"),
        ("es", ", página 2"),
        ("ru", ", страница 2"),
        ("ar", "، الصفحة 2"),
        ("zh", "，第2页"),
    ],
)
def test_a_page_number_of_the_contents_is_read_as_one(
    write_project: WriteProject, language: str, words: str
) -> None:
    series = f"name: S\npublisher: {{name: P}}\nlanguages: [en, fr, {language}]\n"
    if language in ("en", "fr"):
        series = series.replace(f", {language}]", "]")
    files = {"content/series.yaml": series, "content/sessions/331.yaml": SESSION}
    html = render_html(*view(write_project(files), language))
    labels = re.findall(r'class="entry-page" aria-label="([^"]*)">2<', html)
    assert [" ".join(label.split()) for label in labels] == [words]
