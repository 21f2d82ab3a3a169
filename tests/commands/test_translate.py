"""`briefs translate`: a brief goes to a translator, and comes back."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from pipeline.commands.translate import _is_written_alike
from pipeline.exchange.write_back import WrittenFile, write_back
from tests.conftest import WriteProject, briefs, change_file, changed

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "content/brief/2017"
FR, EN, RECORD = (
    f"{FOLDER}/{name}" for name in ("fr.yaml", "en.yaml", "fr.translated.txt")
)
TEXT = """\
# Why this brief.
title: Pay
lead: |
  Pay rose by 12 per cent [@ilo].

  The ILO counted *all* of it.
sections:
  - heading: The figures   # as in the report
    blocks:
      - figure:
          title: Shares
          subtitle: Per cent
          chart: bar
          data: shares.csv
          label: place
          value: share
          highlight: Here
          alt: Two bars.
          source: "@ilo"
      - figure:
          title: Seats
          subtitle: Number
          chart: bar
          data: [{group: Women, seats: 1}, {group: Men, seats: 2}]
          label: group
          value: seats
          highlight: Men
          alt: Two more bars.
          source: "@ilo"
references:
  - id: ilo
    text: A report
"""
FILES: Mapping[str, str | bytes | None] = {
    EN: TEXT,
    f"{FOLDER}/shares.csv": "place,share\nHere,1\nThere,2\n",
    "content/terms.yaml": "terms: [{en: ILO, fr: [OIT, BIT]}]\n",
}
WORDS = {
    "Pay": "Les salaires",
    "Pay rose by 12 per cent ": "Les salaires ont augmenté de 12 pour cent ",
    "The ILO counted ": "L’OIT les a comptés ",
    "all": "tous",
    " of it.": ".",
    "The figures": "Les chiffres",
    "Shares": "Parts",
    "Per cent": "Pour cent",
    "Two bars.": "Deux barres.",
    "Here": "Ici",
    "There": "Là",
    "place": "lieu",
    "share": "part",
    "Seats": "Sièges",
    "Number": "Nombre",
    "Women": "Femmes",
    "Men": "Hommes",
    "group": "groupe",
    "seats": "sièges",
    "Two more bars.": "Deux autres barres.",
    "A report": "Un rapport",
}
TRANSLATED = """\
# Why this brief.
title: Les salaires
lead: |
  Les salaires ont augmenté de 12 pour cent [@ilo].

  L’OIT les a comptés *tous*.
sections:
  - heading: Les chiffres   # as in the report
    blocks:
      - figure:
          title: Parts
          subtitle: Pour cent
          chart: bar
          data: shares.csv
          label: place
          value: share
          names:
            Here: Ici
            There: Là
            share: part
            place: lieu
          highlight: Here
          alt: Deux barres.
          source: "@ilo"
      - figure:
          title: Sièges
          subtitle: Nombre
          chart: bar
          data: [{group: Femmes, seats: 1}, {group: Hommes, seats: 2}]
          label: group
          value: seats
          names:
            seats: sièges
            group: groupe
          highlight: Hommes
          alt: Deux autres barres.
          source: "@ilo"
references:
  - id: ilo
    text: Un rapport
