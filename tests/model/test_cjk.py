"""A line break between Chinese characters adds no space; a typed space stays."""

import pytest

from pipeline.content.yaml_source import read_yaml
from pipeline.html.text.markdown import TextStyle, line_html
from pipeline.model.cjk import is_cjk_pair
from pipeline.problems import Rule

# What stays on one line (decision 0041).
WORD = '<span class="word">'


@pytest.mark.parametrize("pair", ["中文", "。中", "中（", "中“", "”中", "，《"])
def test_chinese_characters_are_joined_without_a_space(pair: str) -> None:
    assert is_cjk_pair(*pair)


@pytest.mark.parametrize(
    "pair", ["ab", "a中", "中a", "5年", "“a", "””", "한국", "中 ", "а中"]
)
def test_other_characters_are_joined_with_a_space(pair: str) -> None:
    assert not is_cjk_pair(*pair)


def test_the_end_of_a_text_is_not_a_character() -> None:
    assert not is_cjk_pair("", "中")
    assert not is_cjk_pair("中", "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "a: >\n  中文\n  文字 空格\n  “引语”\n\n  第二段\n  ok 中\n",
            "中文文字 空格“引语”\n第二段 ok 中\n",
        ),
        ("a: 中文 空\n  文字\n", "中文 空文字"),
        ('a: "中文 空\n  文字"\n', "中文 空文字"),
        ("a: '中文\n  文字\n  word\n  字'\n", "中文文字 word 字"),
        ("a: |\n  中文\n  文字\n", "中文\n文字\n"),
        ("a: {b: c, d: 中文\n  文字}\n", None),
        ("a: one\n  two\n", "one two"),
        ("a: 中 文\n", "中 文"),
        ("a: 中文 # 注\n", "中文"),
    ],
)
def test_yaml_folds_chinese_without_a_space(text: str, value: str | None) -> None:
    source, problems = read_yaml("zh.yaml", text.encode())
    assert source is not None
    # An empty line in such a text does not begin a paragraph, which is a warning.
    assert {problem.rule for problem in problems} <= {Rule.YAML_PARAGRAPHS}
    expected = {"b": "c", "d": "中文文字"} if value is None else value
    assert source.value == {"a": expected}


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("中文\n文字", f"中文{WORD}文字</span>"),
        ("中文。\n**文字**", "中文。<strong>文字</strong>"),
        ("中 文\nword\n字", f"中 文\nword\n{WORD}字</span>"),
        (
            "[中文\n文字]{lang=zh}",
            f'<span lang="zh" dir="ltr">中文{WORD}文字</span></span>',
        ),
    ],
)
def test_markdown_joins_lines_of_chinese(typed: str, printed: str) -> None:
    assert line_html(typed, TextStyle(language="zh")) == printed


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("见*[A]{lang=en}*中", '见<em><span lang="en" dir="ltr">A</span></em>中'),
        ("见**“工”**中", "见<strong>“工”</strong>中"),
        ("见*工*，*中*", "见<em>工</em>，<em>中</em>"),
        ("工 * 中*", "工 * 中*"),
        ("a*[b]{lang=fr}*", 'a*<span lang="fr" dir="ltr">b</span>*'),
    ],
)
def test_emphasis_needs_no_space_beside_chinese(typed: str, printed: str) -> None:
    assert line_html(typed, TextStyle(language="ja")) == printed
