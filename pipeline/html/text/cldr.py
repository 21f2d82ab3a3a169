"""Format dates, session numbers and names of languages with CLDR data."""

import re
from collections.abc import Mapping
from datetime import date

from babel import Locale, dates

from pipeline.html.text.typography import typesetter
from pipeline.model.dates import InformationDate
from pipeline.model.locale_format import add_eastern_name, format_plain_date, locale_of


def format_date(day: InformationDate, language: str) -> str:
    """Format an information date with the precision that it has."""
    printed = typesetter(language)(format_plain_date(day, language))
    if day.month is None:
        return printed
    return add_eastern_name(printed, language, day.first_day)


def format_day(day: date, language: str) -> str:
    """Format a day, with its month in letters."""
    return format_date(InformationDate(day.year, day.month, day.day), language)


def format_days(start: date, end: date, language: str) -> str:
    """Format a period; the month and year are not repeated: "9–24 March 2017"."""
    if start == end:
        return format_day(start, language)
    locale = Locale.parse(locale_of(language))
    differs = "y" if start.year != end.year else "M" if start.month != end.month else "d"
    # For most languages CLDR has the pattern with short names of months only.
    patterns = locale.interval_formats
    parts = (patterns.get("yMMMMd") or patterns["yMMMd"])[differs]
    long = (re.sub("(?<!M)MMM(?!M)", "MMMM", part) for part in parts)
    pairs = zip((start, end), long, strict=True)
    days = (dates.format_date(day, part, locale) for day, part in pairs)
    return add_eastern_name(typesetter(language)("".join(days)), language, start, end)


def number_session(number: int, strings: Mapping[str, str], locale: str) -> str:
    """Print the number of a session: "331st Session".

    The string `session_ordinals` has an ending for each ordinal form of CLDR:
    "one=st two=nd few=rd other=th".
    """
    endings = dict(part.split("=", 1) for part in strings["session_ordinals"].split())
    form = Locale.parse(locale_of(locale)).ordinal_form(number)
    ordinal = f"{number}{endings.get(form, endings['other'])}"
    return typesetter(locale)(strings["session"].replace("{number}", ordinal))


def language_name(code: str, language: str) -> str:
    """Return the name of `code` in `language`."""
    locale = Locale.parse(language, sep="-")
    return Locale.parse(code, sep="-").get_display_name(locale) or code


def native_name(code: str) -> str:
    """Return the name of a language in that language."""
    name = language_name(code, code)
    return name[:1].upper() + name[1:]
