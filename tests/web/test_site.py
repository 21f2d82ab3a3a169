"""Editions, sessions and packs on the site, stale pages, and hostile content."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

import pikepdf
import pytest

from pipeline.build import BuildResult, build_targets
from pipeline.commands.web import build_web
from pipeline.content.loader import load_brand
from pipeline.design.web_css import dark_tokens
from pipeline.model.colour import GRAPHICS_MIN, TEXT_MIN, contrast
from pipeline.problems import PipelineError, Rule
from pipeline.project import open_project
from pipeline.targets import BuildOptions, State
from pipeline.tasks.site_plans import plan_catalogue, plan_pages
from tests.conftest import GOOD_PROJECT, WriteProject, briefs, change_file, write_files
from tests.web.conftest import URL
from tests.web.pages import SERIES, TEXT_EN, add_edition, read_page

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 1, 1)
SESSION = (
    "name: 331st Session\ndates: {start: 2019-10-26, end: 2019-11-09}\nplace: Geneva\n"
    "handouts: [{brief: brief, copies: {en: 5}}]\n"
)


def build(root: Path, today: date = TODAY, **options: object) -> BuildResult:
    settings = BuildOptions(**{"unpublished": True, **options})  # type: ignore[arg-type]
    return build_web(open_project(root), settings, today)


def build_without_pdfs(root: Path, today: date = TODAY) -> None:
    """Build the pages and the catalogue of the site alone."""
    for plan in (plan_pages, plan_catalogue):
        make_plan = partial(plan, today=today, url="")
        build_targets(open_project(root), BuildOptions(unpublished=True), make_plan)


def page(root: Path, address: str) -> Path:
    return root / "build/site" / address / "index.html"


def built(result: BuildResult) -> set[str]:
    """Return the names of the targets that were built."""
    return {t.name for t in result.targets if t.state is State.BUILT}


def file_hashes(folder: Path) -> dict[str, str]:
    """The hash of each file."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(write_project: WriteProject, files: Mapping[str, str | bytes | None]) -> Path:
    return write_project({"content/series.yaml": SERIES, **files})


