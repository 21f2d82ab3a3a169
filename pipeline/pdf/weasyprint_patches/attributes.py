"""Replace attributes of WeasyPrint and its libraries, of the version that is known."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

VERSION = "70.0"


def require_known_version() -> None:
    """Raise RuntimeError when WeasyPrint is not the version that is patched."""
    from weasyprint import __version__ as version

    if version != VERSION:
        raise RuntimeError(f"the patches know WeasyPrint {VERSION}, not {version}")


@contextmanager
def patched(*owners: Any, **attributes: Any) -> Iterator[None]:
    """Replace attributes of modules or classes within the context."""
    originals = [(o, name, getattr(o, name)) for o in owners for name in attributes]
    try:
        for owner, name, _ in originals:
            setattr(owner, name, attributes[name])
        yield
    finally:
        for original in originals:
            setattr(*original)
