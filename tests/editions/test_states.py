"""Each state of an edition, and what each command does with it.

A brief has a final edition of 2017, and one of 2018 in the tested state.
"""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from pipeline.editions.lifecycle import Lifecycle
from pipeline.model.edition_state import EditionState
from pipeline.state.alterations import read_identity
from tests.conftest import briefs, write_files

NEW, EDITION_FILE = "content/brief/2018", "content/brief/2018/edition.yaml"
HIDDEN = "A secret change note."
SESSION = """\
body: Governing Body
dates: {start: 2018-10-25, end: 2018-11-08}
place: Geneva
handouts: [{brief: brief, edition: 2018, copies: {en: 5}}]
paper: {size: A4, finish: none}
"""
FILES: Mapping[str, str | bytes | None] = {
    "content/series.yaml": "name: N\npublisher: {name: P}\nlanguages: [en]\n",
    "content/brief/2017/en.yaml": (
        "title: Old\nsections: [{heading: H, blocks: [{text: Old text.}]}]\n"
    ),
    f"{NEW}/en.yaml": "title: New\nsections: [{heading: H, blocks: [{text: New text.}]}]\n",
    "content/sessions/334.yaml": SESSION,
}
BASE = f"change_note: {HIDDEN}\n"
CORRECTED = BASE + "corrections: [{date: 2018-05-01, note: A wrong figure.}]\n"
WITHDRAWN = BASE + "withdrawn: {date: 2018-06-01, reason: All was wrong.}\n"
STATES = ("draft", "final", "embargoed", "published", "corrected", "withdrawn")


def project_with_state(state: str, root: Path) -> Path:
    """Write the project with the second edition in a state, by the commands of a user."""
    facts = {"draft": "status: draft\n", "embargoed": "embargo_until: 2999-01-01\n"}
    write_files(root, {**FILES, EDITION_FILE: BASE + facts.get(state, "")})
    if state in ("published", "corrected", "withdrawn"):
        publish(root, "2018-03-01")
    if state in ("corrected", "withdrawn"):
        write_files(root, {EDITION_FILE: CORRECTED if state == "corrected" else WITHDRAWN})
        publish(root, "2018-06-01")
    return root


def publish(root: Path, on: str) -> None:
    result = briefs(root, "publish", "brief", "--edition", "2018", "--on", on)
    assert result.exit_code == 0, result.output


def built_pdfs(root: Path) -> set[str]:
    """The PDFs below build/, by name."""
    build = root / "build"
    files = (path.relative_to(build) for path in build.rglob("*.pdf"))
    return {file.as_posix() for file in files if not file.parts[0].startswith(".")}


def delete_pdfs(root: Path) -> None:
    for path in (root / "build").rglob("*.pdf"):
        path.unlink()


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {
        state: project_with_state(state, tmp_path_factory.mktemp(state)) for state in STATES
    }


OLD_PDF, NEW_PDF = "brief/brief_2017_en.pdf", "brief/brief_2018_en.pdf"


@pytest.mark.parametrize(
    ("state", "current"),
    [
        ("draft", "2017"),
        ("final", "2018"),
        ("embargoed", "2017"),
        ("published", "2018"),
        ("corrected", "2018"),
        ("withdrawn", "2017"),
    ],
)
def test_list_names_the_state_and_the_current_edition(
    projects: Mapping[str, Path], state: str, current: str
) -> None:
    lines = briefs(projects[state], "list").stdout.splitlines()
    assert [line.split()[1:4] for line in lines] == [
        ["2017", "final", "current" if current == "2017" else "-"],
        ["2018", state, "current" if current == "2018" else "-"],
    ]


