"""Properties of a language by its code."""

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def direction(language: str) -> str:
    """The writing direction of a language: "ltr" or "rtl"."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
