"""The documentation says what the program does: codes, commands, keys, rules, links."""

import ast
import dataclasses
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import types
import typing
from collections.abc import Iterator
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from annotated_types import Ge, Le, MaxLen, MinLen
from click.testing import CliRunner, Result
from PIL import Image
from pydantic import ValidationError

from pipeline.build import build_documents as build
from pipeline.cli import COMMANDS, main
from pipeline.commands.check import read_content
from pipeline.commands.verify import verify_code
from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_brand, load_series
from pipeline.content.yaml_source import read_yaml
from pipeline.editions.code import ALPHABET, parse_code
from pipeline.editions.ledger import Record
from pipeline.editions.lifecycle import read_lifecycles
from pipeline.editions.sessions import read_sessions
from pipeline.html import (
    filters,
    job_sheet_view,
    pack_view,
    page_view,
    redline_view,
    site_view,
    view_model,
    web_view,
)
from pipeline.html.charts import canvas, draw
from pipeline.html.charts.diagrams import Diagram
from pipeline.model import brand, diagrams, session, terms
from pipeline.model import schema as model
from pipeline.model.chart_types import CHART_TYPES
from pipeline.model.fields import Strict
from pipeline.model.profiles import profile_of
from pipeline.problems import WORST_FIRST, ExitCode, Place, Problem, Rule
from pipeline.project import Project, open_project
from pipeline.report.documents import report_json
from pipeline.report.problems import github_annotation
from pipeline.report.publications import records_json
from pipeline.report.verified import code_text
from pipeline.state.atomic_write import atomic_write
from pipeline.state.file_hashes import FileHashes, hash_bytes
from pipeline.state.manifest import Manifest, OutputEntry, manifest_bytes
from pipeline.targets import BuildOptions, Pack
from pipeline.toolchain import archival_toolchain

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
AUTHORS = DOCS / "authors.md"
HANDOUTS = DOCS / "handouts-for-a-session.md"
PROBLEMS = DOCS / "reference" / "problems.md"


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def rows(text: str, head: str) -> list[list[str]]:
    """Read the table whose first line begins with `head`, as lists of cells."""
    lines = text[text.index(head) :].splitlines()
    table = []
    for line in lines[2:]:
        if not line.startswith("|"):
            break
        cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
        table.append([cell.strip() for cell in cells])
    return table


