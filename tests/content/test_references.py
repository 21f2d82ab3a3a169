"""References that are fields or in files become texts; a style in CSL writes them."""

import json
import sys
import tomllib
from pathlib import Path

import pytest

from pipeline.commands.check import read_content
from pipeline.content.bibliography import citation_id, read_bibliography
from pipeline.content.citation_style import style_writer
from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_edition, load_series
from pipeline.content.reference_style import write_reference
from pipeline.design.strings import read_strings
from pipeline.model.markdown import plain_text
from pipeline.model.references import AuthorName, Reference
from pipeline.model.schema import Edition
from pipeline.problems import PipelineError, Rule
from pipeline.project import Project, open_project
from pipeline.targets import BuildOptions
from tests.conftest import WriteProject

ROOT = Path(__file__).resolve().parents[2]

BRIEF = """\
title: {title}
sections:
  - heading: A heading
    blocks:
      - text: {text}
references:
{references}
"""
BOOK = Reference(
    id="book",
    type="book",
    author=["Stiglitz, Joseph E."],  # type: ignore[arg-type]  # as it is typed
    title="Globalization and Its Discontents",
    publisher="W. W. Norton",
    publisher_place="New York",
    issued="2002",  # type: ignore[arg-type]  # as it is typed
)
ARTICLE = Reference.model_validate(
    {
        "id": "article",
        "type": "article-journal",
        "author": ["Autor, David H.", "Dorn, David", "Hanson, Gordon H."],
        "title": 'The "China Syndrome"',
        "container_title": "American Economic Review",
        "volume": "103",
        "issue": "6",
        "page": "2121--2168",
        "issued": "2013-10",
        "doi": "https://doi.org/10.1257/aer.103.6.2121",
    }
)
CHAPTER = Reference.model_validate(
    {
        "id": "chapter",
        "type": "chapter",
        "author": "Rodrik, Dani",
        "editor": ["Bardhan, Pranab", "Bowles, Samuel"],
        "title": "Who pays?",
        "container_title": "A *Whole* Book",
        "edition": "2",
        "page": "10-20",
        "publisher": "Princeton University Press",
        "issued": "2006",
    }
)
PAGE = Reference.model_validate(
    {
        "id": "page",
        "type": "webpage",
        "author": "International Labour Organization",
        "publisher": "International Labour Organization",
        "title": "About the ILO",
        "issued": "2017-03-09",
        "accessed": "2017-10-26",
        "url": "https://www.ilo.org/about",
    }
)
CHINESE = Reference.model_validate(
    {
        "id": "chinese",
        "author": "林, 毅夫",
        "title": "新结构经济学",
        "publisher": "北京大学出版社",
        "publisher_place": "北京",
        "issued": "2012",
    }
)
CSL = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text"
  initialize-with=". "><info><title>Own</title></info><bibliography><layout suffix=".">
  <text variable="citation-number" prefix="[" suffix="] "/>
  <group delimiter=", ">
    <names variable="author"><name {name} name-as-sort-order="first" and="text"/></names>
    <text variable="title" font-style="italic"/>
    <group delimiter=" "><number variable="edition" form="ordinal"/>
      <label variable="edition" form="short"/></group>
    <text variable="publisher"/>
    <group><text value="doi: "/><text variable="DOI"/></group>
    <text variable="URL"/>
    <date variable="accessed" form="text" prefix="[" suffix="]"/>
  </group></layout></bibliography></style>"""


def written(work: Reference, language: str) -> str:
    return write_reference(work, read_strings(Project(ROOT), language), language)


# The code in an imprint depends on these texts: they must not change.
@pytest.mark.parametrize(
    ("work", "language", "text"),
    [
        (
            *(BOOK, "en"),
            "Stiglitz, Joseph E. *Globalization and Its Discontents*. New York: W. W."
            " Norton, 2002.",
        ),
        (
            *(ARTICLE, "en"),
            "Autor, David H.; Dorn, David; Hanson, Gordon H. \"The 'China Syndrome'\"."
            " *American Economic Review* 103(6): 2121–2168, October 2013.",
        ),
        (
            *(CHAPTER, "en"),
            'Rodrik, Dani. "Who pays?" In *A \\*Whole\\* Book*, edition 2, edited by Pranab'
            " Bardhan; Samuel Bowles, 10–20. Princeton University Press, 2006.",
        ),
        (
            *(CHAPTER, "fr"),
            'Rodrik, Dani. "Who pays?" Dans *A \\*Whole\\* Book*, édition 2, sous la'
            " direction de Pranab Bardhan ; Samuel Bowles, 10–20. Princeton University"
            " Press, 2006.",
        ),
        (
            *(PAGE, "en"),
            "International Labour Organization. *About the ILO*. 9 March 2017. Accessed"
            " 26 October 2017.",
        ),
        (
            *(PAGE, "ar"),
            "International Labour Organization. *About the ILO*. 9 آذار/مارس 2017."
            " تاريخ الاطلاع: 26 تشرين الأول/أكتوبر 2017.",
        ),
        (CHINESE, "zh", "林毅夫。*新结构经济学*。北京：北京大学出版社，2012年。"),
        (CHINESE, "en", "林毅夫. *新结构经济学*. 北京: 北京大学出版社, 2012."),
    ],
)
def test_a_work_as_a_text(work: Reference, language: str, text: str) -> None:
    assert written(work, language) == text


@pytest.mark.parametrize(
    ("number", "language", "text"),
    [("17", "en", "No. 17, "), ("17", "zh", "第17号，"), ("GB.276/14/1", "en", " GB.276/")],
)
def test_a_number_in_digits_has_words(number: str, language: str, text: str) -> None:
    work = CHAPTER.model_copy(update={"number": number, "container_title": None})
    assert text in written(work, language)


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "de", "ru", "ar", "zh"])
def test_each_language_has_its_words(language: str) -> None:
    text = plain_text(written(CHAPTER, language))
    assert "{" not in text
    assert "A *Whole* Book" in text
    assert ("edited by" in text) == (language == "en")


def test_a_name_is_read_as_it_is_typed() -> None:
    work = Reference.model_validate(
        {
            "title": "A",
            "author": ["World Bank", "Ka, A", {"family": "Ministry of Labour, Peru"}],
        }
    )
    assert work.author == (
        AuthorName(family="World Bank"),
        AuthorName(family="Ka", given="A"),
        AuthorName(family="Ministry of Labour, Peru"),
    )


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("10.1257/aer.103.6.2121", "https://doi.org/10.1257/aer.103.6.2121"),
        (
            "doi: 10.1002/(SICI)1<2::AID>3.0",
            "https://doi.org/10.1002/(SICI)1%3C2::AID%3E3.0",
        ),
        ("http://dx.doi.org/10.1/x", None),
        ("HTTPS://DOI.ORG/10.1596/978-1", "https://doi.org/10.1596/978-1"),
    ],
)
def test_a_doi_becomes_its_address(typed: str, address: str | None) -> None:
    values = {"id": "a", "title": "A", "doi": typed, "url": "https://example.org"}
    if address is None:
        with pytest.raises(ValueError, match="doi"):
            Reference.model_validate(values)
    else:
        assert Reference.model_validate(values).address == address


# --- Files ---


def work_in(file: str, text: str, id: str) -> Reference:
    return read_bibliography(file, text.encode())[id].reference(id)


def test_bibtex_is_read() -> None:
    text = r"""
    @comment{Made by a program}
    @string{aer = "American Economic Review"}
    @Article{autor:2013,
      author = {Ga{\"e}l M{\"u}ller and van der Berg, Jan and {Minist{\'e}rio, Brasil}},
      title = "The {China} Syndrome: 50\% \& \textit{more} --- H$_2$O",
      journal = aer, YEAR = 2013, month = mar, number = 6, pages = {1--9},
      doi = {10.1257/aer\_103}, url = {\url{https://example.org/a_b}}, langid = {english},
      abstract = {Not read.}
    }
    @techreport(wb, title = {A Report}, institution = {World Bank}, number = {12},
      date = {2020-05-01}, urldate = {2021-01-02}, editor = {Doe, J.})
    """
    work = work_in("a.bib", text, "autor-2013")
    assert [(one.family, one.given) for one in work.author] == [
        ("Müller", "Gaël"),
        ("van der Berg", "Jan"),
        ("Ministério, Brasil", None),
    ]
    assert work.title == "The China Syndrome: 50% & more — H_2O"
    assert (work.type, work.container_title) == (
        "article-journal",
        "American Economic Review",
    )
    assert (str(work.issued), work.issue, work.page) == ("2013-03", "6", "1–9")
    assert (work.doi, work.url) == ("10.1257/aer_103", "https://example.org/a_b")
    assert work.language == "en"
    report = work_in("a.bib", text, "wb")
    assert (report.number, report.issue, report.publisher) == ("12", None, "World Bank")
    assert (str(report.issued), str(report.accessed)) == ("2020-05-01", "2021-01-02")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *[("polish", "pl"), ("dutch", "nl"), ("Turkish", "tr"), ("swedish", "sv")],
        *[("italian", "it"), ("brazilian", "pt-BR"), ("ngerman", "de"), ("magyar", "hu")],
        *[("American English", "en-US"), ("en_GB", "en-GB"), ("pol", "pl"), ("pl", "pl")],
        *[("klingonese", None), ("english and polish", None), ("root", None), ("", None)],
    ],
)
def test_the_language_of_a_work_may_be_given_by_name(name: str, code: str | None) -> None:
    text = f"@book{{a, title = {{T}}, langid = {{{name}}}}}"
    assert work_in("a.bib", text, "a").language == code
    item = {"id": "a", "title": "T", "language": name}
    assert work_in("a.json", json.dumps([item]), "a").language == code


def test_a_wrong_value_is_reported_at_its_line() -> None:
    text = "@book{a,\n  title = {T},\n  DOI = {nonsense}, year = {soon}\n}"
    with pytest.raises(PipelineError) as error:
        work_in("a.bib", text, "a")
    places = {str(problem.place) for problem in error.value.problems}
    assert places == {"a.bib:3:3", "a.bib:3:21"}


def test_csl_json_is_read() -> None:
    item = {
        "id": "http://zotero.org/users/1/items/AB",
        "citation-key": "autor2013",
        "type": "article-journal",
        "author": [
            {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der"},
            {"literal": "World Bank"},
        ],
        "title": "On <i>Trade</i> &  work",
        "container-title": "A Journal",
        "issued": {"date-parts": [["2013", 6]]},
        "DOI": "10.1257/aer.103",
        "note": "not read",
    }
    work = work_in("a.JSON", json.dumps([item]), "autor2013")
    assert [(one.family, one.given) for one in work.author] == [
        ("van der Berg", "Jan"),
        ("World Bank", None),
    ]
    assert (work.title, work.container_title) == ("On Trade & work", "A Journal")
    assert (str(work.issued), work.doi) == ("2013-06", "10.1257/aer.103")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.bib", "@book{a, title = {" + "{" * 5_000 + "}" * 5_000 + "}}"),
        ("a.bib", "@book{a, title = {" + "\\textbf{" * 3_000 + "}" * 3_000 + "}}"),
        ("a.bib", "@book{a, title = {\\input{/etc/passwd}}}"),
        ("a.bib", "@book{a, title = {" + "\\begin{a}" * 3_000 + "}}"),
        ("a.bib", "@a{" * 3_000),
        ("a.json", "[" * 100_000),
        ("a.json", '[{"id": "a", "title": ' + "1" * 10_000 + "}]"),
        ("a.json", '[{"id": "a", "title": "x", "author": "y"}]'),
        ("a.json", '[{"id": "a", "title": "x", "issued": {"date-parts": [[{}]]}}]'),
        ("a.json", '[{"id": "a", "title": "x", "issued": 7}]'),
        ("a.json", "[1]"),
    ],
)
def test_a_hostile_file_is_a_problem(file: str, text: str) -> None:
    with pytest.raises(PipelineError) as error:
        work_in(file, text, "a")
    assert {problem.rule for problem in error.value.problems} == {Rule.BIBLIOGRAPHY}


def test_the_parser_of_bibtex_prints_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(PipelineError):
        read_bibliography("a.bib", b"@book{a, title = {x")
    assert caplog.records == []


# --- A brief ---


def load(root: Path) -> Edition:
    project = Project(root)
    series, problems = load_series(project, ())
    assert series
    (folder,), _ = find_editions(project)
    edition, edition_problems = load_edition(project, folder, series, first_edition=True)
    assert not [*problems, *edition_problems], [*problems, *edition_problems]
    assert edition
    return edition


def brief(title: str, text: str, references: str) -> str:
    return BRIEF.format(title=title, text=text, references=references)


def test_a_shared_file_is_cited_in_the_order_of_the_original(
    write_project: WriteProject,
) -> None:
    bib = "@book{a, title = {First}}\n@book{b, title = {Second}}\n@book{c, title = {No}}"
    root = write_project(
        {
            "content/series.yaml": "name: B\npublisher: {name: P}\nlanguages: [en, fr]\n",
            "content/works.bib": bib,
            "content/brief/2017/en.yaml": brief(
                "A title", "X [@b] and [@a].", "  works.bib"
            ),
            "content/brief/2017/fr.yaml": brief("Un", "X [@a] et [@b].", "  works.bib"),
        }
    )
    for version in load(root).versions.values():
        assert [(one.id, one.text) for one in version.references] == [
            ("b", "*Second*."),
            ("a", "*First*."),
        ]
    beside = root / "content/brief/2017/works.bib"
    beside.write_text("@book{a, title = {Own}}\n@book{b, title = {Other}}")
    assert [r.text for r in load(root).versions["en"].references] == ["*Other*.", "*Own*."]


@pytest.mark.parametrize(
    ("title", "typed", "language"),
    [
        ("عنوان", "title: Trade", "en"),
        ("عنوان", "title: Commerce, language: fr", "fr"),
        ("عنوان", "title: 贸易", "zh"),
        ("عنوان", "title: التجارة", ""),
        ("عنوان", "title: التجارة, language: ar", ""),
    ],
)
def test_a_work_in_another_language_is_marked(
    title: str, typed: str, language: str, write_project: WriteProject
) -> None:
    root = write_project(
        {
            "content/series.yaml": "name: B\npublisher: {name: P}\nlanguages: [en, ar]\n",
            "content/brief/2017/en.yaml": brief("A", "X [@a].", f"  - {{id: a, {typed}}}"),
            "content/brief/2017/ar.yaml": brief(
                title, "X [@a].", f"  - {{id: a, {typed}}}"
            ),
        }
    )
    (reference,) = load(root).versions["ar"].references
    marked = (
        reference.text.rpartition("{lang=")[2].rstrip("}") if "{" in reference.text else ""
    )
    assert marked == language


# --- Citation styles ---


def styled(work: Reference, name: str = "") -> str:
    return style_writer("style.csl", CSL.replace("{name}", name).encode())(work, "en")


def test_a_style_writes_markdown_without_numbers() -> None:
    work = Reference.model_validate(
        {
            "id": "a",
            "author": ["Stiglitz, Joseph", "Ka, Bo"],
            "title": "A _title_ & *more*",
            "doi": "10.1234/x_(y)",
        }
    )
    assert styled(work) == (
        "Stiglitz, J. and B. Ka, *A \\_title\\_ \\& \\*more\\**,"
        " doi: [10.1234/x\\_(y)](<https://doi.org/10.1234/x_(y)>)."
    )
    assert styled(work, 'initialize="false"').startswith("Stiglitz, Joseph and Bo Ka, ")
    assert "9 March 2017\\]" in styled(PAGE.model_copy(update={"accessed": PAGE.issued}))
    assert "[https://www.ilo.org/about](<https://www.ilo.org/about>)" in styled(PAGE)
    # No font of the program has the raised letter of the French locale, "ᵉ".
    french = style_writer("style.csl", CSL.replace("{name}", "").encode())
    assert "*Who pays?*, 2^e^ éd." in french(CHAPTER, "fr")


def test_a_style_writes_the_references_of_a_brief(write_project: WriteProject) -> None:
    entry = "  - {id: a, title: Trade, doi: 10.1234/x, language: en}"
    root = write_project(
        {
            "content/series.yaml": "name: B\npublisher: {name: P}\nlanguages: [fr]\n"
            "citation_style: own.csl\n",
            "content/own.csl": CSL.replace("{name}", ""),
            "content/brief/2017/en.yaml": None,
            "content/brief/2017/fr.yaml": brief("Un", "X [@a].", entry),
        }
    )
    (reference,) = load(root).versions["fr"].references
    link = "[10.1234/x](<https://doi.org/10.1234/x>)"
    assert reference.text == f"[*Trade*, doi: {link}.]{{lang=en}}"
    assert reference.url is None


def test_a_style_without_the_extra_names_the_install_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "citeproc", None)
    with pytest.raises(PipelineError, match="not installed") as error:
        styled(BOOK)
    assert error.value.problems[0].rule is Rule.MISSING_PROGRAM
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (package,) = pyproject["project"]["optional-dependencies"]["csl"]
    assert f"pipx inject briefs-pdf {package} " in error.value.problems[0].hint


@pytest.mark.parametrize(
    ("key", "id"),
    [
        ("smith:2002", "smith-2002"),
        ("öztürk:2019", "ozturk-2019"),
        ("ışık", "isik"),
        ("Łódź_1", "Lodz_1"),
        ("2019", "ref-2019"),
        ("Straße", "Strasse"),
        ("李:1", "ref-1"),
    ],
)
def test_an_entry_is_cited_by_its_key_without_accents(key: str, id: str) -> None:
    assert citation_id(key) == id


def test_a_missing_style_is_one_error(write_project: WriteProject) -> None:
    text = "title: T\nsections: [{heading: H, blocks: [{text: 'A [@a].'}]}]\n"
    root = write_project(
        {
            "content/series.yaml": "name: N\npublisher: {name: P}\nlanguages: [en]\n"
            "citation_style: no.csl\n",
            "content/brief/2017/en.yaml": f"{text}references: [{{id: a, title: B}}]\n",
        }
    )
    (problem,) = read_content(open_project(root), BuildOptions(), None).problems
    assert problem.message == 'there is no file "no.csl" in content/'