@pytest.fixture(scope="module")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in two languages with its site; to be read only."""
    fr = {"content/brief/2017/fr.yaml": TEXT_EN.format(title="Une note")}
    root = tmp_path_factory.mktemp("site")
    write_files(root, {**GOOD_PROJECT, "content/series.yaml": SERIES, **fr})
    build(root)
    return root


@pytest.fixture
def root(built_project: Path, tmp_path: Path) -> Path:
    """Return a copy of that project."""
    return shutil.copytree(built_project, tmp_path / "project")


def test_drafts_and_future_editions_are_not_on_the_site(
    write_project: WriteProject,
) -> None:
    only = {
        "content/only/2019/en.yaml": TEXT_EN.format(title="Secretbrief"),
        "content/only/2019/edition.yaml": "status: draft\n",
    }
    root = write(write_project, only)
    add_edition(root, "2018", "status: draft\nchange_note: {en: New.}", en="Secretdraft")
    add_edition(root, "2027", "change_note: {en: New.}", en="Secretfuture")
    assert not build(root).problems
    assert page(root, "brief/2017/en").is_file()
    for path in (root / "build/site").rglob("*"):
        assert "2018" not in path.name
        assert "2027" not in path.name
        assert not path.is_file() or b"Secret" not in path.read_bytes(), path
    assert "replaced" not in page(root, "brief/2017/en").read_text()


def test_a_site_without_editions_is_a_warning_with_a_hint(
    write_project: WriteProject,
) -> None:
    root = write(write_project, {})
    unpublished = "content: warning: nothing is published, so the site has no brief\n"
    hint = "publish an edition: briefs publish brief; or show final editions, too: "
    for options in ((), (), ("--self-contained",)):
        done = briefs(root, "web", *options)
        assert unpublished in done.stderr
        assert hint in done.stderr
        assert done.exit_code == 0
    assert briefs(root, "web", "--strict").exit_code == 5
    assert "warning" not in briefs(root, "web", "--unpublished").stderr
    (root / "content/brief/2017/edition.yaml").write_text("status: draft\n")
    done = briefs(root, "web", "--unpublished")
    assert "content: warning: no edition is final yet, so the site has no" in done.stderr


def test_a_page_is_removed_when_its_edition_becomes_a_draft(
    write_project: WriteProject,
) -> None:
    root = write(write_project, {})
    add_edition(root, "2018", "change_note: {en: New.}", en="Later")
    build(root)
    assert "Later" in page(root, "brief").read_text()
    add_edition(root, "2018", "status: draft\nchange_note: {en: New.}")
    build(root)
    assert not (root / "build/site/brief/2018").exists()
    assert "Later" not in page(root, "brief").read_text()
    assert "Later" not in (root / "build/site/feed.en.xml").read_text()


def test_an_edition_appears_on_its_day(write_project: WriteProject) -> None:
    root = write(write_project, {})
    add_edition(root, "2026-02-01", "change_note: {en: New.}", en="Later")
    build_without_pdfs(root, date(2026, 1, 31))
    assert "Later" not in page(root, "brief").read_text()
    build_without_pdfs(root, date(2026, 2, 1))
    assert "Later" in page(root, "brief").read_text()
    assert 'class="replaced"' in page(root, "brief/2017/en").read_text()


def test_a_new_session_is_added_to_the_site(root: Path) -> None:
    later = SESSION.replace("331", "332").replace("2019", "2020")
    for number, session in (("331", SESSION), ("332", later)):
        write_files(root, {f"content/sessions/{number}.yaml": session})
        assert not build(root).problems
        assert page(root, f"sessions/{number}/en").is_file()


def test_a_pack_is_added_to_the_site_and_removed_with_its_file(root: Path) -> None:
    write_files(root, {"content/sessions/331.yaml": SESSION})
    built_pack = root / "build/sessions/331/331_en.pdf"
    pack_of_site = root / "build/site/sessions/331/en/331_en.pdf"
    build(root)
    assert not pack_of_site.exists()
    result = briefs(root, "pack", "331")
    assert result.exit_code == 0, result.output
    build(root)
    assert pack_of_site.read_bytes() == built_pack.read_bytes()
    assert pack_of_site.name in page(root, "sessions/331/en").read_text()
    assert {target.state for target in build(root).targets} == {State.UP_TO_DATE}
    built_pack.unlink()
    build(root)
    assert not pack_of_site.exists()


def test_an_error_keeps_the_last_good_page(root: Path) -> None:
    before = file_hashes(root / "build/site")
    (root / "content/brief/2017/fr.yaml").write_text("title: [\n")
    result = build(root)
    assert result.problems
    assert file_hashes(root / "build/site") == before


def test_only_what_changed_is_built_again(write_project: WriteProject) -> None:
    other = {"content/other/2018/en.yaml": TEXT_EN.format(title="Other")}
    root = write(write_project, other)
    build(root)
    assert not built(build(root))
    (root / "content/other/2018/en.yaml").write_text(TEXT_EN.format(title="Another"))
    names = built(build(root))
    assert "site/other/2018/en/index.html" in names
    assert "site/index.html" in names
    assert not {n for n in names if "brief/" in n}


def test_a_site_with_nothing_to_do_reads_no_content(root: Path) -> None:
    code = (
        "import sys; from pipeline.__main__ import run\n"
        "try: run()\n"
        "except SystemExit as end: code = end.code\n"
        "slow = {'weasyprint', 'jinja2', 'pydantic', 'yaml', 'fontTools', 'pypdfium2'}\n"
        "sys.exit(code or ' '.join(sorted(slow & set(sys.modules))) or 0)"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "--project",
        root,
        "web",
        "--unpublished",
        "--as-of",
        "2026-01-01",
    ]
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr[-300:]) == (0, done.stderr[-300:])


def test_a_deleted_or_changed_file_is_built_again(root: Path) -> None:
    before = file_hashes(root / "build/site")
    (root / "build/site/brief/2017/en/data.json").unlink()
    (root / "build/site/brief/index.html").write_text("changed")
    (root / "build/site/robots.txt").unlink()
    build(root)
    assert file_hashes(root / "build/site") == before


def test_two_folders_and_two_processes_give_the_same_bytes(
    built_project: Path, tmp_path: Path
) -> None:
    trees = []
    for folder, jobs in (("here", "1"), ("elsewhere", "2")):
        root = tmp_path / folder
        shutil.copytree(built_project / "content", root / "content")
        # A program of its own: this process has threads, and must not be forked.
        command = [sys.executable, "-m", "pipeline", "--project", str(root), "web"]
        command += ["--unpublished", "--jobs", jobs, "--as-of", "2026-01-01"]
        subprocess.run(command, cwd=ROOT, check=True)
        trees.append(file_hashes(root / "build/site"))
    assert trees[0] == trees[1]


def test_subjects_and_titles_are_in_the_order_of_the_alphabet(
    write_project: WriteProject,
) -> None:
    files = {"content/series.yaml": SERIES.replace("[en, fr]", "[es]")}
    for number, title in enumerate(("Oro", "Ñandú", "Éxito", "Nación")):
        folder = f"content/brief-{number}/2017"
        files[f"{folder}/es.yaml"] = TEXT_EN.format(title=title)
        files[f"{folder}/edition.yaml"] = f"subjects: [{title.lower()}]\n"
    root = write(write_project, files)
    build_without_pdfs(root)
    index = read_page((root / "build/site/index.es.html").read_text(encoding="utf-8"))
    assert [h.words() for h in index.all("h3")] == ["Éxito", "Nación", "Ñandú", "Oro"]
    subjects = [summary.words().split()[0] for summary in index.all("summary")]
    assert subjects == ["éxito", "nación", "ñandú", "oro"]


def test_subjects_are_in_the_language_of_each_page_and_pdf(
    write_project: WriteProject,
) -> None:
    subjects = (
        "subjects: [{en: trade policy, fr: politique commerciale}, WTO, {en: jobs}]\n"
    )
    files = {
        "content/brief/2017/edition.yaml": subjects,
        "content/brief/2017/fr.yaml": TEXT_EN.format(title="Titre"),
    }
    root = write(write_project, files)
    build(root)
    expected = {
        "en": ["trade policy", "WTO", "jobs"],
        "fr": ["politique commerciale", "WTO", "jobs"],
    }
    for language, names in expected.items():
        index = read_page((root / f"build/site/index.{language}.html").read_text())
        groups = [summary.words().rsplit(" ", 1)[0] for summary in index.all("summary")]
        assert sorted(groups, key=str.lower) == sorted(names, key=str.lower)
        shown = read_page(page(root, f"brief/{language}").read_text())
        (metadata,) = shown.all("meta", name="dcterms.subject")
        assert metadata.attributes["content"] == "; ".join(names)
        (file,) = (root / f"build/site/brief/2017/{language}").glob("*.pdf")
        with pikepdf.open(file) as pdf:
            assert str(pdf.docinfo["/Keywords"]) == ", ".join(names)
    done = briefs(root, "check")
    message = (
        'content/brief/2017/edition.yaml:1:64: warning: "subjects" has no text in fr\n'
    )
    assert message in done.stderr


def test_a_link_in_the_site_is_refused(write_project: WriteProject, tmp_path: Path) -> None:
    root = write(write_project, {})
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "build/site").mkdir(parents=True)
    (root / "build/site/brief").symlink_to(outside)
    with pytest.raises(PipelineError) as caught:
        build(root)
    assert {p.rule for p in caught.value.problems} == {Rule.WRITE_FAILED}
    assert not list(outside.iterdir())


def test_a_site_needs_an_address(write_project: WriteProject) -> None:
    root = write_project({})
    result = briefs(root, "web")
    assert result.exit_code == 3
    assert 'there is no "url"' in result.output
    assert briefs(root, "web", "--url", "http://x.example").exit_code == 2
    address = "https://a.example/b/"
    assert briefs(root, "web", "--unpublished", "--url", address).exit_code == 0
    assert 'href="https://a.example/b/brief/2017/en/"' in page(root, "brief").read_text()


HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&lt;"


HOSTILE_MARKDOWN = HOSTILE.replace("<", "\\<").replace("&lt;", "")


def test_hostile_content_stays_text(write_project: WriteProject) -> None:
    plain = json.dumps(HOSTILE)
    # In Markdown HTML is refused; these are the same characters as text.
    markdown = json.dumps(HOSTILE_MARKDOWN)
    with_note = json.dumps(f"{HOSTILE_MARKDOWN} [^a]\n\n[^a]: {HOSTILE_MARKDOWN}")
    brief = (
        f"title: {markdown}\nstandfirst: {markdown}\n"
        f"key_messages:\n  - say: {markdown}\n"
        "sections:\n"
        f"  - heading: {markdown}\n"
        "    blocks:\n"
        f"      - text: {with_note}\n"
        "      - figure:\n"
        f"          title: {markdown}\n          subtitle: {markdown}\n"
        "          chart: bar\n"
        f"          data: [{{where: {plain}, share: '1'}}, {{where: b, share: '2'}}]\n"
        f"          label: where\n          value: share\n          alt: {plain}\n"
        f"          source: {markdown}\n"
        f"references:\n  - {{id: a, text: {markdown}}}\n"
    )
    facts = f"subjects: [{plain}]\nsymbol: {plain}\ncontact: {{name: {markdown}}}\n"
    series = SERIES.replace("A publisher", "A").replace("name: Briefs", f"name: {markdown}")
    root = write_project(
        {
            "content/series.yaml": series,
            "content/brief/2017/en.yaml": brief,
            "content/brief/2017/edition.yaml": facts,
        }
    )
    build_web(open_project(root), BuildOptions(unpublished=True), TODAY, URL)
    files = list((root / "build/site").rglob("*.html"))
    assert len(files) > 5
    for path in files:
        document = read_page(path.read_text())
        assert {n.attributes.get("type", "") for n in document.all("script")} <= {
            "",
            "application/ld+json",
        }
        for node in document.walk():
            assert not [name for name in node.attributes if name.startswith("on")], path
            assert node.attributes.get("src", "").startswith(("", "pictures/")), path
            assert not node.attributes.get("href", "").startswith("javascript"), path
        assert not [n for n in document.all("img") if n.attributes.get("src") == "x"], path
        for script in document.all("script", type="application/ld+json"):
            assert json.loads(script.words())["name"]


def test_a_single_file_needs_no_other(write_project: WriteProject) -> None:
    root = write(write_project, {})
    build_web(open_project(root), BuildOptions(unpublished=True), TODAY, single_files=True)
    html = (root / "build/brief/brief_2017_en.html").read_text()
    single = read_page(html)
    assert not single.all("link", rel="stylesheet")
    assert "data:font/woff2;base64," in html
    for node in single.walk():
        address = node.attributes.get("href", node.attributes.get("src", "#"))
        assert address.startswith(("https:", "#", "data:")), address
    assert not (root / "build/site").exists()


def test_a_dry_run_writes_no_file_of_the_site(write_project: WriteProject) -> None:
    root = write_project({})
    plan = partial(plan_pages, today=TODAY, url=URL)
    for state in (State.STALE, State.UP_TO_DATE):
        options = BuildOptions(unpublished=True, dry_run=True)
        result = build_targets(open_project(root), options, plan)
        assert [target.state for target in result.targets] == [state]
        assert (root / "build/site").exists() == (state is State.UP_TO_DATE)
        build_targets(open_project(root), BuildOptions(unpublished=True), plan)


def test_a_page_names_a_similar_font_of_the_system(built_project: Path) -> None:
    css = (built_project / "build/site/site.assets/en.css").read_text()
    assert '--brand-base: "Brief Sans", sans-serif;' in css


@pytest.mark.parametrize("root", [ROOT, ROOT / "tests/brands/harbour"])
def test_dark_colours_are_readable(root: Path) -> None:
    brand, _ = load_brand(open_project(root))
    assert brand
    tokens = dark_tokens(brand)
    for name, colour in tokens.items():
        for ground in ("paper", "panel"):
            ratio = contrast(colour, tokens[ground])
            if name.startswith("ink"):
                assert ratio >= TEXT_MIN, (name, ground, ratio)
            if name in ("mark-highlighted", "mark-context", "rule-note", "rule-strong"):
                assert ratio >= GRAPHICS_MIN, (name, ground, ratio)
    assert contrast(tokens["ink-heading"], tokens["mark-third"]) >= TEXT_MIN
    assert contrast(tokens["ink-heading"], tokens["mark-fourth"]) >= TEXT_MIN


def test_a_pdf_of_an_earlier_text_is_not_published(root: Path) -> None:
    assert list((root / "build/site/brief/2017/en").glob("*.pdf"))
    change_file(root / "content/brief/2017/en.yaml", "A title", "Another title")
    build_without_pdfs(root)
    assert "Another title" in page(root, "brief").read_text()
    assert ".pdf" not in page(root, "brief").read_text()
    build(root)
    assert "brief_2017_en.pdf" in page(root, "brief").read_text()


def test_clean_removes_the_site(root: Path) -> None:
    assert briefs(root, "clean").exit_code == 0
    left = [p for p in (root / "build").rglob("*") if p.is_file()]
    assert [os.fspath(p.relative_to(root)) for p in left] == []
