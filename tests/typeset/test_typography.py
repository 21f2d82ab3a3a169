"""The spaces that a language asks for."""

import pytest

from pipeline.typeset.typography import spacing


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Pourquoi ?", "Pourquoi\u202f?"),
        ("deux fronts : ici", "deux fronts\u00a0: ici"),
        ("« mot »", "«\u202fmot\u202f»"),
        ("un ; deux !", "un\u202f; deux\u202f!"),
        ("12:30", "12:30"),
        ("Quoi?", "Quoi?"),
        ("en 2016 : 28 pour cent", "en 2016\u00a0: 28\u00a0pour cent"),
        ("1 250 emplois", "1\u202f250 emplois"),
        ("en 2016 2017", "en 2016 2017"),
    ],
)
def test_french_puts_no_break_spaces_where_a_space_was_typed(
    typed: str, printed: str
) -> None:
    assert spacing("fr")(typed) == printed


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_other_languages_keep_what_was_typed(language: str) -> None:
    assert spacing(language)("Why ? « x » : 1 250") == "Why ? « x » : 1 250"


def test_a_regional_form_is_set_like_its_language() -> None:
    assert spacing("fr-CH")("Non !") == "Non\u202f!"
