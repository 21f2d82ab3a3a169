"""Format dates by CLDR data, without the typography of a language."""

from datetime import date

from pipeline.model.dates import InformationDate
from pipeline.model.number_format import locale_of


def format_plain_date(dated: InformationDate, language: str) -> str:
    """Format a date with the precision that it has, with the name of its month."""
    from babel.dates import format_date, format_skeleton  # few briefs print a date

    locale = locale_of(language)
    if dated.day is not None:
        return str(format_date(dated.first_day, "long", locale))
    skeleton = "y" if dated.month is None else "yMMMM"
    return str(format_skeleton(skeleton, dated.first_day, locale=locale))


def add_eastern_name(printed: str, language: str, *days: date) -> str:
    """Add the eastern names of the months to a date in Arabic, as the United Nations do.

    The eastern name (CLDR has it for Lebanon) comes before the one that CLDR prints.
    """
    if language.partition("-")[0] != "ar":
        return printed
    from babel.dates import get_month_names

    names, eastern = get_month_names(locale="ar"), get_month_names(locale="ar_LB")
    for month in sorted({day.month for day in days}):
        printed = printed.replace(names[month], f"{eastern[month]}/{names[month]}")
    return printed
