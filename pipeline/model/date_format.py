"""Format dates by CLDR data, without the typography of a language."""

from datetime import date

from pipeline.model.dates import InformationDate
from pipeline.model.number_format import locale_of


def format_plain_date(day: InformationDate, language: str) -> str:
    """Format a date with the precision that it has, with its month in letters."""
    from babel.dates import format_date, format_skeleton  # few contents print a date

    locale = locale_of(language)
    if day.day is not None:
        return str(format_date(day.first_day, "long", locale))
    skeleton = "y" if day.month is None else "yMMMM"
    return str(format_skeleton(skeleton, day.first_day, locale=locale))


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
