"""Translated files with an error are refused, with the line and what is wrong there."""

import re
from itertools import chain
from pathlib import Path

import pytest
from babel import Locale
from click.testing import Result

from pipeline.exchange.returned import find_issues
from pipeline.model.scripts import SCRIPTS
from tests.conftest import WriteProject, briefs

EN = "content/brief/2017/en.yaml"
FR = "content/brief/2017/fr.yaml"
ORIGINAL = """\
title: Pay and prices
lead: |
  Pay rose by 41 per cent [@ilo], see [the report](https://ilo.org/a).

  CO~2~ fell.[^n] The ILO counted it, at https://ilo.org/count or <https://x.org>.

  [^n]: In 1,250 firms.
sections:
  - heading: Social dialogue
    blocks:
      - text: Write to pay@ilo.org, [*Le titre*]{lang=fr}.
      - picture: {file: a.svg, alt: Drawing}
references:
  - {id: ilo, text: A report}
"""
TRANSLATION = """\
title: Salaires et prix
lead: |
  Les salaires ont augmenté de 41 pour cent [@ilo], voir [le rapport](https://ilo.org/a).

  Le CO~2~ a baissé[^n]. L’OIT l’a compté, voir https://ilo.org/count ou <https://x.org>.

  [^n]: Dans 1 250 entreprises.
sections:
  - heading: Dialogue social
    blocks:
      - text: Écrire à pay@ilo.org, [*Le titre*]{lang=fr}.
      - picture: {file: a.svg, alt: Dessin}
references:
  - {id: ilo, text: Un rapport}
"""
TERMS = """\
terms:
  - {en: ILO, fr: [OIT, BIT]}
  - {en: social dialogue, fr: dialogue social}
"""
PLACEHOLDER = 'type="other" subType="briefs:citation" canDelete="no" dataRef="d1"'
CITATION = '<ph id="1" ctype="x-citation">[@ilo]</ph>'
LINK = '<g id="2" ctype="link">le rapport</g>'
# Each error: the text that was sent, what the file has in its place, and the problem.
ERRORS = {
    "citation-lost": (CITATION, "", "en.yaml:3: the code 1, [@ilo], is lost"),
    "citation-twice": (
        CITATION,
        CITATION * 2,
        "en.yaml:3: the code 1, [@ilo], is there 2 times",
    ),
    "link-lost": (
        LINK,
        "le rapport",
        "en.yaml:3: the code 2, […](https://ilo.org/a), is lost",
    ),
    "note-lost": (
        '<ph id="2" ctype="x-note">[^n]</ph>',
        "",
        "en.yaml:5: the code 2, [^n], is lost",
    ),
    "subscript-lost": (
        '<g id="1" ctype="x-sub">2</g>',
        "2",
        "en.yaml:5: the code 1, ~…~, is lost",
    ),
    "code-unknown": (
        "Salaires",
        '<g id="9" ctype="link">Salaires</g>',
        "en.yaml:1: the code 9 is not in the original",
    ),
    "code-added": (
        "Salaires",
        'Salaires<ph id="7" ctype="x-citation">[@x]</ph>',
        "en.yaml:1: the code 7 is not in the original",
    ),
    "pair-open": (
        "Salaires",
        '<bpt id="1" ctype="italic">&lt;i&gt;</bpt>Salaires',
        "en.yaml:1: a code does not end",
    ),
    "pair-closed": (
        "Salaires",
        'Salaires<ept id="1">&lt;/i&gt;</ept>',
        "en.yaml:1: a code ends that did not begin",
    ),
    "emphasis-with-spaces": (
        "Salaires",
        '<g id="t1" ctype="italic"> </g>Salaires',
        "en.yaml:1: the codes cannot be written here",
    ),
    "number-changed": (
        "41 pour",
        "14 pour",
        'en.yaml:3: "14" instead of "41" of the original',
    ),
    "number-lost": (
        "1 250 entre",
        "des entre",
        'en.yaml:7: "1,250" of the original is missing',
    ),
    "address-changed": (
        "ilo.org/count",
        "ilo.org/compte",
        'en.yaml:5: the address "https://ilo.org/compte" is not in the original',
    ),
    "mail-changed": (
        "pay@ilo.org",
        "paie@ilo.org",
        'en.yaml:11: the address "paie@ilo.org" is not in the original',
    ),
    "citation-typed": (
        "Salaires",
        "Salaires [@ilo]",
        'en.yaml:1: "[@ilo\\]" is not a citation',
    ),
    "emphasis-in-plain-text": (
        "Dessin",
        '<g id="t1" ctype="bold">Dessin</g>',
        "en.yaml:12: this text must be plain",
    ),
    "mixed-script": (
        "Salaires",
        "Sаlaires",
        'en.yaml:1: "Sаlaires" has Cyrillic letters',
    ),
    "other-script": ("Un rapport", "Доклад", 'en.yaml:14: "Доклад" has Cyrillic letters'),
    "soft-hyphen": (
        "entreprises",
        "entre\u00adprises",
        "en.yaml:7: an invisible character: SOFT HYPHEN (U+00AD)",
    ),
    "control-character": (
        "entreprises",
        "entre\u2028prises",
        "en.yaml:7: an invisible control character (U+2028)",
    ),
    "too-long": (
        "Salaires",
        "Salaires " * 9,
        "en.yaml:1: the text has 88 characters; 72 fit on the page",
    ),
    "acronym-missing": (
        "L’OIT",
        "L’organisation",
        'en.yaml:5: the term "OIT" is not used, for "ILO"',
    ),
    "term-lost": (
        "Dialogue social",
        "Concertation",
        'en.yaml:9: the term "dialogue social" is not used, for "social dialogue"',
    ),
}


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0"/></svg>'
    files = {EN: ORIGINAL, FR: TRANSLATION, "content/terms.yaml": TERMS}
    return write_project({**files, "content/brief/2017/a.svg": svg})


