"""Big figures, timelines and flows: what is drawn is true, and the words are read."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from weasyprint import HTML

from pipeline.build import build_documents as build
from pipeline.content.yaml_source import read_yaml
from pipeline.html.charts.diagrams import Diagram, draw_diagram
from pipeline.html.charts.web_chart import draw_web_diagram
from pipeline.model.diagrams import BigFigure, Compare, Flow, Timeline
from pipeline.problems import is_blocking
from pipeline.project import open_project
from pipeline.redline.redlined import Redlined
from pipeline.targets import BuildOptions
from pipeline.word.update import find_changes
from tests.conftest import briefs
from tests.html.draw_charts import ROOT, theme
from tests.word.word_files import read

HARD_CASES = ROOT / "tests" / "conformance" / "hard_cases"
DATES = ("1994-06", "2001-11", "2004-11", "2011-11", "2017-03")


def timeline(*dates: str, text: str = "It was set up") -> Timeline:
    points = [{"date": moment, "text": text} for moment in dates]
    return Timeline.model_validate({"title": "T", "points": points, "source": "S."})


def big_figure(figure: str = "56", **more: Any) -> BigFigure:
    return BigFigure.model_validate(
        {"figure": figure, "text": "seats", "source": "S."} | more
    )


def drawn(part: Any, *where: str, may_be_wide: bool = True) -> Diagram:
    diagram = draw_diagram(part, theme(*where), may_be_wide=may_be_wide)
    assert diagram
    return diagram


def dots(diagram: Diagram, name: str = "cx") -> list[float]:
    return [float(n) for n in re.findall(rf'<circle[^>]* {name}="([\d.]+)"', diagram.svg)]


@pytest.mark.parametrize("where", [("en", "screen"), ("en", "a5"), ("ar", "screen")])
def test_the_distances_of_a_timeline_are_those_of_the_dates(where: tuple[str, str]) -> None:
    diagram = drawn(timeline(*DATES), *where)
    assert diagram.is_across == (where[1] == "screen")
    places = dots(diagram, "cx" if diagram.is_across else "cy")
    months = [1994 * 12 + 6, 2001 * 12 + 11, 2004 * 12 + 11, 2011 * 12 + 11, 2017 * 12 + 3]
    length = places[-1] - places[0]
    assert (length < 0) == (where[0] == "ar")
    for place, month in zip(places, months, strict=True):
        share = (month - months[0]) / (months[-1] - months[0])
        assert (place - places[0]) / length == pytest.approx(share, abs=0.002)


def test_a_year_stands_at_its_middle() -> None:
    first, year, last = dots(
        drawn(timeline("2000-01-01", "2000", "2001-01-01"), "en", "a5"), "cy"
    )
    assert (year - first) / (last - first) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("profile", ["a5", "large"])
def test_texts_below_each_other_have_the_space_that_they_need(profile: str) -> None:
    words = (
        "A text that is longer than a line of a page of A5, for it says all that happened. "
    )
    points = timeline("1994", "1995", "1995-02", "1995-03", "2017", text=words * 2)
    diagram = drawn(points, "en", profile)
    leading = theme("en", profile).leading
    assert len(diagram.tops) == 5
    for above, below in zip(diagram.tops, diagram.tops[1:], strict=False):
        assert below - above >= 3 * leading
    assert diagram.height >= diagram.tops[-1] + 3 * leading


def test_a_timeline_beside_a_note_stays_in_its_column() -> None:
    diagram = drawn(timeline(*DATES), may_be_wide=False)
    assert (diagram.is_wide, diagram.is_across) == (False, False)


def test_as_many_dots_are_filled_as_the_part_has() -> None:
    proportion = {"part": 28, "whole": 56, "form": "dots", "alt": "A."}
    diagram = drawn(big_figure(proportion=proportion))
    filled = re.findall(r'<circle[^>]* fill="(#\w+)"', diagram.svg)
    assert (len(dots(diagram)), len(filled)) == (56, 28)
    rows = sorted(set(dots(diagram, "cy")))
    assert len(dots(diagram)) % len(rows) == 0


def test_a_bar_is_as_long_as_the_part() -> None:
    diagram = drawn(big_figure(proportion={"part": "28.5", "alt": "A."}))
    xs = [
        [float(x) for x in re.findall(r"([\d.]+) [\d.]+", path)]
        for path in re.findall(r' d="M([^"]*)"', diagram.svg)
    ]
    whole, part = (max(numbers) for numbers in xs)
    assert part / (whole + 0.25) == pytest.approx(0.285, abs=0.001)


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize("figure", ["5", "56", "100%", "28 من 56", "1.2 billion", "12亿"])
def test_a_number_fits_into_its_zone(language: str, figure: str) -> None:
    for zone in ("main", "side"):
        look = theme(language)
        size = drawn(big_figure(figure, zone=zone), language).size
        width = look.faces.width(figure, look.styles["value"].families, 700) * size
        assert (
            width <= (look.main_width if zone == "main" else look.side_width) or size < 32
        )
        assert zone == "side" or size >= 72


def test_a_number_of_several_words_beside_its_sentence_is_one_line() -> None:
    """WeasyPrint 70 counts the padding of a flex item twice, and so breaks its words."""
    css = (ROOT / "styles/components/big_figure.css").read_text(encoding="utf-8")
    html = f"""<style>{css} @page {{ size: 172mm 100mm; margin: 0 }} p {{ margin: 0 }}
    .big-figure p:first-child {{ font: 96pt sans-serif; letter-spacing: -.02em }}</style>
    <div class="big-figure across"><div class="big-figure-words">
    <p class="big-figure-value">4 in 5</p>
    <p class="big-figure-text">trade agreements that came into force have a chapter</p>
    </div></div>"""
    [page] = HTML(string=html).render().pages
    number = next(b for b in page._page_box.descendants() if b.element_tag == "p")
    assert len(number.children) == 1


def test_a_line_to_a_point_ends_above_its_date() -> None:
    """A millimetre: the first one is straight above the first letter."""
    diagram = drawn(timeline(*DATES))
    lines = [
        path for path in re.findall(r' d="M([^"]*)"', diagram.svg) if path.count("L") == 3
    ]
    ends = [float(path.rpartition(" ")[2]) for path in lines]
    assert len(ends) == len(DATES)
    assert max(ends) == pytest.approx(diagram.height - 72 / 25.4, abs=0.01)


def test_a_number_begins_at_the_edge_of_the_text() -> None:
    look = theme()
    for figure in ("56", "1", "2 000"):
        diagram = drawn(big_figure(figure))
        bearing = look.faces.bearing(figure, look.styles["value"].families, 700)
        assert bearing > 0
        assert diagram.indent == pytest.approx(-bearing * diagram.size, abs=0.01)
    assert drawn(big_figure(), "ar").indent == 0


def test_a_text_of_a_flow_ends_before_its_ribbon() -> None:
    """Longer by one letter each, texts wrap before they come closer than 2 mm."""
    look = theme()
    for letters in range(20, 180):
        nodes = ["i" * (letters // 3) + ("", "t", "c")[letters % 3] + " iii", "B"]
        flow = Flow.model_validate(
            {"title": "T", "nodes": nodes, "result": "C", "source": "S."}
        )
        diagram = drawn(flow)
        is_wrapped = diagram.item_size > 2 * look.leading
        end = diagram.indent + look.width(nodes[0], "name")
        assert is_wrapped or end < look.main_width * 0.44 - 2 * 72 / 25.4
    assert is_wrapped


def test_what_changed_is_not_drawn() -> None:
    points = timeline(*DATES).points
    point = points[0].model_copy(update={"text": Redlined("Old", "New")})
    changed = timeline(*DATES).model_copy(update={"points": (point, *points[1:])})
    assert drawn(changed) == Diagram()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_on_a_wide_screen_lines_lead_from_up_to_four_dots_to_their_texts(
    language: str,
) -> None:
    """Texts below each other need none, and on a narrow screen all are below each other."""
    for count, leading in ((4, 4), (5, 0)):
        diagram = draw_web_diagram(timeline(*DATES[:count]), theme(language))
        assert diagram
        wide, narrow = diagram.svg.split("</svg>")[:2]
        assert [part.count("<circle") for part in (wide, narrow)] == [count, count]
        assert [part.count('<path class="mark"') for part in (wide, narrow)] == [leading, 0]


def test_on_a_screen_a_flow_and_a_timeline_have_no_lengths_in_css() -> None:
    flow = Flow.model_validate(
        {"title": "T", "nodes": ["A", "B"], "result": "C", "source": "S."}
    )
    for part in (timeline(*DATES), flow, big_figure(proportion={"part": 5, "alt": "A."})):
        diagram = draw_web_diagram(part, theme())
        assert diagram
        assert "style=" not in diagram.svg
        assert "viewBox" in diagram.svg
    compare = {"title": "T", "options": [{"option": "O", "who": "W", "by": "B"}] * 2}
    assert draw_web_diagram(Compare.model_validate(compare), theme()) is None


# --- In a brief ---


@pytest.fixture(scope="module")
def hard_cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hard_cases") / "project"
    for name in ("series.yaml", "blocks"):
        source, target = HARD_CASES / "content" / name, root / "content" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, target)
    return root


@pytest.mark.parametrize(
    ("language", "profile"),
    [("en", "screen"), ("ar", "a5"), ("zh", "large"), ("ru", "office")],
)
def test_blocks_fit_and_are_accessible(
    hard_cases: Path, language: str, profile: str
) -> None:
    """A build checks widths, overlaps, contrast, and the tags of PDF/UA."""
    options = BuildOptions(("blocks",), (language,), profiles=(profile,))
    outcome = build(open_project(hard_cases), options, date(2020, 1, 1))
    assert [p for p in outcome.problems if is_blocking(p)] == []


def test_a_document_of_word_comes_back_as_it_was(hard_cases: Path, tmp_path: Path) -> None:
    document = tmp_path / "blocks.docx"
    done = briefs(hard_cases, "export", "blocks", "--docx", "--lang", "en", "-o", document)
    assert done.exit_code == 0, done.output
    values = read("a.docx", document.read_bytes()).values
    kinds = [next(iter(b)) for s in values["sections"] for b in s["blocks"]]
    assert [k for k in kinds if k != "text"][:7] == [
        *("big_figure",) * 3,
        *("timeline", "timeline", "flow", "compare"),
    ]
    file = hard_cases / "content/blocks/2019/en.yaml"
    source, _ = read_yaml("en.yaml", file.read_bytes())
    assert source
    assert find_changes(source, values) == ({}, [])
    values["sections"][1]["blocks"][0]["timeline"]["points"][1]["text"] = "Another text"
    (path,), _ = find_changes(source, values)
    assert path == ("sections", 1, "blocks", 0, "timeline", "points", 1, "text")


def test_a_translator_gets_each_text_of_a_block(hard_cases: Path, tmp_path: Path) -> None:
    file = tmp_path / "blocks.po"
    form = ("--format", "po", "-o", file)
    done = briefs(hard_cases, "translate", "blocks", "--to", "fr", *form)
    assert done.exit_code == 0, done.output
    text = file.read_text(encoding="utf-8")
    for words in (
        *("28 of 56 dots are filled.", "titular seats", "282nd: papers bear"),
        *("Social dialogue", "advanced together", "Staff time", "March 2018 and 2019"),
    ):
        assert words in text
    assert "1994-06" not in text
