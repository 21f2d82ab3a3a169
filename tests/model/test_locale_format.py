"""Numbers have the separators of their language."""

from decimal import Decimal

import pytest

from pipeline.model.locale_format import plain_number


@pytest.mark.parametrize(
    ("language", "printed"),
    [
        ("pl", "-1475,5 12 475"),
        ("es", "-1475,5 12.475"),
        ("es-MX", "-1,475.5 12,475"),
        ("pt", "-1.475,5 12.475"),  # of Brazil
        ("pt-PT", "-1475,5 12 475"),
        ("it", "-1475,5 12.475"),
        ("en", "-1,475.5 12,475"),
        ("de", "-1.475,5 12.475"),
    ],
)
def test_four_digits_are_separated_by_the_rule_of_the_language(
    language: str, printed: str
) -> None:
    numbers = (plain_number(Decimal(n), language) for n in ("-1475.5", "12475"))
    assert " ".join(number.replace("\u00a0", " ") for number in numbers) == printed
