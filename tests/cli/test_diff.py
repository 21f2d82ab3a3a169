"""`briefs diff`: words on the terminal, JSON, files, and refusals.

Comparison with the published text: tests/commands/test_diff_published.py.
"""

import difflib
import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import WriteProject, briefs
from tests.redline.corrected import NEW, OLD, SLUG, write_corrected

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "diff"
SECOND: dict[str, str | bytes | None] = {
    "content/brief/2018/edition.yaml": "change_note: New words.\n",
    "content/brief/2018/en.yaml": """\
title: A title
sections:
  - heading: A heading
    blocks:
      - text: Some more text.
""",
}


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corrected(tmp_path_factory.mktemp("corrected"), ("en", "ar"))


@pytest.mark.parametrize("name", ["policy-coherence_en", "informality_fr"])
def test_the_diff_of_a_sample_is_the_recorded_one(name: str, update_golden: bool) -> None:
    slug, _, language = name.partition("_")
    result = briefs(ROOT, "diff", slug, "--lang", language)
    assert (result.exit_code, result.stderr) == (0, "")
    golden = GOLDEN / f"{name}.txt"
    if update_golden:
        golden.write_text(result.stdout, encoding="utf-8")
    recorded = golden.read_text(encoding="utf-8").splitlines()
    assert (
        list(difflib.unified_diff(recorded, result.stdout.splitlines(), lineterm="")) == []
    )


def test_changed_words_are_printed_with_a_few_words_of_context(
    write_project: WriteProject,
) -> None:
    result = briefs(write_project(SECOND), "diff", "brief")
    assert result.stdout == (
        "brief, en: 2017 → 2018; 93 per cent of the words are in both\n"
        "\n# A heading\n"
        "text:\n"
        "    Some [+more+] text.\n"
    )
    assert (result.exit_code, result.stderr) == (0, "")