@pytest.mark.parametrize(
    ("options", "state", "files"),
    [
        ("", "draft", {OLD_PDF, "drafts/brief_2018_en.pdf"}),
        ("", "final", {NEW_PDF}),
        ("", "embargoed", {OLD_PDF}),
        ("", "published", {NEW_PDF}),
        ("", "corrected", {NEW_PDF}),
        ("", "withdrawn", {OLD_PDF}),
        ("--all-editions", "draft", {OLD_PDF, "drafts/brief_2018_en.pdf"}),
        ("--all-editions", "final", {OLD_PDF, NEW_PDF}),
        ("--all-editions", "embargoed", {OLD_PDF}),
        ("--all-editions", "published", {OLD_PDF, NEW_PDF}),
        ("--all-editions", "corrected", {OLD_PDF, NEW_PDF}),
        ("--all-editions", "withdrawn", {OLD_PDF}),
        # An edition dated after --as-of is not built.
        ("--all-editions --as-of 2017-06", "final", {OLD_PDF}),
        ("--all-editions --as-of 2017-06", "published", {OLD_PDF}),
        ("--edition 2018", "draft", {"drafts/brief_2018_en.pdf"}),
        ("--edition 2018", "final", {NEW_PDF}),
        ("--edition 2018", "embargoed", {"embargoed/brief_2018_en.pdf"}),
        ("--edition 2018", "published", {NEW_PDF}),
        ("--edition 2018", "corrected", {NEW_PDF}),
        ("--edition 2018", "withdrawn", {"withdrawn/brief_2018_en.pdf"}),
        ("--edition 2017 --superseded", "final", {"superseded/brief_2017_en.pdf"}),
        # The edition of 2017 is still current, so no copy is made.
        ("--edition 2017 --superseded", "draft", set()),
        ("--edition 2017 --superseded", "embargoed", set()),
    ],
)
def test_build_puts_each_file_where_its_state_belongs(
    projects: Mapping[str, Path], options: str, state: str, files: set[str]
) -> None:
    root = projects[state]
    delete_pdfs(root)
    result = briefs(root, "build", *options.split())
    assert built_pdfs(root) == files
    assert result.exit_code == (0 if files else 5), result.output


@pytest.mark.parametrize("state", ["published", "corrected"])
def test_a_published_edition_is_its_frozen_file(
    projects: Mapping[str, Path], state: str
) -> None:
    root = projects[state]
    delete_pdfs(root)
    briefs(root, "build")
    folder = "2018" if state == "published" else "2018-corr1"
    frozen = root / "content/brief/published" / folder / "brief_2018_en.pdf"
    assert (root / "build" / NEW_PDF).read_bytes() == frozen.read_bytes()


REFUSED = {"draft": "is a draft", "embargoed": "is embargoed", "withdrawn": "is withdrawn"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "command",
    ["build --session 334 --profile office", "pack 334", "print-order 334", "session 334"],
)
def test_a_session_hands_out_what_may_be_printed(
    projects: Mapping[str, Path], state: str, command: str, ghostscript: str
) -> None:
    root = projects[state]
    if command.startswith("print-order") and state not in REFUSED:
        briefs(root, "build", "--session", "334", "--profile", "office")
    result = briefs(root, *command.split())
    if reason := REFUSED.get(state):
        assert result.exit_code == 5
        assert f'"brief" of 2018 {reason}' in result.output
    else:
        assert result.exit_code == 0, result.output
        has_warning = '"brief" of 2018 is not published' in result.output
        assert has_warning == (state == "final" and not command.startswith("build"))


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (
            "build --session 334 --profile office --embargoed",
            {"embargoed/brief_2018_en_office.pdf"},
        ),
        ("pack 334 --embargoed", {"sessions/334/334_en.pdf"}),
    ],
)
def test_an_embargoed_edition_is_printed_on_request_and_stamped(
    projects: Mapping[str, Path], command: str, files: set[str]
) -> None:
    root = projects["embargoed"]
    delete_pdfs(root)
    result = briefs(root, *command.split())
    assert (result.exit_code, built_pdfs(root)) == (0, files), result.output
    with pikepdf.open(root / "build" / min(files)) as pdf:
        title = str(pdf.docinfo["/Title"]).replace("\u00a0", " ")
    if "pack" not in command:
        assert title == "New (Embargoed until 1 January 2999)"


def code_of(root: Path) -> str:
    """The edition code in the published PDF of the second edition, or in the built one."""
    published = sorted((root / "content").rglob("brief_2018_en.pdf"))
    pdf = published[0] if published else next((root / "build").rglob("brief_2018_en.pdf"))
    with pikepdf.open(BytesIO(pdf.read_bytes())) as opened:
        identity = read_identity(opened)
    assert identity
    return identity.codes


