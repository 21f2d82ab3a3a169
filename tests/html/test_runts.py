"""A short word never stands alone on the last line of a paragraph."""

import pytest

from pipeline.html.text.markdown import TextStyle, line_html, prose_html

CITATION = '<span class="citations">[<a class="citation" href="#reference.a">a</a>]</span>'


def rendered(text: str, language: str = "en") -> str:
    """Render a text; ~ is a no-break space."""
    html = line_html(text, TextStyle(language=language, avoids_runts=True))
    return html.replace("\u00a0", "~").replace(CITATION, "[@a]")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("this is how it is done.", "this is how it is~done."),
        ("and so it goes *on*.", "and so it goes~<em>on</em>."),
        ("and so *it is*", "and so <em>it~is</em>"),
        ("and **so it** is", "and <strong>so it</strong>~is"),
        ("one two\nway", "one two~way"),
        ("since the year 2017.", "since the year~2017."),
        ("as it was said so [@a].", "as it was said~so~[@a]."),
        ("and then [fin]{lang=fr}", 'and then~<span lang="fr" dir="ltr">fin</span>'),
        ("a long word is responsibility", "a long word is responsibility"),
        ("that of the internationalization act", "that of the internationalization act"),
        ("not ever", "not ever"),
        ("Yes", "Yes"),
        ("", ""),
    ],
)
def test_a_short_last_word_is_bound_to_the_one_before(typed: str, printed: str) -> None:
    assert rendered(typed) == printed


def test_chinese_has_no_bound_words() -> None:
    assert "\u00a0" not in rendered("中 文 字", "zh")


def test_runts_are_prevented_in_paragraphs_items_and_notes_but_not_in_cells() -> None:
    text = "One two is.\n\n- One two is.\n\n| one two is |\n|---|\n| one two is |\n\n"
    html = prose_html(
        text + "End of[^1]\n\n[^1]: One two is.", TextStyle(avoids_runts=True)
    )
    assert html.count("One two\u00a0is.") == 3
    assert html.count("one two is") == 2