def test_on_a_terminal_changes_have_colours_and_marks(
    write_project: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project(SECOND)
    monkeypatch.setattr("pipeline.cli.diff.is_terminal", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    from click.testing import CliRunner

    from pipeline.cli import main

    arguments = ["--project", str(root), "diff", "brief"]
    assert (
        "\x1b[32m[+more+]\x1b[0m" in CliRunner().invoke(main, arguments, color=True).stdout
    )
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in CliRunner().invoke(main, arguments, color=True).stdout


def test_characters_that_act_on_a_terminal_are_escaped(write_project: WriteProject) -> None:
    text = str(SECOND["content/brief/2018/en.yaml"]).replace("more", "\u2066more")
    result = briefs(
        write_project({**SECOND, "content/brief/2018/en.yaml": text}), "diff", "brief"
    )
    assert "[+\\u2066more+]" in result.stdout


def test_equal_editions_have_no_change(write_project: WriteProject) -> None:
    text = str(SECOND["content/brief/2018/en.yaml"]).replace("more ", "")
    result = briefs(
        write_project({**SECOND, "content/brief/2018/en.yaml": text}), "diff", "brief"
    )
    assert result.stdout == "brief, en: 2017 → 2018: no change\n"


def test_the_latest_two_editions_are_compared_unless_others_are_named(
    write_project: WriteProject,
) -> None:
    third = {name.replace("2018", "2019"): text for name, text in SECOND.items()}
    root = write_project({**SECOND, **third})

    def heading(*days: str) -> str:
        return briefs(root, "diff", "brief", *days).stdout.partition(";")[0].strip()

    assert heading() == "brief, en: 2018 → 2019: no change"
    assert heading("2017") == "brief, en: 2017 → 2019"
    assert heading("2017", "2018") == "brief, en: 2017 → 2018"
    assert heading("2018", "2017") == "brief, en: 2018 → 2017"
    refused = briefs(root, "diff", "brief", "2019")
    assert refused.exit_code == 2
    assert "name two of 2017, 2018, 2019" in " ".join(refused.stderr.split())


def test_json_has_kept_new_and_deleted_words_in_order(write_project: WriteProject) -> None:
    result = briefs(write_project(SECOND), "diff", "brief", "--json")
    report = json.loads(result.stdout)
    assert (report["format"], report["exit_code"], report["problems"]) == (1, 0, [])
    assert report["redlines"] == [
        {
            "brief": "brief",
            "language": "en",
            "old": "2017",
            "new": "2018",
            "shared": 0.93,
            "written_anew": False,
            "overview": {},
            "changes": [
                {
                    "section": "A heading",
                    "part": "text",
                    "words": [["=", "Some"], ["+", " more"], ["=", " text."]],
                }
            ],
        }
    ]


def test_json_of_an_edition_written_anew_has_all_words_only_with_full() -> None:
    report = json.loads(briefs(ROOT, "diff", "informality", "--json").stdout)
    (redline,) = report["redlines"]
    assert redline["written_anew"]
    assert redline["overview"]["sections_gone"][0] == {
        "label": "Where informality is the rule",
        "old": "Where informality is the rule",
        "new": None,
    }
    assert "changes" not in redline
    report = json.loads(briefs(ROOT, "diff", "informality", "--json", "--full").stdout)
    assert len(report["redlines"][0]["changes"]) > 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("breif",), 'no brief "breif"; did you mean "brief"?'),
        (("brief", "2016"), 'no edition "2016" of brief; did you mean'),
        (
            ("brief", "2017", "2017"),
            "brief 2017: there is no other edition to compare it with",
        ),
        (
            ("brief", "--lang", "fr"),
            'no language "fr" in both editions, 2017 and 2018; available: en',
        ),
        (("brief", "tomorrow"), "write a year, a month or a day"),
    ],
)
def test_editions_that_cannot_be_compared_are_refused(
    write_project: WriteProject, arguments: tuple[str, ...], message: str
) -> None:
    french = {"content/brief/2017/fr.yaml": SECOND["content/brief/2018/en.yaml"]}
    result = briefs(write_project({**SECOND, **french}), "diff", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_a_brief_with_one_edition_is_refused(write_project: WriteProject) -> None:
    result = briefs(write_project({}), "diff", "brief")
    assert result.exit_code == 2
    assert '"briefs new brief --dated DATE" begins another' in result.stderr


def test_editions_without_a_common_language_are_refused(
    write_project: WriteProject,
) -> None:
    files = {
        "content/brief/2018/edition.yaml": SECOND["content/brief/2018/edition.yaml"],
        "content/brief/2018/fr.yaml": SECOND["content/brief/2018/en.yaml"],
    }
    result = briefs(write_project(files), "diff", "brief")
    assert result.exit_code == 2
    assert "no language is in both editions, 2017 and 2018" in result.stderr


def test_an_error_in_an_edition_is_reported_in_every_form(
    write_project: WriteProject,
) -> None:
    root = write_project({**SECOND, "content/brief/2017/en.yaml": "titel: A title\n"})
    for options in ((), ("--pdf",), ("--html",)):
        result = briefs(root, "diff", "brief", *options)
        assert result.exit_code == 3
        assert "content/brief/2017/en.yaml:1:1: " in result.stderr
    report = json.loads(briefs(root, "diff", "brief", "--json").stdout)
    assert (report["exit_code"], report["redlines"]) == (3, [])
    assert report["problems"][0]["file"] == "content/brief/2017/en.yaml"
    assert not (root / "build/diff").exists()


def test_files_are_built_once_and_cleaned(write_project: WriteProject) -> None:
    root = write_project(SECOND)
    name = "build/diff/brief_2017_2018_en"
    arguments = ("diff", "brief", "--pdf", "--html")
    first = briefs(root, *arguments)
    assert first.exit_code == 0, first.stderr
    assert f"built      {name}.pdf\nbuilt      {name}.html\n" in first.stderr
    first_files = {
        ending: (root / f"{name}.{ending}").read_bytes() for ending in ("pdf", "html")
    }
    again = briefs(root, *arguments)
    assert "2 redlines: 2 up to date" in again.stderr
    shutil.rmtree(root / "build")
    briefs(root, *arguments)
    for ending, data in first_files.items():
        assert (root / f"{name}.{ending}").read_bytes() == data, ending
    pdf = root / f"{name}.pdf"
    verified = briefs(root, "verify", pdf)
    assert verified.exit_code == 0
    assert verified.stdout.endswith("unchanged; a redline, which has no edition code\n")
    recorded = json.loads((root / "build/manifest.json").read_text())["targets"]
    names = [f"{name}.{ending}".removeprefix("build/") for ending in ("html", "pdf")]
    assert sorted(recorded) == names
    # A build of the briefs keeps the records of redlines.
    briefs(root, "build", "-q")
    assert "1 redline: 1 up to date" in briefs(root, *arguments[:3]).stderr
    removed = briefs(root, "clean").stdout.splitlines()
    assert {f"{name}.pdf", f"{name}.html"} <= set(removed)


def test_a_redline_without_a_record_is_not_altered(write_project: WriteProject) -> None:
    root = write_project(SECOND)
    briefs(root, "diff", "brief", "--pdf")
    pdf = (root / "build/diff/brief_2017_2018_en.pdf").rename(root / "redline.pdf")
    shutil.rmtree(root / "build")
    verified = briefs(root, "verify", pdf)
    assert verified.stdout.endswith(
        ": brief_2017_2018_en; not the file in build/; "
        "a redline, which has no edition code\n"
    )


def test_the_html_file_needs_no_other_file(corrected: Path) -> None:
    assert briefs(corrected, "diff", SLUG, "--html", "-q").exit_code == 0
    html = (corrected / f"build/diff/{SLUG}_{OLD}_{NEW}_en.html").read_text(
        encoding="utf-8"
    )
    style = html.partition("<style>")[2].partition("</style>")[0]
    addresses = re.findall(r'(?:src="|url\("?)([^")]{1,20})', html)
    assert addresses
    assert all(address.startswith("data:") for address in addresses)
    assert "@import" not in style
    assert "briefs.invalid" not in html
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    targets = {target for target in re.findall(r'href="#([^"]*)"', html)}
    assert targets <= set(ids)
    assert "<del>Working Party</del> <ins>working party of the ILO</ins>" in html