@pytest.mark.parametrize(
    ("state", "answer", "exit_code"),
    [
        ("draft", "a draft; it was never published", 6),
        ("final", "text unchanged; current", 0),
        ("embargoed", "embargoed until 2999-01-01", 6),
        ("published", "published on 2018-03-01; current", 0),
        (
            "corrected",
            "published on 2018-03-01; "
            "this copy has no Corr. 1 of 2018-05-01: A wrong figure.; "
            "the edition is current but not this copy",
            6,
        ),
        (
            "withdrawn",
            "published on 2018-03-01; withdrawn on 2018-06-01: All was wrong.; "
            "use the edition of 2017",
            6,
        ),
    ],
)
def test_verify_answers_for_a_paper(
    projects: Mapping[str, Path], state: str, answer: str, exit_code: int
) -> None:
    root = projects[state]
    briefs(root, "build", "--edition", "2018")
    code = code_of(root)
    result = briefs(root, "verify", code)
    assert result.stdout == f"{code}: brief 2018 in English; {answer}\n"
    assert result.exit_code == exit_code


@pytest.mark.parametrize("state", ["draft", "embargoed"])
def test_verify_tells_nothing_of_an_edition_that_is_not_published(
    projects: Mapping[str, Path], state: str
) -> None:
    root = projects[state]
    for edition in ("2017", "2018"):
        briefs(root, "build", "--edition", edition)
    result = briefs(root, "verify", root / "build" / OLD_PDF, "--json")
    assert HIDDEN not in result.stdout
    assert "2018" not in result.stdout
    assert result.exit_code == 0
    # Nor is its code suggested for a mistyped one.
    mistyped = code_of(root)[:-1] + "!"
    assert "2018" not in briefs(root, "verify", mistyped).output


@pytest.mark.parametrize(
    ("state", "item"),
    [
        ("draft", "it is still a draft"),
        ("embargoed", "embargoed until 2999-01-01"),
        ("withdrawn", "it was withdrawn"),
    ],
)
def test_due_lists_why_an_edition_cannot_be_handed_out(
    projects: Mapping[str, Path], state: str, item: str
) -> None:
    assert item in briefs(projects[state], "due", "--on", "2018-10-01").stdout


@pytest.mark.parametrize(
    ("lifecycle", "on", "state"),
    [
        (Lifecycle(), "2018-01-01", "final"),
        (Lifecycle(is_draft=True), "2018-01-01", "draft"),
        (Lifecycle(embargo_until=date(2018, 3, 1)), "2018-02-28", "embargoed"),
        (Lifecycle(embargo_until=date(2018, 3, 1)), "2018-03-01", "final"),
        (Lifecycle(is_draft=True, embargo_until=date(2018, 3, 1)), "2018-01-01", "draft"),
        (Lifecycle(published=0), "2018-01-01", "published"),
        (Lifecycle(published=2, corrections=2), "2018-01-01", "corrected"),
        # A correction counts when it is published.
        (Lifecycle(published=0, corrections=1), "2018-01-01", "published"),
        # A published edition stays published, whatever edition.yaml says.
        (Lifecycle(is_draft=True, published=0), "2018-01-01", "published"),
        (Lifecycle(published=0, withdrawn=date(2018, 3, 1)), "2018-02-28", "published"),
        (Lifecycle(published=0, withdrawn=date(2018, 3, 1)), "2018-03-01", "withdrawn"),
    ],
)
def test_the_state_follows_from_the_files_and_the_day(
    lifecycle: Lifecycle, on: str, state: str
) -> None:
    assert lifecycle.state(date.fromisoformat(on)) == EditionState(state)
    assert Lifecycle.from_record(lifecycle.to_record()) == lifecycle


def test_an_edition_with_an_error_in_edition_yaml_is_not_current(tmp_path: Path) -> None:
    """Neither an embargo without a day nor a broken file makes an edition current."""
    for facts in (
        "embargo_until: soon\n",
        'title: "not closed\nstatus: draft\n',
    ):
        write_files(tmp_path, {**FILES, EDITION_FILE: BASE + facts})
        line = briefs(tmp_path, "list").stdout.splitlines()[0]
        assert line.split()[1:4] == ["2017", "final", "current"], facts
