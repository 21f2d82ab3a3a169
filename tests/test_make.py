"""Jobs are submitted early and run concurrently, and no document is lost."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

from pipeline.build import build_documents as build
from pipeline.problems import Place, Problem, Rule, WorkersUnavailable
from pipeline.project import BUNDLED, open_project
from pipeline.targets import BuildOptions
from pipeline.workers.executor import InlineExecutor
from tests.conftest import WriteProject


class JustDone(Future[Any]):
    """Is done at the second check."""

    checks = 0

    def done(self) -> bool:
        """Whether the job is done."""
        self.checks += 1
        return self.checks >= 2


class Punctual(InlineExecutor):
    """Finishes each job between two checks whether it is done."""

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function now; its job is done at the second check."""
        future = JustDone()
        future.set_result(function(*arguments))
        return future


class Together(InlineExecutor):
    """Renders only when two documents can be rendered concurrently."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(2)
        self.both = Barrier(2, timeout=20)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function now; its result is there when another one was submitted."""

        def run() -> Any:
            self.both.wait()
            return done.result()

        done = super().submit(function, *arguments)
        return self.pool.submit(run)

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function now."""
        return super().submit(function, *arguments)


class LostExecutor(InlineExecutor):
    """Loses the first job when the second one is submitted; runs all others."""

    def __init__(self) -> None:
        self.first: Future[Any] | None = None

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Keep the first job waiting; it fails when the second one is submitted."""
        if self.first is None:
            self.first = Future()
            return self.first
        if not self.first.done():
            gone = Problem(Rule.CLUSTER, Place("there"), "gone", "look for it")
            self.first.set_exception(WorkersUnavailable(gone))
        return super().submit(function, *arguments)

    def submit_local(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function now."""
        return super().submit(function, *arguments)


class Recorded(InlineExecutor):
    """Records the order in which jobs are submitted."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.jobs: list[tuple[str, tuple[Any, ...]]] = []

    def prepare(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Record the job without running it: no process has to be prepared."""
        self.names.append(function.__name__)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Run a function now."""
        self.names.append(function.__name__)
        self.jobs.append((function.__name__, arguments))
        return super().submit(function, *arguments)


def test_no_job_waits_for_what_can_come_later(write_project: WriteProject) -> None:
    recorded = Recorded()
    text = "title: T\nsections: [{heading: H, blocks: [{text: Some text.}]}]\n"
    folders = [f"content/brief-{number}/2017" for number in range(7)]
    names = [f"{folder}/{name}.yaml" for folder in folders for name in ("en", "fr")]
    project = open_project(write_project(dict.fromkeys(names, text)))
    build(project, BuildOptions(), date(2026, 1, 1), executor=recorded)
    short = {"_read_edition": "r", "warm_up": "w", "render_document": "h"}
    order = "".join(short.get(name, "") for name in recorded.names)
    # The first HTML comes before the next editions are read, that of the others after.
    assert order == "rwh" + "rrrr" + "rwhh" * 3 + "whh" * 4  # the project has one more


def test_documents_rendered_before_a_cluster_is_lost_are_reported(
    write_project: WriteProject,
) -> None:
    text = (
        "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"
    )
    names = [f"content/brief-{number}/2017/en.yaml" for number in range(2)]
    project = open_project(write_project(dict.fromkeys(names, text)))
    outcome = build(project, BuildOptions(), date(2026, 1, 1), executor=LostExecutor())
    assert [p.message for p in outcome.problems] == ["gone"]
    reported = {f"build/{d.name}" for d in outcome.targets if d.state == "built"}
    written = {
        f"build/{p.relative_to(project.build)}" for p in project.build.glob("*/*.pdf")
    }
    assert reported == written
    assert len(reported) == 2


def test_two_changed_documents_among_many_are_built_concurrently(
    write_project: WriteProject,
) -> None:
    text = (
        "title: A title\nsections: [{heading: A heading, blocks: [{text: Some text.}]}]\n"
    )
    names = [f"content/brief-{number:02}/2017/en.yaml" for number in range(40)]
    project = open_project(write_project(dict.fromkeys(names, text)))
    build(project, BuildOptions(jobs=2), date(2026, 1, 1))
    other = text.replace("Some", "Other")
    write_project({**dict.fromkeys(names, text), names[0]: other, names[-1]: other})
    outcome = build(project, BuildOptions(), date(2026, 1, 1), executor=Together())
    assert [d.state for d in outcome.targets].count("built") == 2


def test_a_job_that_ends_between_two_checks_is_not_lost(
    write_project: WriteProject,
) -> None:
    project = open_project(write_project({}))
    outcome = build(project, BuildOptions(), date(2026, 1, 1), executor=Punctual())
    assert [d.state for d in outcome.targets] == ["built"]


def test_the_html_of_a_language_is_rendered_again_only_for_its_own_files(
    write_project: WriteProject,
) -> None:
    chart = "chart: bar, data: data.csv, label: a, value: b"
    chart = f"{{figure: {{title: F, subtitle: S, alt: A., source: W., {chart}}}}}"
    text = f"title: T\nsections: [{{heading: H, blocks: [{{text: Words.}}, {chart}]}}]\n"
    facts = "symbol: A/1\n"
    folder = "content/two/2017"
    files = {f"{folder}/{name}.yaml": text for name in ("en", "fr")}
    files |= {f"{folder}/edition.yaml": facts, f"{folder}/data.csv": "a,b\nx,1\ny,2\n"}
    root = write_project(files)
    (root / "templates").mkdir(exist_ok=True)
    bundled = BUNDLED / "templates/components/meta.html"

    def rendered(name: str, text: str) -> list[object]:
        """Change a file, build, and give the languages whose HTML was made."""
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        recorded = Recorded()
        outcome = build(
            open_project(root),
            BuildOptions(slugs=("two",)),
            date(2026, 1, 1),
            executor=recorded,
        )
        assert not outcome.problems
        assert {target.state for target in outcome.targets} <= {"built", "up-to-date"}
        return [a[2].language for n, a in recorded.jobs if n == "render_document"]

    assert rendered(f"{folder}/en.yaml", text) == ["en", "fr"]
    assert rendered(f"{folder}/en.yaml", text.replace("Words", "Others")) == ["en"]
    assert rendered(f"{folder}/fr.yaml", text.replace("Words", "Autres")) == ["fr"]
    assert rendered(f"{folder}/edition.yaml", "symbol: A/2\n") == ["en", "fr"]
    assert rendered(f"{folder}/data.csv", "a,b\nx,1\ny,3\n") == ["en", "fr"]
    (root / "templates/components").mkdir(parents=True)
    changed = bundled.read_text() + "{# a remark #}"
    (root / "templates/components/meta.html").write_text(changed)
    assert rendered(f"{folder}/en.yaml", text) == ["en", "fr"]
    (root / "build/two/two_2017_fr.pdf").write_bytes(b"")
    assert rendered(f"{folder}/en.yaml", text.replace("Words", "New")) == ["en", "fr"]
