"""HTML of a brief: one golden page, and the rules that a golden page cannot show."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import tinyhtml5

from pipeline.design.strings import english_strings, parse_strings
from pipeline.html.templates import _open_environment
from pipeline.html.text.cldr import format_date
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Rule
from pipeline.project import Project, open_project
from tests.conftest import WriteProject
from tests.html.rendered import html_of

ROOT = Path(__file__).resolve().parents[2]
HARD_CASES = ROOT / "tests" / "conformance" / "hard_cases"
HEAD = "title: A brief\nsections:\n  - heading: One\n    blocks:\n"


@pytest.fixture
def html(write_project: WriteProject) -> Callable[..., str]:
    """Return the function that renders a brief whose one section has some `blocks`."""

    def render(blocks: str, language: str = "en", **files: str) -> str:
        text = {f"content/brief/2017/{language}.yaml": HEAD + blocks}
        english = {"content/brief/2017/en.yaml": HEAD + blocks}
        root = write_project({**english, **text, **files})
        return html_of(open_project(root), "brief", language)

    return render


def test_the_golden_page(update_golden: bool) -> None:
    """The page has every block. Review a difference like code."""
    golden = ROOT / "tests" / "golden" / "everything.html"
    page = html_of(open_project(HARD_CASES), "everything")
    if update_golden:
        golden.write_text(page, encoding="utf-8")
    assert page == golden.read_text(encoding="utf-8")


def test_projects_without_own_templates_share_what_is_compiled(tmp_path: Path) -> None:
    own = tmp_path / "own" / "templates"
    own.mkdir(parents=True)
    (own / "brief.html").write_text("")
    one, another, third = (
        _open_environment(Project(tmp_path / name)) for name in ("one", "another", "own")
    )
    assert one is another
    assert one is not third


def test_content_is_never_read_as_a_template(html: Callable[..., str]) -> None:
    page = html("      - text: '{{ 7*7 }} {% raw %} {{ brief.slug }} {# x #} literally'\n")
    assert "{{ 7*7 }} {% raw %} {{ brief.slug }} {# x #} literally" in page
    assert "49" not in page


def test_content_is_escaped_everywhere(html: Callable[..., str]) -> None:
    page = html(
        """\
      - figure:
          title: A & B
          subtitle: Number
          chart: bar
          data: [{"<i>": '"><script>alert(1)</script>', n: "1"}]
          label: <i>
          value: n
          alt: '"><script>alert(1)</script>'
          source: S.