def export_file(root: Path, format: str) -> Path:
    path = root.parent / f"back.{format}"
    arguments = ("translate", "brief", "--to", "fr", "--format", format, "-o", path)
    assert briefs(root, *arguments).exit_code == 0
    return path


def import_file(root: Path, path: Path, *options: str) -> Result:
    return briefs(root, "translate", "--from", path, *options)


def assert_refused(root: Path, path: Path, line: int, message: str) -> str:
    """Import a file that is refused with a problem in this line; give all problems."""
    result = import_file(root, path)
    assert f"{path}:{line}:1: {message}" in result.stderr, result.stderr
    assert "nothing was written" in result.stderr
    assert (result.exit_code, (root / FR).read_text("utf-8")) == (3, TRANSLATION)
    return result.stderr


@pytest.mark.parametrize(("before", "after", "message"), ERRORS.values(), ids=ERRORS)
def test_an_error_in_xliff_is_reported_with_its_line(
    root: Path, before: str, after: str, message: str
) -> None:
    path = export_file(root, "xliff")
    head, _, rest = path.read_text("utf-8").rpartition(before)
    assert head
    path.write_text(f"{head}{after}{rest}", "utf-8")
    assert_refused(root, path, head.count("\n") + 1, message)


def test_an_unknown_unit_and_a_duplicate_unit_are_refused(
    root: Path,
) -> None:
    path = export_file(root, "xliff")
    text = path.read_text("utf-8")
    (unit,) = re.findall("<trans-unit[^>]*title.p1.*?</trans-unit>\n", text, re.DOTALL)
    other = unit.replace("title.p1", "titre.p1").replace("Pay and prices", "Pay")
    path.write_text(text.replace(unit, f"{unit}{unit}{other}"), "utf-8")
    problems = assert_refused(root, path, 12, "en.yaml:1: the file has the text twice")
    assert f'{path}:17:1: the text "titre.p1.' in problems


def test_all_errors_are_reported_at_once(root: Path) -> None:
    path = export_file(root, "xliff")
    text = path.read_text("utf-8")
    for name in ("number-changed", "mail-changed", "other-script", "term-lost"):
        before, after, _ = ERRORS[name]
        text = after.join(text.rsplit(before, 1))
    path.write_text(text, "utf-8")
    result = import_file(root, path)
    for name in ("number-changed", "mail-changed", "other-script", "term-lost"):
        assert ERRORS[name][2] in result.stderr


@pytest.mark.parametrize("language", [*chain(*(s.languages for s in SCRIPTS))])
def test_a_letter_of_another_script_is_found_in_each_language(language: str) -> None:
    own = next(filter(str.isalpha, Locale.parse(language).get_display_name() or ""))
    foreign = "ა" if language != "ka" else "ա"
    for text, count in ((own * 3, 0), (own + foreign, 1), ("three English words", 1)):
        faults = find_issues(("a b c",), (text,), ("en", language), 0, None)
        assert len([*faults]) == count, text


