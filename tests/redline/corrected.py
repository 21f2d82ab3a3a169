"""A project with one correction: `brief/` in four languages, and a second edition.

Each language changes a word, a number, a value of the chart, a cell and a row of the table,
a footnote, and has one sentence more.
"""

import re
import shutil
from pathlib import Path

from pipeline.project import BUNDLED

_BRIEF = Path(__file__).parent / "brief"
SLUG, OLD, NEW = "wpsdg", "2017", "2018"

# Replacements in every language: old, new.
_VALUES = (("seats: 28", "seats: 30"), ('figure: "1994"', 'figure: "1995"'))
_WORDS = {
    "en": (
        ("The Working Party", "The working party of the ILO"),
        ("13 December 1996", "14 December 1996"),
        ("preferred a", "chose a"),
        ("- - June 1994", "- - July 1994"),
        ("at its 97th Session", "at its 98th Session"),
    ),
    "fr": (
        ("13 décembre 1996", "14 décembre 1996"),
        ("le Conseil a préféré", "le Conseil a choisi"),
        ("- - Juin 1994", "- - Juillet 1994"),
        ("97e session", "98e session"),
    ),
    "ar": (
        ("13 كانون الأول", "14 كانون الأول"),
        ("لكن مجلس الإدارة فضّل", "لكن مجلس الإدارة اختار"),
        ("- - حزيران/يونيه 1994", "- - تموز/يوليه 1994"),
        ("دورته 97", "دورته 98"),
    ),
    "zh": (
        ("1996年12月13日", "1996年12月14日"),
        ("局长提议设立一个小型小组", "局长建议成立一个小型工作小组"),
        ("- - 1994年6月", "- - 1994年7月"),
        ("第97届会议", "第98届会议"),
    ),
}
_NEW_SENTENCES = {
    "en": "One more sentence was added here.",
    "fr": "Une phrase a été ajoutée ici.",
    "ar": "أضيفت هنا جملة واحدة.",
    "zh": "此处新增一句话。",
}
_LAST_ROW = re.compile(
    r"(            - - [^\n]*\n(?:              [^\n]*\n)+)(?=          note:)"
)


def write_corrected(root: Path, languages: tuple[str, ...] = tuple(_WORDS)) -> Path:
    """Write the project below `root`; give `root`."""
    old, new = (root / "content" / SLUG / dated for dated in (OLD, NEW))
    for folder in (old, new):
        folder.mkdir(parents=True)
        for name in ("edition.yaml", *(f"{language}.yaml" for language in languages)):
            shutil.copy(_BRIEF / name, folder / name)
    shutil.copy(BUNDLED / "content/series.yaml", root / "content")
    note = (
        "\nchange_note: " + "{" + ", ".join(f"{code}: 2018" for code in languages) + "}\n"
    )
    facts = (new / "edition.yaml").read_text(encoding="utf-8")
    (new / "edition.yaml").write_text(facts + note, encoding="utf-8")
    for language in languages:
        file = new / f"{language}.yaml"
        text = file.read_text(encoding="utf-8")
        for before, after in (*_VALUES, *_WORDS[language]):
            assert before in text, f"{language}: {before}"
            text = text.replace(before, after, 1)
        text, removed = _LAST_ROW.subn("", text, count=1)
        assert removed, language
        end = text.index("\n\n          [^declaration]:")
        text = f"{text[:end]} {_NEW_SENTENCES[language]}{text[end:]}"
        file.write_text(text, encoding="utf-8")
    return root