"""
FORMATS = {"xliff": "xlf", "xliff2": "xlf", "po": "po"}


@pytest.fixture
def root(write_project: WriteProject) -> Path:
    return write_project(FILES)


def export(root: Path, format: str = "xliff", *options: str) -> Path:
    path = root.parent / f"{format}.{FORMATS[format]}"
    path.unlink(missing_ok=True)
    run = ("translate", "brief", "--to", "fr", "--format", format, "-o", path, *options)
    result = briefs(root, *run)
    assert (result.exit_code, result.stdout) == (0, f"{path}\n"), result.output
    return path


def translated(path: Path, words: Mapping[str, str] = WORDS) -> Path:
    """Translate each phrase of a file, as a tool does: between its tags."""
    text = path.read_text("utf-8")
    if path.suffix == ".po":
        pattern = r'(msgid "(.+)"\nmsgstr ")"'
        text = re.sub(pattern, lambda m: f'{m[1]}{phrases(m[2], words)}"', text)
        text = re.sub(r'(msgid "(.+)"\nmsgstr ")\2"', r'\1"', text)  # untranslated
    else:
        pattern = "(<target.*?>)(.*?)(</target>)"
        text = re.sub(pattern, lambda m: m[1] + phrases(m[2], words) + m[3], text)
    path.write_text(text, "utf-8")
    return path


def phrases(text: str, words: Mapping[str, str]) -> str:
    return re.sub("[^<>]+(?=<|$)", lambda match: words.get(match[0], match[0]), text)


def take(root: Path, path: Path, *options: str) -> Result:
    """Import a file of a translator."""
    return briefs(root, "translate", "--from", path, *options)


def french(root: Path) -> str:
    return (root / FR).read_text("utf-8")


def accept(root: Path) -> None:
    """Record the French text as a correct translation."""
    result = briefs(root, "translate", "brief", "--to", "fr", "--accept")
    assert result.exit_code == 0, result.output


def change(root: Path, name: str, before: str, after: str) -> None:
    """Change a text that a file has once."""
    text = (root / name).read_text("utf-8")
    assert text.count(before) == 1
    (root / name).write_text(text.replace(before, after), "utf-8")


@pytest.mark.parametrize("format", FORMATS)
def test_a_brief_is_translated_from_nothing_and_builds(root: Path, format: str) -> None:
    result = take(root, translated(export(root, format)))
    assert result.exit_code == 0, result.output
    assert french(root) == TRANSLATED
    checked = briefs(root, "check", "--strict")
    assert checked.exit_code == 0, checked.output
    assert "outdated" not in checked.output, checked.output
    assert briefs(root, "build").exit_code == 0
    again = take(root, export(root, format))
    assert (again.exit_code, french(root)) == (0, TRANSLATED)


@pytest.mark.parametrize("format", FORMATS)
def test_untranslated_texts_stay_and_are_counted(root: Path, format: str) -> None:
    words = {key: value for key, value in WORDS.items() if key != "Two bars."}
    result = take(root, translated(export(root, format), words))
    assert "fr.yaml: 18 texts changed; 1 not translated yet" in result.stderr
    assert french(root) == TRANSLATED.replace("Deux barres.", "Two bars.")
    warning = "fr.yaml:23:16: warning: en.yaml:18 is not translated yet"
    assert warning in briefs(root, "check").stderr


@pytest.mark.parametrize("format", FORMATS)
def test_a_text_that_the_file_lacks_is_counted_as_not_translated(
    root: Path, format: str
) -> None:
    path = translated(export(root, format))
    first = {"po": r"#\. Title.*?\n\n", "xliff": "<trans-unit.*?</trans-unit>"}
    pattern = first.get(format, "<unit.*?</unit>")
    text = re.sub(pattern, "", path.read_text("utf-8"), count=1, flags=re.DOTALL)
    path.write_text(text, "utf-8")
    despite = ["--despite-warnings"] * (format == "po")  # it may be cut off
    result = take(root, path, *despite)
    assert "fr.yaml: 18 texts changed; 1 not translated yet" in result.stderr


def test_a_po_file_that_is_cut_off_at_the_end_of_a_line_is_not_taken(root: Path) -> None:
    path = export(root, "po")
    text = translated(path).read_text("utf-8")
    head, tail = text.rsplit('msgstr "Un rapport"', 1)
    lines = '"Un rapport des comptes "\n"de l’OIT"'
    assert tail.strip() == ""
    cut = [
        text[: text.rindex("#. ")],
        text[: text.index('msgctxt "sections')],
        f'{head}msgstr ""\n"Un rapport "\n',
        f'{head}msgstr ""\n"Un demi-"\n',
    ]
    messages = ["of the 19 texts that were sent"] * 2 + ["the last text ends in a"] * 2
    for part, message in zip(cut, messages, strict=True):
        path.write_text(part, "utf-8")
        result = take(root, path)
        assert message in result.stderr
        assert result.exit_code == 3
        assert not (root / FR).exists()
    assert take(root, path, "--despite-warnings").exit_code == 0
    for name in (FR, RECORD):
        (root / name).unlink()
    path.write_text(f'{head}msgstr ""\n{lines}', "utf-8")
    assert take(root, path).exit_code == 0
    assert "text: Un rapport des comptes de l’OIT" in french(root)


def test_texts_with_warnings_only_can_be_taken_as_the_message_says(root: Path) -> None:
    path = translated(export(root), {**WORDS, "The ILO counted ": "On les a comptés "})
    result = take(root, path)
    assert "nothing was written; if the texts are right" in result.stderr
    assert take(root, path, "--despite-warnings").exit_code == 0
    path = translated(export(root), {"Pay rose by 12 per cent ": "Salaires: 12, а"})
    assert "if the texts are right" not in take(root, path).stderr


def test_only_the_lines_of_changed_translations_change(root: Path) -> None:
    take(root, translated(export(root)))
    path = export(root)
    change_file(path, "Les chiffres", "Chiffres")
    assert take(root, path).exit_code == 0
    assert french(root) == TRANSLATED.replace("heading: Les chiffres", "heading: Chiffres")


def test_texts_that_the_author_changed_meanwhile_stay(root: Path) -> None:
    take(root, translated(export(root)))
    path = export(root)
    change(root, FR, "Pour cent", "En pour cent")
    change_file(path, "Les chiffres", "Chiffres")
    assert take(root, path).exit_code == 0
    expected = TRANSLATED.replace("Pour cent", "En pour cent")
    assert french(root) == expected.replace("heading: Les chiffres", "heading: Chiffres")


def test_translated_texts_are_sent_as_translated(root: Path) -> None:
    take(root, translated(export(root)))
    (root.parent / "xliff.xlf").unlink()
    run = ("translate", "brief", "--to", "fr", "-o", root.parent / "xliff.xlf")
    assert briefs(root, *run).stderr == "19 texts: 19 translated\n"


def test_a_file_that_changes_while_it_is_written_is_left_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(root, translated(export(root)))
    path = export(root)
    change_file(path, "Les chiffres", "Chiffres")

    def write_later(*arguments: Any) -> WrittenFile:
        (root / FR).write_text(f"{TRANSLATED}# A comment.\n", "utf-8")
        return write_back(*arguments)

    monkeypatch.setattr("pipeline.commands.translate.write_back", write_later)
    result = take(root, path)
    assert "fr.yaml: the file was changed while the translation was read" in result.stderr
    assert (result.exit_code, french(root)) == (7, f"{TRANSLATED}# A comment.\n")


def test_a_text_that_both_changed_is_a_conflict(root: Path) -> None:
    take(root, translated(export(root)))
    path = export(root)
    change(root, FR, "Pour cent", "En pour cent")
    before = french(root)
    change_file(path, "Pour cent", "%")
    result = take(root, path)
    line = path.read_text("utf-8")[: path.read_text("utf-8").index("%")].count("\n") + 1
    message = f"{path}:{line}:1: en.yaml:12: fr.yaml:12 was changed after this file was"
    assert message in result.stderr
    assert (result.exit_code, french(root)) == (3, before)


def test_a_text_whose_original_changed_meanwhile_is_taken_and_outdated(root: Path) -> None:
    path = translated(export(root))
    change(root, EN, "title: Pay\n", "title: Wages\n")
    assert take(root, path).exit_code == 0
    assert french(root) == TRANSLATED
    warning = "fr.yaml:2:8: warning: en.yaml:2 changed after this was translated"
    assert warning in briefs(root, "check").stderr


def test_the_original_of_a_text_without_translation_changes_meanwhile(root: Path) -> None:
    take(root, translated(export(root), {"Pay": "Les salaires"}))
    path = translated(export(root), {"The figures": "Les chiffres"})
    change(root, EN, "The figures", "All figures")
    change(root, EN, "Two bars", "Both bars")
    result = take(root, path)
    assert result.exit_code == 0, result.output
    assert "heading: Les chiffres" in french(root)
    assert "alt: Two bars." in french(root)  # still to be translated
    shown = export(root).read_text("utf-8")
    assert '<target state="needs-review-translation">Les chiffres' in shown


def test_a_file_that_is_taken_twice_changes_nothing_the_second_time(root: Path) -> None:
    change(root, EN, "text: A report", "text: 2017")
    path = translated(export(root))
    change_file(path, "needs-translation", "translated")
    assert take(root, path).exit_code == 0
    assert "fr.yaml: 0 texts changed" in take(root, path).stderr


def test_a_text_that_no_longer_fits_its_original_is_named(root: Path) -> None:
    path = translated(export(root))
    change(root, EN, "by 12 per cent", "by 21 per cent")
    result = take(root, path)
    message = 'the original changed after the export, and now "12" instead of "21"'
    assert message in result.stderr
    assert result.exit_code == 3
    assert not (root / FR).exists()


def test_a_new_paragraph_is_put_between_those_that_are_translated(root: Path) -> None:
    take(root, translated(export(root)))
    change(root, EN, "  The ILO counted", "  A new one.\n\n  The ILO counted")
    path = translated(export(root), {"A new one.": "Un nouveau."})
    assert take(root, path).exit_code == 0
    assert french(root) == TRANSLATED.replace("  L’OIT", "  Un nouveau.\n\n  L’OIT")


NEW_SECTION = """\
  - heading: A new section
    id: new
    blocks:
      - text: |
          New words.

          More of them.