def test_despite_warnings_accepts_warnings_but_no_errors(root: Path) -> None:
    path = export_file(root, "xliff")
    before, after, message = ERRORS["term-lost"]
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    result = import_file(root, path, "--despite-warnings")
    assert f"warning: {message}" in result.stderr
    assert result.exit_code == 0
    assert "heading: Concertation" in (root / FR).read_text("utf-8")
    path = export_file(root, "po")
    text = path.read_text("utf-8").replace("Un rapport", "Доклад")
    path.write_text(text, "utf-8")
    assert import_file(root, path, "--despite-warnings").exit_code == 3


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "<g2>le rapport</g2>",
            "le rapport",
            "the code 2, […](https://ilo.org/a), is lost",
        ),
        ("<x1/>, voir", ", voir", "the code 1, [@ilo], is lost"),
        ("41 pour", "14 pour", '"14" instead of "41"'),
        ("<g2>le rapport</g2>", "<g2>le rapport", "a code does not end"),
    ],
)
def test_an_error_in_po_is_reported_with_its_line(
    root: Path, before: str, after: str, message: str
) -> None:
    path = export_file(root, "po")
    text = path.read_text("utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), "utf-8")
    line = text[: text.index('"lead.p1.')].count("\n") + 2  # that of msgid
    assert_refused(root, path, line, f"en.yaml:3: {message}")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            f'<ph id="1" {PLACEHOLDER}/>, voir',
            ", voir",
            "the code 1, [@ilo], is lost",
        ),
        ("41 pour", "14 pour", '"14" instead of "41"'),
    ],
)
def test_an_error_in_xliff_2_is_reported_with_its_line(
    root: Path, before: str, after: str, message: str
) -> None:
    path = export_file(root, "xliff2")
    head, _, rest = path.read_text("utf-8").rpartition(before)
    assert head
    path.write_text(f"{head}{after}{rest}", "utf-8")
    assert_refused(root, path, head.count("\n") + 1, f"en.yaml:3: {message}")


BOMB = """\
<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xliff version="1.2"><file>&b;</file></xliff>
"""
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "bomb": (BOMB.encode(), "2:1: the file has a document type"),
    "not-closed": (
        b"<xliff version='1.2'>\n<file>",
        "2:1: the file is cut off: its end is missing\n  hint: ask the translator",
    ),
    "cut-tag": (b"<xliff version='1.2'>\n<fi", "2:1: the file is cut off: its end"),
    "windows": (b"<?xml version='1.0'?>\n<a>\xe9 </a>", "2:1: the file is not in UTF-8"),
    "deep": (b"<xliff>" + b"<g>" * 100, "1:1: elements are nested deeper than 50 levels"),
    "wide": (
        b"<xliff>" + b"<g/>" * 200_001,
        "1:1: the file has more than 200,000 elements",
    ),
    "html": (b"<html></html>", "1:1: the file is not XLIFF 1.2 or 2: <html>"),
    "version": (b"<xliff version='3.0'/>", "1:1: the file is not XLIFF 1.2 or 2"),
    "encoding": (
        b"<?xml version='1.0' encoding='x-y'?><a/>",
        "1:1: the encoding of the file",
    ),
    "no-name": (b"<xliff version='1.2'><file/></xliff>", "1:1: the file does not name one"),
    "no-name-2": (
        b"<xliff version='2.0'><file/></xliff>",
        "1:1: the file does not name one",
    ),
    "binary": (b"PK\x03\x04\xff\xfe", ":1:1: the file is not in UTF-8"),
    "po-16": ('msgid ""'.encode("utf-16"), ":1:1: the file is not in UTF-8"),
    "po-windows": (b'msgid ""\nmsgstr "\xe9t\xe9"\n', ":2:1: the file is not in UTF-8"),
    "po-cut": (b'msgid ""\nmsgstr "\xc3', ":2:1: the file is cut off"),
    "po-twice": (
        b'msgctxt "a"\nmsgid "b"\nmsgstr "c"\n\nmsgctxt ""\n"a"\nmsgid "b"\nmsgstr "d"\n',
        ':5:1: the text "a" is there twice',
    ),
    "po": (b'msgid "a"\nnothing\n', ":2:1: the file is not PO"),
    "po-header": (b'msgid "a"\nmsgstr "b"\n', "1:1: the header of the file does not name"),
    "empty": (b"", "1:1: the header of the file does not name"),
    "large": (b"<" + b" " * (8 << 20), ": the file is larger than 8 MiB"),
    "elsewhere": (
        b"<xliff version='1.2'><file original='../x/2017/en.yaml' source-language='en' "
        b"target-language='fr'/></xliff>",
        '1:1: the file is about "../x/2017/en.yaml", which is not in content/',
    ),
    "from-french": (
        b"<xliff version='1.2'><file original='brief/2017/fr.yaml' source-language='fr' "
        b"target-language='fr'/></xliff>",
        '1:1: the file translates "fr.yaml"; the series begins with en.yaml',
    ),
    "says-german": (
        b"<xliff version='1.2'><file original='brief/2017/en.yaml' source-language='de' "
        b"target-language='fr'/></xliff>",
        '1:1: the file says that en.yaml is in "de", not "en"',
    ),
}


