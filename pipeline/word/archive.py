"""Write the archive of a Word file: its parts, and how they refer to each other."""

import io
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr
from zipfile import ZipFile, ZipInfo

from pipeline.content.office_file import Relationship

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The earliest date that a ZIP archive can have.
_DATE = (1980, 1, 1, 0, 0, 0)


def write_archive(files: Mapping[str, str | bytes]) -> bytes:
    """Write files by their names, uncompressed; a text is XML."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            if isinstance(content, str) and not content.startswith("<?xml"):
                content = _HEAD + content
            archive.writestr(ZipInfo(name, _DATE), content)
    return out.getvalue()


def write_relationships(listed: Iterable[Relationship]) -> str:
    """Write what a part refers to; a kind of another namespace is its whole name."""
    items = ""
    for id, kind, target, is_external in listed:
        type = kind if ":" in kind else f"{OFFICE}/relationships/{kind}"
        mode = ' TargetMode="External"' if is_external else ""
        items += f'<Relationship Id={quoteattr(id)} Type="{type}"'
        items += f" Target={quoteattr(target)}{mode}/>"
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'
