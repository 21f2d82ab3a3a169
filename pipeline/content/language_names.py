"""Find the code of a language that a reference manager names: "polish", "en-US"."""

from functools import cache

# The names of BibLaTeX that are not the English ones of CLDR.
_BIBLATEX = {
    **dict.fromkeys(("american", "british", "canadian", "australian", "newzealand"), "en"),
    **dict.fromkeys(("usenglish", "ukenglish"), "en"),
    **dict.fromkeys(("ngerman", "austrian", "naustrian"), "de"),
    **dict.fromkeys(("swissgerman", "nswissgerman"), "de"),
    **dict.fromkeys(("francais", "acadian", "canadien"), "fr"),
    **{"brazil": "pt-BR", "brazilian": "pt-BR", "portuges": "pt", "mexican": "es"},
    **{"norsk": "nb", "nynorsk": "nn", "magyar": "hu", "slovene": "sl", "farsi": "fa"},
    **{"bahasai": "id", "bahasam": "ms", "serbianc": "sr-Cyrl", "polutonikogreek": "el"},
    **{"lowersorbian": "dsb", "uppersorbian": "hsb"},
}


def code_of_language(name: str) -> str:
    """Return the code of a language; "" for a name that is not known."""
    from babel import localedata
    from babel.core import get_global

    typed = " ".join(name.split()).replace("_", "-")
    listed_code = _BIBLATEX.get(typed.lower()) or _codes_by_name().get(typed.lower())
    if listed_code:
        return listed_code
    language, *others = typed.split("-")
    language = language.lower()
    # A code of three letters, such as "deu", becomes that of two letters if there is one.
    language = get_global("language_aliases").get(language, language).replace("_", "-")
    code = "-".join([language, *others])
    return code if language != "root" and localedata.exists(code.replace("-", "_")) else ""


@cache
def _codes_by_name() -> dict[str, str]:
    from babel import Locale

    names = Locale("en").languages.items()
    return {name.lower(): code.replace("_", "-") for code, name in names}