"""


@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_new_section_is_sent_and_written_to_its_place(
    root: Path, is_recorded: bool
) -> None:
    (root / FR).write_text(TRANSLATED, "utf-8")
    if is_recorded:
        accept(root)
    change(root, EN, "sections:\n", f"sections:\n{NEW_SECTION}")
    assert "is missing: en.yaml:" in briefs(root, "check").stderr
    run = ("translate", "brief", "--to", "fr", "--accept")
    assert "fr.yaml: the translation lacks a part: en.yaml:8" in briefs(root, *run).stderr
    path = export(root)
    assert french(root) == TRANSLATED
    words = {"A new section": "Une section", "New words.": "Des mots."}
    result = take(root, translated(path, words))
    assert "2 texts changed; 1 not translated yet" in result.stderr, result.stderr
    section = NEW_SECTION.replace("A new section", "Une section")
    section = section.replace("New words.", "Des mots.")
    assert french(root) == TRANSLATED.replace("sections:\n", f"sections:\n{section}")
    lines = briefs(root, "check").stderr.split("\n")
    (warning,) = [line for line in lines if ": warning: " in line]
    assert "fr.yaml:14:11: warning: en.yaml:14 is not translated yet" in warning


def test_a_part_that_only_the_translation_has_is_left_to_the_author(root: Path) -> None:
    text = changed(TRANSLATED, "sections:\n", f"sections:\n{NEW_SECTION}")
    (root / FR).write_text(text, "utf-8")
    result = briefs(root, "translate", "brief", "--to", "fr")
    assert "is not in en.yaml" in result.stderr
    assert result.exit_code == 3


def test_outdated_translations_are_shown_and_not_published_unless_accepted(
    root: Path,
) -> None:
    (root / FR).write_text(TRANSLATED, "utf-8")
    accept(root)
    change(root, EN, "title: Pay\n", "title: Wages\n")
    warning = "content/brief/2017/fr.yaml:2:8: warning: en.yaml:2 changed after"
    assert warning in briefs(root, "check").stderr
    assert "fr:stale (1 outdated)\n" in briefs(root, "list").stdout
    assert '"fr": 1' in briefs(root, "list", "--json").stdout
    briefs(root, "build")
    assert "fr:up-to-date (1 outdated)\n" in briefs(root, "list").stdout
    refused = briefs(root, "publish", "brief")
    assert warning in refused.stderr
    last = "so remove their causes, or accept them: --with-outdated"
    assert (
        f"nothing was published: 1 warning; what is published stays, {last}\n"
        in refused.stderr
    )
    assert refused.exit_code == 5
    assert not (root / "content/brief/published").exists()
    published = briefs(root, "publish", "brief", "--with-outdated")
    assert published.exit_code == 0, published.output
    assert (root / "content/brief/published/2017/brief_2017_fr.pdf").is_file()
    assert "despite 1 warning (outdated-translation)" in briefs(root, "log").stdout


def test_other_warnings_prevent_publishing_also_with_outdated_translations(
    root: Path,
) -> None:
    (root / FR).write_text(TRANSLATED, "utf-8")
    accept(root)
    change(root, EN, "title: Pay\n", "title: Wages\n")
    change(root, EN, "    text: A report", "    text: A report\n  - {id: b, text: B}")
    change(root, FR, "    text: Un rapport", "    text: Un rapport\n  - {id: b, text: B}")
    result = briefs(root, "publish", "brief", "--with-outdated")
    assert 'the reference "b" is not cited' in result.stderr
    assert result.exit_code == 3
    assert not (root / "content/brief/published").exists()
    result = briefs(root, "publish", "brief", "--despite-warnings")
    assert "nothing was published: " in result.stderr
    assert result.stderr.endswith("accept them: --with-outdated --despite-warnings\n")
    assert result.exit_code == 3
    assert not (root / "content/brief/published").exists()


def test_a_translation_that_still_holds_is_accepted(root: Path) -> None:
    (root / FR).write_text(TRANSLATED, "utf-8")
    accept(root)
    change(root, EN, "title: Pay\n", "title: Wages\n")
    accept(root)
    assert "changed after" not in briefs(root, "check").stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (WORDS, "19 texts recorded as correct\n"),
        ({"Shares": "Parts"}, "13 texts recorded as correct; 12 of them are still as in"),
    ],
    ids=["all", "one"],
)
def test_accept_counts_the_texts_that_are_those_of_the_original(
    root: Path, words: Mapping[str, str], message: str
) -> None:
    result = take(root, translated(export(root), words))
    assert result.exit_code == 0, result.output
    result = briefs(root, "translate", "brief", "--to", "fr", "--accept")
    assert f"{FR}: {message}" in result.stderr
    assert "changed after" not in briefs(root, "check").stderr


def test_an_outdated_text_that_comes_back_unchanged_is_still_outdated(root: Path) -> None:
    (root / FR).write_text(TRANSLATED, "utf-8")
    accept(root)
    change(root, EN, "title: Pay\n", "title: Wages\n")
    path = export(root)
    assert take(root, path).exit_code == 0
    assert "en.yaml:2 changed after" in briefs(root, "check").stderr
    change_file(path, "needs-review-translation", "final")
    assert take(root, path).exit_code == 0
    assert "changed after" not in briefs(root, "check").stderr


def test_due_items_name_outdated_translations(root: Path) -> None:
    (root / FR).write_text(TRANSLATED, "utf-8")
    accept(root)
    change(root, EN, "title: Pay\n", "title: Wages\n")
    session = "body: B\ndates: {start: 2018-01-01, end: 2018-01-02}\nplace: P\n"
    (root / "content/sessions").mkdir()
    session += "handouts: [{brief: brief, copies: {en: 1, fr: 1}}]\n"
    (root / "content/sessions/1.yaml").write_text(session)
    text = "1 text is outdated (briefs translate brief --to fr)"
    assert text in briefs(root, "due", "--on", "2017-12-31").stdout


def test_a_new_edition_keeps_the_translation_record(root: Path) -> None:
    (root / FR).write_text(TRANSLATED, "utf-8")
    accept(root)
    assert briefs(root, "new", "brief", "--dated", "2018").exit_code == 0
    change(root, "content/brief/2018/en.yaml", "title: Pay\n", "title: Wages\n")
    assert "brief/2018/fr.yaml:2:8: warning: en.yaml:2" in briefs(root, "check").stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("brief",), "use SLUG --to CODE, or --from FILE"),
        (("brief", "--to", "fr", "--from", "x"), "use SLUG --to CODE, or --from FILE"),
        (("--from", "x", "--accept"), "--from takes only --despite-warnings"),
        (("--from", "x", "--format", "xliff"), "--from takes only --despite-warnings"),
        (("brief", "--to", "fr", "--accept", "-o", "x"), "--accept writes no file"),
        (("brief", "--to", "fr", "--accept", "--format", "po"), "--accept writes no file"),
        (("brief", "--to", "fr", "--despite-warnings"), "an option of --from"),
        (("none", "--to", "fr"), 'no brief "none"'),
    ],
)
def test_options_that_do_not_belong_together_are_refused(
    root: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = briefs(root, "translate", *arguments)
    assert message in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize(
    ("language", "code", "message"),
    [
        ("en", 3, 'content/series.yaml: "en" is the language that briefs are'),
        ("de", 2, 'no language "de" in content/series.yaml; available: en, fr'),
    ],
)
def test_a_language_that_is_not_translated_into_is_named(
    root: Path, language: str, code: int, message: str
) -> None:
    result = briefs(root, "translate", "brief", "--to", language)
    assert result.exit_code == code
    assert message in result.stderr


@pytest.mark.parametrize(
    ("codes", "exit_code"),
    [("en-US fr-CH", 0), ("en fr-FR", 0), ("en fr-Arab", 3), ("de fr", 3), ("en xx-FR", 3)],
)
@pytest.mark.parametrize("format", ["xliff", "xliff2"])
def test_a_country_that_a_tool_adds_to_a_language_is_left_out(
    root: Path, format: str, codes: str, exit_code: int
) -> None:
    path = translated(export(root, format))
    before, after = codes.split()
    text = path.read_text("utf-8")
    text = re.sub('(source-language|srcLang)="en"', rf'\1="{before}"', text)
    text = re.sub('(target-language|trgLang)="fr"', rf'\1="{after}"', text)
    path.write_text(text, "utf-8")
    assert take(root, path).exit_code == exit_code


def test_traditional_chinese_is_not_read_as_simplified() -> None:
    codes = ["zh-TW", "zh-Hant", "zh-CN", "ru-RU", "fr", "xx-YY"]
    assert [_is_written_alike(code) for code in codes] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


def test_an_export_does_not_overwrite_the_work_of_a_translator(root: Path) -> None:
    path = export(root)
    change_file(path, "Pay", "x")
    before = path.read_bytes()
    result = briefs(root, "translate", "brief", "--to", "fr", "-o", path)
    assert "exists, and may have translations" in result.stderr
    assert (result.exit_code, path.read_bytes()) == (2, before)


def test_nothing_is_accepted_without_a_translation_or_with_other_paragraphs(
    root: Path,
) -> None:
    run = ("translate", "brief", "--to", "fr", "--accept")
    assert "there is no text in fr to accept" in briefs(root, *run).stderr
    (root / FR).write_text(changed(TRANSLATED, "  L’OIT", "  Un.\n\n  L’OIT"), "utf-8")
    result = briefs(root, *run)
    assert "fr.yaml:4:3: the text has 3 paragraphs; en.yaml:4 has 2" in result.stderr
    assert result.exit_code == 3
    assert not (root / RECORD).exists()


def test_a_new_language_of_a_brief_leads_to_translate(root: Path) -> None:
    result = briefs(root, "new", "brief", "--lang", "fr")
    assert "briefs translate brief --to fr" in result.stderr
    assert result.exit_code == 2


def test_a_link_in_the_place_of_the_translation_is_not_followed(root: Path) -> None:
    path = translated(export(root))
    target = root.parent / "elsewhere.yaml"
    (root / FR).symlink_to(target)
    result = take(root, path)
    assert result.exit_code != 0
    assert not target.exists()


DRIVER = """
import os, signal, sys
from pathlib import Path
count, rename, seen = int(sys.argv.pop(1)), Path.replace, []

def replace(self, target):
    seen.append(target)
    if len(seen) * 2 - 1 == count:
        os.kill(os.getpid(), signal.SIGKILL)
    rename(self, target)
    if len(seen) * 2 == count:
        os.kill(os.getpid(), signal.SIGKILL)

Path.replace = replace
from pipeline.cli import main
main()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="kills processes")
@pytest.mark.parametrize("count", range(1, 5))
def test_a_killed_import_leaves_the_old_file_or_the_new_one(root: Path, count: int) -> None:
    path = translated(export(root))
    command = [sys.executable, "-c", DRIVER, str(count), "--project", root]
    result = subprocess.run(
        [*command, "translate", "--from", path],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert result.returncode == -signal.SIGKILL
    assert not (root / FR).exists() if count == 1 else french(root) == TRANSLATED
    assert take(root, path).exit_code == 0
    assert french(root) == TRANSLATED
    assert "changed after" not in briefs(root, "check").stderr
