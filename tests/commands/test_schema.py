"""`briefs schema`: schemas accept what the program accepts, and editors find them."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from jsonschema import Draft7Validator

from pipeline.problems import Rule
from tests.conftest import WriteProject, briefs
from tests.corpus import CORPUS, EN, header, rule_of
from tools.web.browser import TOOLS

ROOT = Path(__file__).resolve().parents[2]
# Rules that a schema can check, because they depend on one key or value.
SEEN_BY_SCHEMAS = {
    Rule.UNKNOWN_KEY,
    Rule.MISSING_KEY,
    Rule.WRONG_TYPE,
    Rule.INVALID_CHOICE,
    Rule.AMBIGUOUS_BLOCK,
    Rule.INVALID_LENGTH,
}
# Files that break such a rule by two values; only the program reports them.
SEEN_BY_THE_PROGRAM = {
    "missing-key--logo-for-one-ground",
    "missing-key--logo-without-words",
    "missing-key--of-a-cover",
    "missing-key--of-a-term",
    "missing-key--table",
}


class _Core(yaml.CSafeLoader):
    """Read YAML as editors do: by the core schema of YAML 1.2."""

    yaml_implicit_resolvers: ClassVar[Any] = {}


for tag, pattern, first in (
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", "~|null|Null|NULL|", "~nN\0"),
):
    regexp = re.compile(f"^(?:{pattern})$")
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", regexp, [*first, ""])


def kind_of(name: str) -> str | None:
    """Return the schema of a file, by the settings that `--vscode` writes."""
    settings = json.loads((ROOT / "templates/vscode/settings.json").read_text())
    for schema, globs in settings["yaml.schemas"].items():
        matches = [glob for glob in globs if Path(name).match(glob.removeprefix("!"))]
        if matches and not any(glob.startswith("!") for glob in matches):
            return str(schema).removeprefix("schemas/").removesuffix(".schema.json")
    return None


@pytest.fixture(scope="module")
def validators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Draft7Validator]:
    root = tmp_path_factory.mktemp("schemas")
    (root / "content").mkdir()
    written = briefs(root, "schema").stdout.split()
    schemas = {
        Path(n).name.partition(".")[0]: json.loads((root / n).read_text()) for n in written
    }
    for schema in schemas.values():
        Draft7Validator.check_schema(schema)
    return {name: Draft7Validator(schema) for name, schema in schemas.items()}


def errors_of(validators: Mapping[str, Draft7Validator], kind: str, text: str) -> list[str]:
    value = yaml.load(text, _Core)  # noqa: S506 – a safe loader
    return [f"{e.json_path}: {e.message}" for e in validators[kind].iter_errors(value)]


def content_files() -> Iterator[Path]:
    patterns = ("content/**/*.yaml", "*/_brand.yml", "templates/strings/*.yaml")
    files = (f for pattern in patterns for f in ROOT.glob(pattern))
    return (f for f in files if f.name != "ledger.yaml")


@pytest.mark.parametrize("file", [*content_files()], ids=lambda f: str(f.relative_to(ROOT)))
def test_the_samples_are_right(validators: dict[str, Draft7Validator], file: Path) -> None:
    kind = kind_of(file.relative_to(ROOT).as_posix())
    assert kind
    assert errors_of(validators, kind, file.read_text()) == []


@pytest.mark.parametrize("name", ["content/wpsdg/published/ledger.yaml", "build/x.yaml"])
def test_other_files_have_no_schema(name: str) -> None:
    assert kind_of(name) is None


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_a_schema_reports_what_the_program_reports(
    validators: dict[str, Draft7Validator], file: Path
) -> None:
    settings = dict(line.split(": ", 1) for line in header(file, "#@ ") if ": " in line)
    name = settings.get("at", EN)
    blamed = any(name.startswith(line.partition(":")[0]) for line in header(file, "#! "))
    if kind := kind_of(name):
        try:
            errors = errors_of(validators, kind, file.read_text("utf-8"))
        except (yaml.YAMLError, ValueError, RecursionError):
            assert blamed  # it is not YAML
        else:
            assert blamed or not errors
            if blamed and rule_of(file) in SEEN_BY_SCHEMAS:
                assert bool(errors) == (file.stem not in SEEN_BY_THE_PROGRAM)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("edition", "issued: 2017-01-01\nreview_after: 12 months\nsymbol: 5\n"),
        ("edition", 'change_note: One text for all languages\n'),
        ("session", "body: B\nplace: P\ndates: {start: 2017-01-01, end: 2017-01-02}\n"
         "handouts: [{brief: b, edition: 2017, copies: {en: '5'}}]\npaper: {duplex: no}\n"),
        ("terms", "terms: [{en: one, fr: [un, une]}]\n"),
        ("brief", "title: 2017\nsections: [{heading: yes, blocks: [{table: {title: 1,"
         " columns: [a, {heading: b, align: number}],"
         " rows: [[1.50, {text: true, across: 2}]]}}]}]\n"),
        ("brief", "title: t\nsections: [{heading: h, blocks: [{figure: {title: t,"
         " subtitle: s, chart: bar, label: l, value: v, alt: a, source: s,"
         " data: [{l: 2017, v: }]}}]}]\n"),
    ],
)  # fmt: skip
def test_any_scalar_is_a_text(
    validators: dict[str, Draft7Validator], kind: str, text: str
) -> None:
    assert errors_of(validators, kind, text) == []


MISTAKES = {
    "titel: x\ntitle: t\nsections: [{heading: h, blocks: [{text: t}]}]": "titel",
    "title: t": "'sections' is a required property",
    "title: t\nsections: []": "",
    "title: t\nsections: [{heading: h, blocks: [{}]}]": "",
    "title: t\nsections: [{heading: h, blocks: [{text: t, quote: {text: q}}]}]": "",
    "title: t\ntranslation: good\nsections: [{heading: h, blocks: [{text: t}]}]": "good",
    "title: [t]\nsections: [{heading: h, blocks: [{text: t}]}]": "",
    "title: t\nsections: [{heading: h, id: 5, blocks: [{text: t}]}]": "",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_reported(validators: dict[str, Draft7Validator], text: str) -> None:
    errors = errors_of(validators, "brief", text)
    assert len(errors) == 1
    assert MISTAKES[text] in errors[0]


def test_each_key_of_the_content_is_explained(
    validators: dict[str, Draft7Validator],
) -> None:
    for kind in ("brief", "edition", "series", "session"):
        schema: Any = validators[kind].schema
        for part in (schema, *schema["definitions"].values()):
            for key, value in part.get("properties", {}).items():
                assert value.get("description"), (kind, key)


def test_new_names_the_schema_once_there_is_one(write_project: WriteProject) -> None:
    root = write_project({})
    briefs(root, "new", "before", "--dated", "2018")
    briefs(root, "schema")
    briefs(root, "new", "after", "--dated", "2018")
    assert "$schema" not in (root / "content/before/2018/en.yaml").read_text()
    for name, kind in (("en", "brief"), ("edition", "edition")):
        file = root / f"content/after/2018/{name}.yaml"
        line = file.read_text().partition("\n")[0]
        path = line.removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / path).resolve() == root / f"schemas/{kind}.schema.json"
    assert briefs(root, "check", "after").exit_code == 0


def test_vscode_shows_the_problems_of_check(write_project: WriteProject) -> None:
    text = "titel: A\nsections: [{heading: h, blocks: [{text: a}]}]\n"
    text += "references: [{id: x, text: a work}]\n"
    unused = {"content/brief/2017/unused.csv": "a,b\n1,2\n"}
    root = write_project({"content/brief/2017/en.yaml": text, **unused})
    assert ".vscode/tasks.json" in briefs(root, "schema", "--vscode").stdout.split()
    tasks = json.loads((root / ".vscode/tasks.json").read_text())
    (pattern,) = tasks["tasks"][0]["problemMatcher"]["pattern"]
    printed = [x for x in briefs(root, "check", "-q").stderr.splitlines() if x[0] != " "]
    report = json.loads(briefs(root, "check", "--json").stdout)["problems"]
    assert {p["severity"] for p in report} == {"error", "warning"}
    for line, problem in zip(printed, report, strict=True):
        match = re.fullmatch(pattern["regexp"], line)
        assert match, line
        get = lambda key: match[pattern[key]] or ""  # noqa: E731, B023 – used at once
        assert get("file") == problem["file"]
        assert get("line") == str(problem.get("line") or "")
        assert get("column") == str(problem.get("column") or "")
        assert (get("severity") or "error") == problem["severity"]
        assert get("message") == problem["message"]


def test_settings_that_exist_are_kept(write_project: WriteProject) -> None:
    root = write_project({".vscode/settings.json": "{}"})
    written = briefs(root, "schema", "--vscode").stdout.split()
    assert ".vscode/settings.json" not in written
    assert (root / ".vscode/settings.json").read_text() == "{}"


class LanguageServer:
    """The YAML language server, in a project."""

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        server = TOOLS / "node_modules/yaml-language-server/bin/yaml-language-server"
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            ["node", server, "--stdio"], stdin=pipe, stdout=pipe
        )
        self.settings = {"validate": True, "schemaStore": {"enable": False}, **settings}
        folders = [{"uri": root.as_uri(), "name": "project"}]
        capabilities = {"workspace": {"configuration": True, "workspaceFolders": True}}
        self.request(
            "initialize",
            processId=None,
            rootUri=root.as_uri(),
            workspaceFolders=folders,
            capabilities=capabilities,
        )
        self.send(method="initialized", params={})

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def wait(self, is_wanted: Callable[[Any], bool]) -> Any:
        """Wait for a message; meanwhile answer requests of the server."""
        output = self.process.stdout
        assert output
        while True:
            length = 0
            while line := output.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            message = json.loads(output.read(length))
            if "method" in message and "id" in message:
                items = message.get("params", {}).get("items", [])
                answers = [self.settings if i["section"] == "yaml" else None for i in items]
                self.send(id=message["id"], result=answers or None)
            if is_wanted(message):
                return message

    def request(self, method: str, **parameters: Any) -> Any:
        self.send(id=method, method=method, params=parameters)
        return self.wait(lambda m: m.get("id") == method and "method" not in m)["result"]

    def diagnose(self, file: Path) -> list[str]:
        """Open a file; give what is marked in it, each with its line."""
        uri = file.as_uri()
        document = {
            "uri": uri,
            "languageId": "yaml",
            "version": 1,
            "text": file.read_text(),
        }
        self.send(method="textDocument/didOpen", params={"textDocument": document})
        answer = self.wait(
            lambda m: (
                m.get("method") == "textDocument/publishDiagnostics"
                and m["params"]["uri"] == uri
            )
        )
        diagnostics = answer["params"]["diagnostics"]
        return [f"{d['range']['start']['line'] + 1}: {d['message']}" for d in diagnostics]

    def request_position(self, method: str, file: Path, line: int, character: int) -> Any:
        position = {"line": line, "character": character}
        return self.request(
            f"textDocument/{method}",
            textDocument={"uri": file.as_uri()},
            position=position,
        )


@pytest.mark.browser
def test_the_language_server_marks_nothing_in_the_samples_and_helps(tmp_path: Path) -> None:
    root = tmp_path / "project"
    for name in ("content", "styles", "templates/strings"):
        shutil.copytree(ROOT / name, root / name)
    briefs(root, "schema", "--vscode")
    settings = json.loads((root / ".vscode/settings.json").read_text())
    server = LanguageServer(root, {"schemas": settings["yaml.schemas"]})
    with closing(server):
        for file in content_files():
            assert server.diagnose(root / file.relative_to(ROOT)) == [], file
        # A brief that names its schema itself, with a mistake.
        (root / "styles/_brand.yml").unlink()  # that of the series counts alone
        briefs(root, "new", "fair-wages", "--dated", "2018")
        file = root / "content/fair-wages/2018/en.yaml"
        file.write_text(file.read_text() + "titel: x\n")
        (marked,) = server.diagnose(file)
        number = len(file.read_text().splitlines())
        assert marked == f"{number}: Property titel is not allowed."
        lines = file.read_text().splitlines()
        title = next(i for i, line in enumerate(lines) if line.startswith("title:"))
        hover = server.request_position("hover", file, title, 2)
        assert "the message of the brief" in json.dumps(hover)
        completed = server.request_position("completion", file, number, 0)
        labels = {item["label"] for item in completed["items"]}
        assert {"translation"} <= labels