def fences(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each code block: its language, the name after it, and what is in it."""
    pattern = r"^( *)```(\w*)(?: (\S+))?\n(.*?)^\1```"
    for indent, language, name, body in re.findall(pattern, text, re.M | re.S):
        yield language, name, re.sub(f"^{indent}", "", body, flags=re.M)


# --- README and ARCHITECTURE ---


def test_the_readme_names_the_line_where_a_new_brief_has_its_title() -> None:
    lines = text_of(ROOT / "templates" / "new" / "brief.yaml").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if line.startswith("title:"))
    assert f"en.yaml:{number}:18: a colon" in text_of(ROOT / "README.md")


def test_exit_codes_are_those_of_the_program() -> None:
    table = rows(text_of(ROOT / "README.md"), "| Code | Name |")
    assert [int(row[0]) for row in table] == [code.value for code in ExitCode]
    assert [row[1] for row in table] == [code.name.lower() for code in ExitCode]


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md"])
def test_the_order_of_exit_codes_is_that_of_the_program(page: str) -> None:
    order = ", ".join(str(code.value) for code in WORST_FIRST)
    text = text_of(ROOT / page)
    assert re.search(rf"(?:that occurred:|the order is) {order}\b", text)


def test_exit_codes_without_a_rule_are_marked_as_reserved() -> None:
    of_rules = {rule.exit_code for rule in Rule} | {ExitCode.OK, ExitCode.BUG}
    unused = {c for c in ExitCode} - of_rules - {ExitCode.USAGE, ExitCode.STALE}
    reserved = {
        int(row[0])
        for row in rows(text_of(ROOT / "README.md"), "| Code | Name |")
        if row[2].startswith("Reserved")
    }
    assert reserved == {code.value for code in unused}


def test_readme_lists_every_command() -> None:
    table = rows(text_of(ROOT / "README.md"), "| Command |")
    listed = [row[0].strip("`").split()[1] for row in table]
    assert sorted(listed) == sorted(COMMANDS)


def test_the_readme_shows_what_new_check_and_list_print(tmp_path: Path) -> None:
    text = text_of(ROOT / "README.md")
    write(tmp_path, {"content/series.yaml": EXAMPLE["content/series.yaml"]})

    def briefs(words: str) -> Result:
        return CliRunner().invoke(main, ["--project", str(tmp_path), *words.split()])

    begun = briefs("new fair-wages --dated 2018-03")
    assert f"```\n{begun.stdout}{begun.stderr}```" in text
    file = tmp_path / "content/fair-wages/2018-03/en.yaml"
    title = re.search(r"`(title: Fair wages: [^`]*)`", text)
    assert title
    file.write_text(re.sub(r"^title: .*", title[1], text_of(file)), encoding="utf-8")
    *messages, _ = briefs("check fair-wages").stderr.splitlines()
    assert [line for line in messages if f"\n{line}\n" not in text] == []
    file.write_text(text_of(file).replace(title[1], "title: Fair wages"), encoding="utf-8")
    assert briefs("new fair-wages --dated 2019").exit_code == 0
    note = re.search(r"`(change_note: [^`]*)`", text)
    assert note
    with (tmp_path / "content/fair-wages/2019/edition.yaml").open("a") as facts:
        facts.write(note[1])
    assert briefs("check --strict").exit_code == 0
    shown = briefs("list").stdout.replace("stale", "up-to-date").splitlines()
    assert [line for line in shown if f"\n{line}\n" not in text] == []


def commands_in_docs() -> list[tuple[str, str]]:
    return [
        (name_of(page), line.strip())
        for page in PAGES
        for language, _, body in fences(text_of(page))
        if language == "sh"
        for line in body.splitlines()
        if re.match(r"\s*(\S+/)?briefs ", line)
    ]


@pytest.mark.parametrize(("page", "line"), commands_in_docs())
def test_commands_in_the_docs_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    context = click.Context(main, info_name="briefs", **main.context_settings)
    name, command, arguments = main.resolve_command(context, words)
    assert command is not None
    command.make_context(name, list(arguments), parent=context, resilient_parsing=False)


def test_make_targets_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([\w./]+):", text_of(ROOT / "Makefile"), re.M))
    named = {
        target
        for page in PAGES
        for target in re.findall(
            r"(?:`|^)make (?:-C \S+ )?([a-z.][\w./]*)", text_of(page), re.M
        )
    }
    assert named
    assert named <= targets


def test_the_map_of_the_architecture_is_true() -> None:
    [body] = [b for _, _, b in fences(text_of(ROOT / "ARCHITECTURE.md"))]
    listed = [line.split()[0] for line in body.splitlines()]
    assert [name for name in listed if not (ROOT / name).exists()] == []
    # `rm -rf build/*` must not be committed: a clone would lack the folder.
    assert (ROOT / "build/README.md").is_file()
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pipeline").rglob("*.py")
        if path.read_text(encoding="utf-8")
    }
    assert modules - set(listed) == set()
    assert [name for name in listed if listed.count(name) > 1] == []


def test_the_map_describes_each_module_as_its_docstring_does() -> None:
    [body] = [b for _, _, b in fences(text_of(ROOT / "ARCHITECTURE.md"))]
    described = [line.split(maxsplit=1) for line in body.splitlines()]
    described = [(name, text) for name, text in described if name.endswith(".py")]
    for name, description in described:
        docstring = ast.get_docstring(ast.parse(text_of(ROOT / name))) or ""
        assert docstring.replace("\n", " ").startswith(description), name


# --- The reference ---


def load_script(name: str) -> ModuleType:
    spec = spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_current() -> None:
    for page, text in load_script("make_reference").pages().items():
        assert text_of(page) == text, f"{name_of(page)}: python docs/make_reference.py"


def test_every_rule_is_explained_once() -> None:
    table = rows(text_of(PROBLEMS), "| Rule |")
    assert [row[:3] for row in table] == [
        [f"`{rule.id}`", rule.severity.value, str(rule.exit_code.value)] for rule in Rule
    ]
    assert all(row[3].endswith(".") for row in table)


EXAMPLE = {
    "content/series.yaml": (
        "name: Work\npublisher: {name: Institute}\nlanguages: [en, fr]\n"
    ),
    "content/fair-wages/2018-03/en.yaml": (
        "title: Fair wages\nsections: [{heading: One, blocks: [{text: Some words.}]}]\n"
    ),
    "content/fair-wages/2018-03/fr.yaml": (
        "titel: Salaires\nsections: [{heading: Un, blocks: [{text: Des mots.}]}]\n"
    ),
}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_the_json_of_the_reference_is_what_is_printed(tmp_path: Path) -> None:
    project = str(write(tmp_path, EXAMPLE))
    shown = [json.loads(b) for lang, _, b in fences(text_of(PROBLEMS)) if lang == "json"]
    for example, words in zip(
        shown, (["build", "--dry-run", "--json"], ["list", "--json"]), strict=True
    ):
        printed = CliRunner().invoke(main, ["--project", project, *words])
        assert printed.stderr == ""
        assert json.loads(printed.stdout) == example


def test_the_text_and_the_annotation_of_the_reference_are_what_is_printed() -> None:
    place = Place("content/fair-wages/2018-03/fr.yaml", 1, 1)
    problem = Problem(
        Rule.UNKNOWN_KEY, place, 'unknown key "titel"', 'did you mean "title"?'
    )
    blocks = [body for language, _, body in fences(text_of(PROBLEMS)) if not language]
    assert blocks[-1] == github_annotation(problem) + "\n"
    assert blocks[0] == f"{place}: {problem.message}\n  hint: {problem.hint}\n"


def test_every_key_of_the_report_is_in_the_reference(tmp_path: Path) -> None:
    project = str(write(tmp_path, EXAMPLE))
    printed = CliRunner().invoke(
        main, ["--project", project, "build", "--dry-run", "--json"]
    )
    report = json.loads(printed.stdout)
    text = text_of(PROBLEMS)
    for values, head in (
        (report, "| Key | Value |"),
        (report["problems"][0], "| Key of a problem |"),
        (report["documents"][0], "| Key of a document |"),
    ):
        named = [key for row in rows(text, head) for key in re.findall(r"`(\w+)`", row[0])]
        # A problem has a cell in a workbook only.
        assert [key for key in named if key != "cell" or key in values] == list(values)


def test_every_key_of_a_pack_is_in_the_reference() -> None:
    table = rows(text_of(PROBLEMS), "| Key of a pack |")
    named = [key for row in table for key in re.findall(r"`(\w+)`", row[0])]
    report = json.loads(report_json((), [Pack("331", "en", "office")], name="packs"))
    assert named == list(report["packs"][0])


def test_every_key_of_a_record_is_in_the_reference() -> None:
    table = rows(text_of(PROBLEMS), "| Key of a record |")
    named = [key for row in table for key in re.findall(r"`(\w+)`", row[0])]
    record = Record("published", "2017", 0, date(2018, 3, 1))
    assert named == list(json.loads(records_json("brief", [record], (), 0))["records"][0])


def test_the_examples_of_sessions_have_no_problem(tmp_path: Path) -> None:
    numbered, named = (t for kind, _, t in fences(text_of(HANDOUTS)) if kind == "yaml")
    root = write(tmp_path, {"content/sessions/331.yaml": numbered})
    shutil.copytree(ROOT / "content", root / "content", dirs_exist_ok=True)
    (root / "content/sessions/331.yaml").write_text(numbered, encoding="utf-8")
    (root / "content/sessions/council-2025.yaml").write_text(named, encoding="utf-8")
    project = open_project(root)
    series, _ = load_series(project, ())
    assert series
    resolved = read_sessions(
        project,
        read_lifecycles(project, find_editions(project)[0]),
        series,
        ("331", "council-2025"),
    )
    assert resolved.problems == ()


# --- The guide for authors ---

# `data` is a file name or a list of rows: its model has no keys that an author types.
PARTS = {
    name: part
    for name, part in {**vars(session), **vars(diagrams), **vars(model)}.items()
    if isinstance(part, type)
    and issubclass(part, Strict)
    and part not in (Strict, model.Data)
}


def key_table(part: str) -> dict[str, list[str]]:
    of_a_session = PARTS[part].__module__ == session.__name__
    text = text_of(HANDOUTS if of_a_session else AUTHORS)
    mark = f"<!-- keys: {part} -->\n\n|"
    assert text.count(mark) == 1, f"the guide needs one table after {mark!r}"
    table = rows(text[text.index(mark) + len(mark) - 1 :], "|")
    return {row[0].strip("`"): row[1:] for row in table}


@pytest.mark.parametrize("part", PARTS)
def test_every_key_is_in_the_guide(part: str) -> None:
    table = key_table(part)
    fields = PARTS[part].model_fields
    assert list(table) == list(fields)
    for key, field in fields.items():
        needed, value = table[key][1:]
        assert (needed == "yes") == field.is_required(), key
        for choice in choices(field.annotation):
            assert f"`{choice}`" in value, key
        default = field.default
        if isinstance(default, bool | int | str) and default not in ("", 0, False):
            shown = "true" if default is True else default  # as it is typed
            assert f"default {shown}" in value.replace("`", ""), key


def test_the_limits_of_every_chart_type_are_in_the_guide() -> None:
    def span(limits: tuple[int, int]) -> str:
        return " to ".join(map(str, dict.fromkeys(limits)))

    table = rows(text_of(AUTHORS), "| `chart` | For |")
    assert [(row[0], row[2], re.split("[;,]", row[3])[0]) for row in table] == [
        (f"`{name}`", span(kind.rows), span(kind.columns))
        for name, kind in CHART_TYPES.items()
    ]


def choices(annotation: Any) -> Iterator[str]:
    if typing.get_origin(annotation) is typing.Literal:
        yield from typing.get_args(annotation)
    elif typing.get_origin(annotation) in (types.UnionType, typing.Union):
        for argument in typing.get_args(annotation):
            yield from choices(argument)


def limits(field: Any) -> Iterator[int]:
    for rule in field.metadata:
        for kind, name in ((Ge, "ge"), (Le, "le"), (MaxLen, "max_length")):
            if isinstance(rule, kind):
                yield getattr(rule, name)
        # At least one character goes without saying; at least one item does not.
        if isinstance(rule, MinLen) and typing.get_origin(field.annotation) is tuple:
            yield rule.min_length


@pytest.mark.parametrize("part", PARTS)
def test_every_limit_is_in_the_guide(part: str) -> None:
    table = key_table(part)
    for key, field in PARTS[part].model_fields.items():
        for limit in limits(field):
            assert re.search(rf"\b{limit}\b", table[key][2]), f"{key}: {limit}"


def complete_examples(page: Path = AUTHORS) -> dict[str, str]:
    """Find the code blocks that are whole files: they name their place."""
    examples = {}
    for _, name, body in fences(text_of(page)):
        first = re.match(r"# (content/\S+)\n", body)
        if place := name or (first and first[1]):
            examples[place] = body
    return examples


def test_complete_examples_have_no_problem(tmp_path: Path) -> None:
    examples = complete_examples()
    assert len(examples) == 6
    root = write(tmp_path, examples)
    Image.new("L", (700, 500)).save(root / "content/garment-trade/2018-03/hall.jpg")
    content = read_content(open_project(root), BuildOptions(), None)
    assert content.problems == ()
    assert [(e.slug, sorted(e.versions)) for e in content.editions] == [
        ("fair-wages", ["en", "fr"]),
        ("garment-trade", ["en"]),
    ]


def test_what_comes_from_another_tool_has_no_problem(tmp_path: Path) -> None:
    examples = complete_examples(DOCS / "coming-from.md")
    assert len(examples) == 3
    series = EXAMPLE["content/series.yaml"].replace(", fr", "")
    root = write(tmp_path, examples | {"content/series.yaml": series})
    assert read_content(open_project(root), BuildOptions(), None).problems == ()
    imported = text_of(ROOT / "tests/word/documents/py-ferries.yaml")
    *_, (file, shown) = examples.items()
    assert shown == f"# {file}\n" + re.sub("^#.*\n", "", imported, flags=re.M)


# Models of parts that are written in YAML, and keys of files of other programs.
MODELS = [
    part
    for module in (brand, diagrams, model, session, terms)
    for part in vars(module).values()
    if isinstance(part, type) and issubclass(part, Strict) and part is not Strict
]
FOREIGN = {"cv", "distributed", "jobs", "on", "repos", "run", "uses"}


def faults(part: Any, value: Any) -> list[str]:
    """List the errors of a fragment, which may lack keys of the part itself."""
    try:
        part.model_validate(value)
    except ValidationError as error:
        errors = error.errors()
        return [e["msg"] for e in errors if e["type"] != "missing" or len(e["loc"]) > 1]
    return []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_yaml_in_the_docs_is_part_of_a_file(page: Path) -> None:
    for language, _, body in fences(text_of(page)):
        if language == "yaml":
            if re.fullmatch("#.*\n", body):
                continue
            read, problems = read_yaml(name_of(page), body.encode())
            assert read, problems
            assert problems == []
            for item in read.value if isinstance(read.value, list) else [read.value]:
                assert isinstance(item, dict), body
                parts = [p for p in MODELS if set(item) <= set(p.model_fields)]
                messages = [faults(part, item) for part in parts]
                assert [] in messages or FOREIGN & set(item), (body, messages)


def test_the_examples_use_every_kind_of_block(tmp_path: Path) -> None:
    root = write(tmp_path, complete_examples())
    content = read_content(open_project(root), BuildOptions(), None)
    series = content.series
    assert series
    text = complete_examples()["content/garment-trade/2018-03/en.yaml"]
    assert {kind for kind in model.BLOCK_KINDS if f"- {kind}:" in text} == set(
        model.BLOCK_KINDS
    )


def test_messages_in_the_guide_are_those_of_the_program() -> None:
    sources = [
        path
        for part in ("content/**/*.py", "pdf/**/*.py", "yaml_*.py")
        for path in (ROOT / "pipeline").glob(part)
    ]
    code = "".join(map(text_of, sources)).replace('\\"', '"')
    code = re.sub(r"\"\s+f?\"|'\s+f?'|\"\s+f?'|'\s+f?\"", "", code)
    for row in rows(text_of(AUTHORS), "| Message |"):
        for piece in re.split(r"…|\"@\"|\b\d+\b|text and quote|\ben\.yaml\b", row[0]):
            words = piece.strip().strip('"').strip()
            assert words in code, row[0]


# --- The guide for designers ---


@pytest.mark.parametrize(
    ("view", "prefix"),
    [
        (view_model.BriefView, "brief."),
        (view_model.SectionView, ""),
        (view_model.BlockView, ""),
        (view_model.RowView, ""),
        (view_model.CellView, ""),
        (page_view.LogoView, ""),
        (view_model.PackPosition, ""),
        (pack_view.PackView, "pack."),
        (pack_view.ContentsEntry, ""),
        (pack_view.ContentsHeading, ""),
        (job_sheet_view.JobSheetView, "sheet."),
        (redline_view.RedlineView, "brief."),
        (redline_view.WebRedlineView, "brief."),
        (web_view.WebView, "brief."),
        *((view, "site.") for view in site_view.SiteView.__subclasses__()),
        (site_view.EntryView, ""),
        (site_view.GroupView, ""),
        (site_view.LinkView, ""),
        (draw.Chart, ""),
        (Diagram, ""),
        (canvas.Label, ""),
    ],
)
def test_every_field_of_a_template_is_in_the_guide(view: Any, prefix: str) -> None:
    text = text_of(DOCS / "designers.md")
    names = [field.name for field in dataclasses.fields(view)]
    fields = [f"`{prefix}{name}`" for name in names if not name.startswith("_")]
    assert [field for field in fields if field not in text] == []


def test_every_role_of_a_brand_is_in_the_guide() -> None:
    table = rows(text_of(DOCS / "designers.md"), "| Role | For |")
    assert [row[0].strip("`") for row in table] == [*brand.BriefRoles.model_fields]


def test_every_token_is_in_the_guide() -> None:
    text = text_of(DOCS / "designers.md")
    sheet = text_of(ROOT / "styles" / "tokens.css")
    variants = re.compile("-(leading|weight|tracking|measure|width|height)$")
    names = dict.fromkeys(re.findall(r"(?<![\w(])--[a-z-]+(?=:)", sheet))
    listed = {variants.sub("", name) for name in re.findall(r"`(--[a-z-]+)`", text)}
    assert [name for name in names if not {name, variants.sub("", name)} & listed] == []


def test_the_brand_of_the_guide_has_no_problem(tmp_path: Path) -> None:
    files = {name: code for _, name, code in fences(text_of(DOCS / "designers.md")) if name}
    (tmp_path / "content").mkdir()
    for name, code in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(code, encoding="utf-8")
    assert "content/_brand.yml" in files
    assert load_brand(open_project(tmp_path))[1] == []


def test_filters_components_and_profiles_are_in_the_guide() -> None:
    text = text_of(DOCS / "designers.md")
    project = open_project(ROOT)
    assert [name for name in filters.FILTERS if f"`{name}`" not in text] == []
    components = (ROOT / "templates" / "components").glob("*.html")
    assert [c.name for c in components if f"`{c.name}`" not in text] == []
    assert [p for p in project.profiles() if f"`{p}`" not in text] == []


# --- Decisions, links, pictures ---


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    records = sorted((DOCS / "decisions").glob("*.md"))
    assert [r.name[:5] for r in records] == [f"{n:04}-" for n in range(1, len(records) + 1)]
    listed = re.findall(r"\(docs/decisions/(\S+)\)", text_of(ROOT / "ARCHITECTURE.md"))
    assert [record.name for record in records] == listed
    for record in records:
        text = text_of(record)
        assert text.startswith(f"# {record.name[:4]} ")
        for part in ("**Context.**", "**Decision.**", "**Consequence.**"):
            assert part in text, record.name


def test_every_dependency_has_its_reason() -> None:
    text = text_of(DOCS / "decisions" / "0001-dependencies.md")
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    groups = settings["dependency-groups"].values()
    wanted = [*settings["project"]["dependencies"], *(w for group in groups for w in group)]
    names = [re.split("[>=]", want)[0] for want in wanted if isinstance(want, str)]
    assert len(names) > 20
    assert [name for name in names if name not in text] == []


def anchor(heading: str) -> str:
    """Name a heading as GitHub does."""
    words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return words.replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^( *)```.*?^\1```", "", text_of(page), flags=re.M | re.S)
    text = re.sub(r"`[^`\n]*`", lambda m: re.sub(r"[\[\]()]", "", m[0]), text)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        file, _, part = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.exists(), target
        if part:
            headings = re.findall(r"^#+ (.*)$", text_of(path), re.M)
            assert part in map(anchor, headings), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_name_no_folder_of_a_machine(page: Path) -> None:
    assert not re.search(r"/(tmp|root|home|work|opt)/", text_of(page))


def test_every_page_is_in_the_navigation_of_the_site() -> None:
    """`make docs` requires it, too, but is not part of the tests."""
    settings = text_of(DOCS / "site" / "conf.py")
    pages = [name_of(page).removesuffix(".md") for page in PAGES]
    others = [page for page in pages if not page.startswith("docs/decisions/")]
    assert [page for page in others if f'"{page}"' not in settings] == []


PICTURES = DOCS / "pictures"
GALLERY = sorted((DOCS / "gallery").iterdir())


def profiles_shown(project: Project) -> tuple[str, ...]:
    """Press files and booklets show the pages of another profile, so they are left out."""
    return tuple(p for p in project.profiles() if not profile_of(p).is_for_print_only)


def test_pictures_are_small_and_show_every_brief_in_every_profile() -> None:
    pictures = {picture.name: picture.stat().st_size for picture in PICTURES.glob("*.png")}
    assert max(pictures.values()) < 450_000
    assert sum(pictures.values()) < 8_000_000
    project = open_project(ROOT)
    folders, _ = find_editions(project)
    for folder in folders:
        for profile in profiles_shown(project):
            name = f"{folder.slug}-{folder.information_date}-{profile}.png"
            assert name in pictures, "run `make pictures`"


def outdated_pictures(
    root: Path, record: bytes, profiles: tuple[str, ...] = ()
) -> list[str]:
    """List the pictures that would change with the record of the last build."""
    project = open_project(root)
    made_from = json.loads(record)
    manifest = Manifest()
    files = FileHashes(project.paths_of, root / "none")
    key = manifest.add_toolchain(archival_toolchain(project, files))
    published = project.content.glob("*/published/*/*.pdf")
    frozen = {hash_bytes(file.read_bytes()): file.read_bytes() for file in published}
    for name, source in made_from["documents"].items():
        pdf = frozen.get(source, b"")  # the source of a published file is itself
        atomic_write(project.build / name, pdf, name)
        manifest.targets[name] = OutputEntry(
            html_hash=source,
            inputs=[],
            program=manifest.add_set({}),
            assets=manifest.add_set(made_from["assets"]),
            file_hash=hash_bytes(pdf),
            pages=0,
            bytes=0,
            toolchain=key,
        )
    atomic_write(project.build / "manifest.json", manifest_bytes(manifest), "manifest.json")
    profiles = profiles or profiles_shown(project)
    options = BuildOptions(all_editions=True, profiles=profiles, dry_run=True)
    outcome = build(project, options, date(2026, 1, 1))
    return [f"{d.name}: {d.reason}" for d in outcome.targets if d.state != "up-to-date"]


def test_the_contact_sheets_show_the_briefs_as_they_are_now(tmp_path: Path) -> None:
    (tmp_path / "content").symlink_to(ROOT / "content")
    record = (PICTURES / "made-from.json").read_bytes()
    assert outdated_pictures(tmp_path, record) == [], (
        "run `make pictures`, and look at them"
    )


@pytest.mark.parametrize("example", GALLERY, ids=lambda path: path.name)
def test_the_gallery_shows_its_projects_as_they_are_now(
    example: Path, tmp_path: Path
) -> None:
    (tmp_path / "content").symlink_to(example / "content")
    assert read_content(open_project(tmp_path), BuildOptions(), None).problems == ()
    record = (PICTURES / "gallery" / f"{example.name}.json").read_bytes()
    outdated = outdated_pictures(tmp_path, record, ("screen",))
    assert outdated == [], "run `make pictures`, and look at them"


def test_every_block_and_chart_is_in_the_gallery() -> None:
    page = text_of(DOCS / "gallery.md")
    assert [k for k in model.BLOCK_KINDS if f"\n- {k}:" not in page] == []
    assert [c for c in CHART_TYPES if f"    chart: {c}\n" not in page] == []
    shown = re.findall(r"\(pictures/(gallery/\S+)\)", page)
    pictures = [p for p in (PICTURES / "gallery").glob("*.png")]
    assert {PICTURES / name for name in shown} == set(pictures)
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000


@pytest.mark.parametrize("part", ["assets", "documents"])
def test_outdated_contact_sheets_are_noticed(tmp_path: Path, part: str) -> None:
    """Of one brief in one profile: the function is the same for all."""
    made_from = json.loads((PICTURES / "made-from.json").read_bytes())
    brief = "policy-coherence"
    name_of_screen = re.compile(rf"{brief}/\w[\w-]*_[a-z]{{2}}\.pdf")
    documents = {
        n: s for n, s in made_from["documents"].items() if name_of_screen.fullmatch(n)
    }
    record = {"assets": made_from["assets"], "documents": documents}
    name = next(iter(record[part]))
    record[part][name] = "0" * 64
    shutil.copytree(ROOT / "content" / brief, tmp_path / "content" / brief)
    for settings in ("series.yaml", "_brand.yml"):
        shutil.copy(ROOT / "content" / settings, tmp_path / "content")
    outdated = outdated_pictures(tmp_path, json.dumps(record).encode(), ("screen",))
    assert outdated
    wanted = f"{name} changed" if part == "assets" else f"{name}: its content"
    assert wanted in outdated[0]


def test_make_reference_with_check_finds_the_reference_current() -> None:
    done = subprocess.run(
        [sys.executable, DOCS / "make_reference.py", "--check"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "")


# --- Codes and lists of the samples ---


def test_the_codes_in_the_documentation_are_those_of_unchanged_samples() -> None:
    pages = [*PAGES, *(ROOT / "pipeline").rglob("*.py")]
    form = rf"\b[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}\b"
    codes = {code for page in pages for code in re.findall(form, text_of(page))}
    assert codes
    traced, unknown = verify_code(
        open_project(ROOT), map(parse_code, codes), date(2026, 1, 1)
    )
    assert not unknown
    assert [t.is_changed for t in traced] == [False] * len(codes)
    text = text_of(DOCS / "is-this-paper-current.md")
    assert all(code_text(one) in text for one in traced)


def test_the_list_of_what_is_due_is_that_of_the_samples(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    asked = ["--project", str(tmp_path), "due", "--on", "2017-10-20", "--quiet"]
    listed = CliRunner(catch_exceptions=False).invoke(main, asked).stdout
    page = text_of(DOCS / "what-is-due.md")
    assert listed in [body for language, _, body in fences(page) if not language]