@pytest.mark.parametrize(("data", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_file_is_reported_with_its_path(
    root: Path, data: bytes, message: str
) -> None:
    path = root.parent / "back"
    path.write_bytes(data)
    result = import_file(root, path)
    assert f"{path}{message if message[0] == ':' else ':' + message}" in result.stderr
    assert result.exit_code == 3


def test_a_folder_and_a_missing_file_are_no_files(root: Path) -> None:
    for path in (root, root / "none.xlf"):
        assert f"{path}: this is not a file" in import_file(root, path).stderr


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LINK, '<bpt id="2">x</bpt>le rapport<ept id="2">y</ept>'),
        (LINK, '<bx id="2"/>le rapport<ex id="2"/>'),
        (CITATION, '<x id="1"/>'),
        ("Salaires", '<mrk mtype="seg" mid="1">Salaires</mrk>'),
        (f" {CITATION}", CITATION),  # OmegaT drops the space before a code
        ("Salaires et prix", "\n    Salaires\n  et prix "),
    ],
)
def test_other_ways_to_write_the_same_change_nothing(
    root: Path, before: str, after: str
) -> None:
    path = export_file(root, "xliff")
    head, _, rest = path.read_text("utf-8").rpartition(before)
    assert head
    path.write_text(f"{head}{after}{rest}", "utf-8")
    result = import_file(root, path)
    assert "0 texts changed" in result.stderr, result.stderr
    assert (root / FR).read_text("utf-8") == TRANSLATION


@pytest.mark.parametrize(
    ("format", "before", "after", "text"),
    [
        (
            "xliff",
            "Salaires et",
            '<g id="a" ctype="italic">Salaires</g> et',
            'title: "*Salaires* et prix"',
        ),
        (
            "xliff",
            "Salaires et",
            '<g id="a" ctype="x-lang-en">Pay</g> et',
            'title: "[Pay]{lang=en} et prix"',
        ),
        (
            "xliff2",
            "Salaires et",
            '<pc id="a" type="fmt" subType="briefs:bold">Salaires</pc> et',
            'title: "**Salaires** et prix"',
        ),
        (
            "po",
            "Salaires et",
            "<italic>Salaires</italic> et",
            'title: "*Salaires* et prix"',
        ),
        (
            "po",
            "Salaires et",
            "<lang-en>Pay</lang-en> et",
            'title: "[Pay]{lang=en} et prix"',
        ),
    ],
)
def test_a_translation_may_add_emphasis_and_languages(
    root: Path, format: str, before: str, after: str, text: str
) -> None:
    path = export_file(root, format)
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    result = import_file(root, path)
    assert result.exit_code == 0, result.stderr
    assert (root / FR).read_text("utf-8").split("\n")[0] == text


def test_words_that_look_like_markup_stay_words(root: Path) -> None:
    path = export_file(root, "po")
    text = path.read_text("utf-8").replace("Salaires et", "[*Salaires*](x) {et}")
    path.write_text(text, "utf-8")
    assert import_file(root, path).exit_code == 0
    title = (root / FR).read_text("utf-8").split("\n")[0]
    assert title == r"title: \[\*Salaires\*\](x) \{et} prix"