""",
        **{"content/brief/2017/edition.yaml": "symbol: '\"><script>x</script>'\n"},
    )
    assert "<script" not in page
    assert 'aria-label="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page


def test_text_in_another_language_is_marked(html: Callable[..., str]) -> None:
    edition = "contact: {name: Ann, title: {en: Director}}\n"
    page = html(
        "      - text: Words.\n", "fr", **{"content/brief/2017/edition.yaml": edition}
    )
    assert '<span lang="en" dir="ltr">Director</span>' in page


def test_a_name_is_written_as_its_language_does(html: Callable[..., str]) -> None:
    name = "{en: Mr. Ann Lee, fr: M. Ann Lee}"
    edition = {"content/brief/2017/edition.yaml": f"contact: {{name: {name}}}\n"}
    blocks = "      - text: Words.\n"
    for language, printed in (("fr", "M.\u00a0Ann Lee"), ("en", "Mr.\u00a0Ann Lee")):
        match = re.search('contact-name">(.*?)</p>', html(blocks, language, **edition))
        assert match
        assert match[1].replace("Ann\u00a0", "Ann ") == printed


def test_figures_tables_and_boxes_are_numbered_separately(
    html: Callable[..., str],
) -> None:
    table = "      - table: {title: T, columns: [a], rows: [[b]]}\n"
    box = "      - box: {title: B, text: Words.}\n"
    page = html(table + box + table)
    for caption in ("Table 1.", "Box 1.", "Table 2."):
        assert page.count(caption) == 1


def test_a_side_note_belongs_to_the_block_after_it_or_before_it(
    html: Callable[..., str],
) -> None:
    note = "      - side_note: {text: Aside.}\n"
    text = "      - text: |\n          First.\n\n          Second.\n"
    for blocks in (note + text, text + note):
        page = html(blocks)
        assert page.count('class="with-side') == 1
        inside = page.split('class="with-side')[1].split("Second.")[0]
        assert "Aside." in inside
        assert "First." in inside


def test_the_first_column_has_row_headers_and_numbers_are_aligned(
    html: Callable[..., str],
) -> None:
    page = html(
        "      - table:\n"
        "          title: T\n"
        "          columns: [Who, What, {heading: Share, align: number}]\n"
        "          rows:\n"
        "            - [{text: A, down: 2}, x, '1']\n"
        "            - [y, '2']\n"
        "            - [{text: B, across: 2}, '3']\n"
    )
    assert '<th scope="row" class="text short" rowspan="2">A</th>' in page
    assert '<th scope="row" class="text short" colspan="2">B</th>' in page
    for number in "123":
        assert f'<td class="number">{number}</td>' in page


def test_an_at_sign_in_brackets_is_printed_and_an_address_is_a_link(
    html: Callable[..., str],
) -> None:
    name = "content/brief/2017/edition.yaml"
    blocks = "      - text: Words.\n"
    page = html(blocks, **{name: "contact: {name: Ann, email: 'ann [at] ilo.org'}\n"})
    assert "ann [at] ilo.org" in page
    assert "mailto:" not in page
    page = html(blocks, **{name: "contact: {name: Ann, email: ann@ilo.org}\n"})
    assert 'href="mailto:ann@ilo.org"' in page


def test_the_qr_code_needs_a_web_address(write_project: WriteProject) -> None:
    series = "name: S\npublisher: {name: P}\nlanguages: [en]\n"
    blocks = HEAD + "      - text: Words.\n"
    files = {"content/series.yaml": series, "content/brief/2017/en.yaml": blocks}
    without = html_of(open_project(write_project(files)), "brief")
    assert "<svg" not in without
    files["content/series.yaml"] = series + "url: https://briefs.example.org/\n"
    with_code = html_of(open_project(write_project(files)), "brief")
    assert "<svg" in with_code
    assert 'href="https://briefs.example.org/brief/2017/en"' in with_code


@pytest.mark.parametrize(
    ("language", "year", "month", "day"),
    [
        ("en", "2017", "March 2017", "9\u00a0March 2017"),
        ("fr", "2017", "mars 2017", "9\u00a0mars 2017"),
        ("es", "2017", "marzo de 2017", "9\u00a0de\u00a0marzo de 2017"),
        ("ar", "2017", "آذار/مارس 2017", "9\u00a0آذار/مارس 2017"),
        ("zh", "2017年", "2017年3月", "2017年3月9日"),
        ("ru", "2017", "март 2017\u202fг.", "9\u00a0марта 2017\u202fг."),
        ("de", "2017", "März 2017", "9.\u00a0März 2017"),
        ("pt", "2017", "março de 2017", "9\u00a0de\u00a0março de 2017"),
        ("ar-u-nu-arab", "٢٠١٧", "آذار/مارس ٢٠١٧", "٩\u00a0آذار/مارس ٢٠١٧"),
        ("fa-u-nu-arabext", "۲۰۱۷", "مارس ۲۰۱۷", "۹\u00a0مارس ۲۰۱۷"),
    ],
)
def test_an_information_date_is_printed_with_its_precision(
    language: str, year: str, month: str, day: str
) -> None:
    dates = map(InformationDate.parse, ("2017", "2017-03", "2017-03-09"))
    assert [format_date(date, language) for date in dates] == [year, month, day]


def test_every_language_has_the_same_interface_strings() -> None:
    folder = ROOT / "templates" / "strings"
    for file in folder.glob("*.yaml"):
        keys = re.findall(r"^(\w+):", file.read_text(encoding="utf-8"), re.MULTILINE)
        assert keys == list(english_strings()), file.name
        assert parse_strings(file.stem, file.read_bytes())  # with the same placeholders


def test_a_language_without_strings_is_a_design_problem(
    write_project: WriteProject,
) -> None:
    series = "name: S\npublisher: {name: P}\nlanguages: [fi]\n"
    text = HEAD + "      - text: Sanoja.\n"
    root = write_project(
        {
            "content/series.yaml": series,
            "content/brief/2017/en.yaml": None,
            "content/brief/2017/fi.yaml": text,
        }
    )
    with pytest.raises(PipelineError) as caught:
        html_of(open_project(root), "brief", "fi")
    (problem,) = caught.value.problems
    assert problem.rule is Rule.UI_STRINGS
    assert str(problem.place) == "templates/strings/fi.yaml"


def test_a_draft_is_marked_as_a_draft(html: Callable[..., str]) -> None:
    name = "content/brief/2017/edition.yaml"
    page = html("      - text: Words.\n", **{name: "status: draft\n"})
    assert 'class="screen draft"' in page
    assert "Draft" in page
    assert "Draft" not in html("      - text: Words.\n", **{name: "status: final\n"})


def test_a_title_is_broken_at_typed_line_ends(write_project: WriteProject) -> None:
    text = HEAD.replace("title: A brief", "title: |\n  Fair wages &\n  a table")
    root = write_project({"content/brief/2017/en.yaml": text + "      - text: Words.\n"})
    page = html_of(open_project(root), "brief")
    assert '<h1 data-path="title">Fair wages &amp;<br> a table</h1>' in page
    assert "<title>Fair wages &amp; a table</title>" in page


def test_a_role_without_tokens_is_a_template_problem(html: Callable[..., str]) -> None:
    template = '{{ brief.version.title | line | balance("lead") }}\n'
    with pytest.raises(PipelineError) as caught:
        html("      - text: Words.\n", **{"templates/brief.html": template})
    (problem,) = caught.value.problems
    assert (problem.rule, str(problem.place)) == (Rule.TEMPLATE, "templates/brief.html:1:1")
    assert problem.message == 'the tokens "lead" and "lead-measure" must be lengths'


LETTER = "--sheet-width: 215.9mm; --sheet-height: 279.4mm; --wider: 5.9mm"


@pytest.mark.parametrize(
    ("root_element", "style"),
    [
        ("<!doctype html><html lang=en>", LETTER),
        ('<!-- <html> --><HTML title="a > b"\n STYLE = "--own: 1">', f"{LETTER}; --own: 1"),
        # As templates were written before the program did it.
        ('<html style="{{ brief.sheet }}">', f"{LETTER}; {LETTER}"),
        ("<title>Nothing but a title</title>", LETTER),
    ],
)
def test_a_template_of_a_project_has_the_paper_of_its_series(
    write_project: WriteProject, root_element: str, style: str
) -> None:
    series = (
        "name: Briefs\npublisher: {name: A publisher}\nlanguages: [en]\npaper: Letter\n"
    )
    text = f"{HEAD}      - text: Words.\n"
    files = {
        "content/series.yaml": series,
        "content/brief/2017/en.yaml": text,
        "templates/brief.html": f"{root_element}<p>{{{{ brief.title }}}}</p>",
    }
    page = html_of(open_project(write_project(files)), "brief")
    root = tinyhtml5.parse(page, namespace_html_elements=False)
    assert (root.tag, root.get("style")) == ("html", style)
    paragraph = root.find("body/p")
    assert paragraph is not None
    assert paragraph.text == "A brief"
