"""A quoted text is read back from YAML; a line break of Unicode becomes a space."""

import pytest

from pipeline.content.yaml_source import read_yaml
from pipeline.model.yaml_text import quoted


@pytest.mark.parametrize(
    ("between", "read"),
    [
        ('"', '"'),
        ("\\", "\\"),
        (": ", ": "),
        (" #", " #"),
        ("\u0085", " "),
        ("\u2029", " "),
    ],
)
def test_a_quoted_text_is_read_back(between: str, read: str) -> None:
    source, problems = read_yaml("a.yaml", f"key: {quoted(f'One{between}two')}\n".encode())
    assert problems == []
    assert source is not None
    assert source.value == {"key": f"One{read}two"}
