"""Shorten the text that describes a link."""


def shorten(text: str, max_length: int) -> str:
    """Shorten a text to `max_length` characters, between two words where possible."""
    if len(text) <= max_length:
        return text
    words, _, rest = text[:max_length].rpartition(" ")
    return (words or rest) + "…"
