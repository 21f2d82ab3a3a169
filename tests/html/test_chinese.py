"""Lines of Chinese end between words, and not between a number and its unit."""

import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise

import pytest

from pipeline.html.text.chinese import enclose_words, segment_words
from pipeline.html.text.markdown import TextStyle, line_html, prose_html
from pipeline.pdf.fontconfig import load_fonts
from pipeline.project import BUNDLED

FONTS = (BUNDLED / "styles" / "fonts",)
CHINESE = TextStyle(language="zh", avoids_runts=True)
TEXT = (
    "自1994年起，第329届会议有187个国家，35%的工人和1.5万人参加[@a]。"
    "2017–2018年通过文件[@b; @c]，"
    "2008年6月10日在日内瓦宣布[^n]。工作组每年开会2次，时间为3月和11月，讨论*贸易*政策的办法。\n\n"
    "[^n]: 国际劳工大会第97届会议。"
)


def lines_of(html: str, widths: Iterable[int]) -> list[list[str]]:
    """The lines of a paragraph at each width in millimetres: a page for each."""
    from weasyprint import CSS, HTML
    from weasyprint.formatting_structure import boxes

    fonts = load_fonts(FONTS).configuration
    stylesheet = CSS(BUNDLED / "styles" / "type.css", font_config=fonts)
    style = ":root { --digits: decimal }"
    style += "p { font: 10pt 'Brief SC'; break-before: page; counter-reset: footnote }"
    paragraphs = (f"<p lang='zh' style='width: {width}mm'>{html}</p>" for width in widths)
    html = f"<style>{style}</style><body id='reference.a'>{''.join(paragraphs)}"
    return [
        [
            "".join(b.text for b in line.descendants() if isinstance(b, boxes.TextBox))
            for line in next(b for b in boxes_of if b.element_tag == "p").children
        ]
        for page in HTML(string=html)
        .render(stylesheets=[stylesheet], font_config=fonts)
        .pages
        for boxes_of in [page._page_box.descendants()]
    ]


def test_a_number_stays_with_its_unit_and_a_mark_with_its_word() -> None:
    html = prose_html(TEXT, CHINESE).strip().removeprefix("<p>").removesuffix("</p>")
    breaks = set()
    for lines in lines_of(html, range(22, 120, 3)):
        breaks |= {f"{line[-1]}|{following[:2]}" for line, following in pairwise(lines)}
        assert len(re.findall("[\u4e00-\u9fff]", lines[-1])) >= 2, lines
    wrong = r"\d\|[年月日届个次%万]|第\||\|\[|\|1。"
    assert not [place for place in breaks if re.search(wrong, place)]
    assert len(breaks) > 40


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("贸易与就业应列入同一议程", "贸易 与 就业 应 列入 同一 议程"),
        ("工作组如何运作", "工作组 如何 运作"),
        ("从一次辩论到常设论坛", "从 一次 辩论 到 常设 论坛"),
        ("五个方面齐头并进", "五个 方面 齐头并进"),
        ("经济目标形成综合方法", "经济 目标 形成 综合 方法"),
        ("罗伯特", "罗伯特"),
        ("龘龘", "龘 龘"),
    ],
)
def test_letters_are_divided_into_words(text: str, words: str) -> None:
    assert segment_words(text) == words.split()


def test_a_title_breaks_between_words_and_ends_with_more_than_one_letter() -> None:
    html = enclose_words(
        line_html("两种政策，同一个劳动力**市场**如何形成综合办法", CHINESE)
    )
    starts = {line[:2] for lines in lines_of(html, range(22, 70)) for line in lines}
    assert starts <= {
        "两种",
        "政策",
        "同一",
        "劳动",
        "市场",
        "如何",
        "形成",
        "综合",
        "办法",
    }
    assert "市场" in starts
    assert enclose_words("这是合法的。") == '这是<span class="word">合法的</span>。'


def test_only_a_short_text_in_chinese_reads_the_list_of_words() -> None:
    program = """if True:
        from pipeline.html.text import chinese
        from pipeline.html.text.markdown import TextStyle, line_html, prose_html
        line_html("Trade", TextStyle()), line_html("贸易", TextStyle(language="zh"))
        print(chinese._read_words.cache_info().currsize)
        chinese.enclose_words("贸易")
        print(chinese._read_words.cache_info().currsize)"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert ran.stdout.split() == [b"0", b"1"]
