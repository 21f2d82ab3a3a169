"""Shorten a text that says where a link leads."""


def shorten(text: str, longest: int) -> str:
    """Shorten a text to so many characters, between two words where possible."""
    if len(text) <= longest:
        return text
    words, _, rest = text[:longest].rpartition(" ")
    return (words or rest) + "…"
