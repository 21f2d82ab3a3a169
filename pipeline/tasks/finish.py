"""Keep, copy from the cache, or render and store a target whose files changed.

A target is up to date if rendering would give the same bytes. It is taken from the cache if
an earlier build rendered the same input. It is rejected if its PDF has an error. Otherwise
it is built. PDFs for readers are converted to PDF/UA-2 here, if the series asks for it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.content.source_map import SourceMap
from pipeline.model.profiles import profile_of
from pipeline.pdf.render import RenderedPdf
from pipeline.problems import PipelineError, Place, Problem
from pipeline.project import BRAND_FILES
from pipeline.state.atomic_write import atomic_write
from pipeline.state.cache import cache_key
from pipeline.state.file_hashes import hash_bytes
from pipeline.state.manifest import (
    OutputEntry,
    StoredWarning,
    load_warning,
    store_warning,
    why_stale,
)
from pipeline.targets import State, Target
from pipeline.tasks.context import BuildContext, RenderedPage, Rendering, TargetFiles
from pipeline.tasks.task import TaskResult, keep_file
from pipeline.toolchain import Toolchain
from pipeline.workers.scheduler import Task

Render = Callable[[], Rendering]


def keep_up_to_date(
    context: BuildContext, target: Target, inputs: Iterable[str], values_hash: str
) -> TaskResult | None:
    """Keep a target without making its HTML, if its values and files are unchanged.

    `inputs` are the recorded sets of files of the values. Returns None if it may be stale.
    """
    state, toolchain = context.workspace.state, context.workspace.toolchains[target.profile]
    entry = state.up_to_date_output(target.name, toolchain, values_hash)
    if entry is None:
        return None
    inputs = [*inputs, entry.html_inputs]
    return _TargetWriter(context, target, inputs, None, values_hash).keep(entry)


def finish(
    context: BuildContext,
    target: Target,
    pages: Sequence[RenderedPage],
    inputs: Iterable[str],
    render: Render,
    input_warnings: Sequence[Problem] | None = None,
    values_hash: str = "",
) -> Task[TaskResult]:
    """Render a target with `render` and store it, unless nothing would change.

    `pages` are its HTML; `inputs` are the recorded sets of files that it was made from.
    `input_warnings` were found before rendering. For a target that is not rendered again
    they replace the recorded warnings; with None, these stay. `values_hash` is the hash of
    the values that the HTML was made from, for `keep_up_to_date`.
    """
    state, toolchain = context.workspace.state, context.workspace.toolchains[target.profile]
    html_hash = _html_hash(context, target, pages)
    inputs = [*inputs, *(state.record_read(page.reads) for page in pages)]
    entry = state.manifest.targets.get(target.name)
    file = f"build/{target.name}"
    current_hash = state.files.hash_of
    reason = why_stale(entry, state.manifest, toolchain, html_hash, current_hash, file)
    target = replace(target, reason=reason)
    writer = _TargetWriter(context, target, inputs, input_warnings, values_hash)
    if entry and not reason:  # question 3 of build.py
        return writer.keep(entry)
    if context.workspace.options.dry_run:
        return TaskResult(replace(target, state=State.STALE))
    key = cache_key(html_hash, context.program, state.manifest.add_toolchain(toolchain))
    if cached := writer.take_from_cache(key):  # question 4
        return cached
    return (yield from _render_and_store(writer, render, html_hash, key))


def _render_and_store(
    writer: "_TargetWriter", render: Render, html_hash: str, key: str
) -> Task[TaskResult]:
    """Render a target; store its PDF and put it into the cache, or reject it."""
    context, state = writer.context, writer.context.workspace.state
    toolchain = context.workspace.toolchains[writer.target.profile]
    rendered, problems = yield from render()
    input_warnings = writer.input_warnings or ()
    if context.has_blocking(problems):
        writer.reject(rendered.pdf)
        pages, size = rendered.pages, len(rendered.pdf)
        target = replace(writer.target, state=State.REJECTED, pages=pages, bytes=size)
        return TaskResult(target, [*input_warnings, *problems])
    pdf = yield from _convert_if_ua2(context, writer.target, rendered.pdf)
    assets = _asset_hashes(context, rendered.assets)
    entry = OutputEntry(
        html_hash=html_hash,
        inputs=writer.inputs,
        program=context.program,
        assets=state.manifest.add_set(assets),
        file_hash=hash_bytes(pdf),
        pages=rendered.pages,
        bytes=len(pdf),
        toolchain=state.manifest.add_toolchain(toolchain),
        warnings=[
            *map(store_warning, input_warnings),
            *_store_warnings(rendered, problems),
        ],
        values_hash=writer.values_hash,
        fill=dict(rendered.fill),
    )
    writer.store(entry, pdf)
    target, warnings = TaskResult.of(writer.target, State.BUILT, entry)
    return TaskResult(
        target, [*warnings, *_put_into_cache(context, key, entry, assets, pdf)]
    )


def keep_frozen(
    context: BuildContext, target: Target, pdf: bytes, pages: int, inputs: Sequence[str]
) -> TaskResult:
    """Store the frozen file of a target, unless it is there already."""
    workspace, file_hash = context.workspace, hash_bytes(pdf)
    state, no_files = workspace.state, workspace.state.record_set(())
    entry = OutputEntry(
        html_hash=file_hash,
        inputs=[*inputs],
        program=no_files,
        assets=no_files,
        file_hash=file_hash,
        pages=pages,
        bytes=len(pdf),
        toolchain=state.manifest.add_toolchain(workspace.toolchains[target.profile]),
    )
    writer = _TargetWriter(context, target, entry.inputs, ())
    if state.files.hash_of(f"build/{target.name}") == file_hash:
        return writer.keep(entry)
    if workspace.options.dry_run:
        reason = "the frozen file is not in build/"
        return TaskResult(replace(target, state=State.STALE, reason=reason))
    writer.store(entry, pdf)
    return TaskResult.of(target, State.PUBLISHED, entry)


def finish_files(
    context: BuildContext,
    target: Target,
    target_files: TargetFiles,
    inputs: Iterable[str],
    toolchain: Toolchain,
) -> TaskResult:
    """Store a target of several files that are not PDFs; unchanged files are not written.

    The file of the target is written last, after the files that it refers to. Its record
    names these as assets. The target is blocked if its file is not among `target_files`.
    """
    if target.name not in target_files.files:
        return TaskResult(replace(target, state=State.BLOCKED))
    state, build = context.workspace.state, context.workspace.project.build
    inputs = [*inputs, state.record_read(target_files.reads)]
    hashes = {name: hash_bytes(data) for name, data in target_files.files.items()}
    changed = [n for n in hashes if state.files.hash_of(f"build/{n}") != hashes[n]]
    if context.workspace.options.dry_run:
        new_state = State.STALE if changed else State.UP_TO_DATE
        return TaskResult(replace(target, state=new_state))
    for name in reversed(changed):
        atomic_write(build / name, target_files.files[name], f"build/{name}", sync=False)
        state.files.set_hash(f"build/{name}", hashes[name])
    other_files = {f"build/{n}": hashes[n] for n in hashes if n != target.name}
    entry = OutputEntry(
        html_hash=hash_bytes("".join(hashes.values()).encode()),
        inputs=inputs,
        program=context.program,
        assets=state.manifest.add_set(other_files),
        file_hash=hashes[target.name],
        pages=0,
        bytes=len(target_files.files[target.name]),
        toolchain=state.manifest.add_toolchain(toolchain),
    )
    state.record_output(target.name, entry)
    return TaskResult.of(target, State.BUILT if changed else State.UP_TO_DATE, entry)


def _is_ua2(context: BuildContext, target: Target) -> bool:
    """Whether a target is to be PDF/UA-2: one for readers, if the series asks for it."""
    is_for_readers = not profile_of(target.profile).is_for_print_only
    return is_for_readers and context.series.conformance == "ua-2"


def _convert_if_ua2(context: BuildContext, target: Target, pdf: bytes) -> Task[bytes]:
    """Convert a PDF to PDF/UA-2 if the target needs it; all are rendered as PDF/UA-1."""
    if not _is_ua2(context, target):
        return pdf
    from pipeline.pdf.pdf_ua2 import convert_to_ua2

    place = Place(target.source)
    converted: bytes = yield context.executor.submit_local(convert_to_ua2, pdf, place)
    return converted


def _html_hash(context: BuildContext, target: Target, pages: Sequence[RenderedPage]) -> str:
    """Hash the HTML and attachments of a target; the renderer hashes its other files.

    The name is hashed too: it is written into print files, and two profiles can have the
    same HTML.
    """
    html = (page.html.encode() for page in pages)
    data = (file.data for page in pages for file in page.attachments)
    converted = [b"ua-2"] if _is_ua2(context, target) else []
    return hash_bytes(b"\0".join([target.name.encode(), *converted, *html, *data]))


@dataclass(frozen=True)
class _TargetWriter:
    """Writes the file and the record of one target; `finish` explains the fields."""

    context: BuildContext
    target: Target
    inputs: list[str]
    input_warnings: Sequence[Problem] | None
    values_hash: str = ""

    def keep(self, entry: OutputEntry) -> TaskResult:
        """Leave the file as it is, and record the present set of its source files."""
        warnings = self._relocate_warnings(entry)
        entry = replace(
            entry, inputs=self.inputs, warnings=warnings, values_hash=self.values_hash
        )
        if not self.context.workspace.options.dry_run:
            self.context.workspace.state.record_output(self.target.name, entry)
        return keep_file(self.context.workspace, self.target, entry)

    def take_from_cache(self, key: str) -> TaskResult | None:
        """Take the PDF from the cache; None if it is missing or `--strict` rejects it."""
        context, state = self.context, self.context.workspace.state
        cached = context.cache.find(key, state.files.hash_of) if context.cache else None
        if cached is None or (context.workspace.options.strict and cached[0].warnings):
            return None
        entry, assets, pdf = cached
        entry = replace(
            entry,
            inputs=self.inputs,
            program=context.program,
            assets=state.manifest.add_set(assets),
            warnings=self._relocate_warnings(entry),
            values_hash=self.values_hash,
        )
        self.store(entry, pdf)
        return TaskResult.of(self.target, State.CACHED, entry)

    def store(self, entry: OutputEntry, pdf: bytes) -> None:
        """Write the PDF and its record; delete the rejected PDF."""
        workspace, name = self.context.workspace, self.target.name
        atomic_write(workspace.project.build / name, pdf, f"build/{name}")
        workspace.state.record_output(name, entry)
        (workspace.project.build / self.target.rejected).unlink(missing_ok=True)

    def reject(self, pdf: bytes) -> None:
        """Write a PDF with an error into build/rejected/."""
        if pdf:
            name = self.target.rejected
            path = self.context.workspace.project.build / name
            atomic_write(path, pdf, f"build/{name}")

    def _relocate_warnings(self, entry: OutputEntry) -> list[StoredWarning]:
        """Return the input warnings, or those of an entry with their present places.

        Only warnings about the layout have a place that is searched for again.
        """
        if self.input_warnings is not None:
            return [*map(store_warning, self.input_warnings)]
        source_map = SourceMap(self.context.workspace.project)
        warnings = []
        for stored in entry.warnings:
            warning, path, word = load_warning(stored), str(stored[-2]), str(stored[-1])
            if path or word:
                place = source_map.find(self.target.source, word, path)
                warning = replace(warning, place=place)
            warnings.append(store_warning(warning, path, word))
        return warnings


def _store_warnings(
    rendered: RenderedPdf, problems: Sequence[Problem]
) -> Iterator[StoredWarning]:
    """Store the warnings, those of the layout with the path and a word to find them by."""
    issues = {(issue.rule, issue.message): issue for issue in rendered.layout_issues}
    for problem in problems:
        issue = issues.get((problem.rule, problem.message))
        yield store_warning(problem, *((issue.path, issue.word) if issue else ()))


def _asset_hashes(context: BuildContext, assets: Mapping[str, str]) -> dict[str, str]:
    """Return the hashes of the used files; the renderer gets the brand as a style sheet."""
    files = context.workspace.state.files
    return {
        name: files.stable_hash(name) if name in BRAND_FILES else file_hash
        for name, file_hash in assets.items()
    }


def _put_into_cache(
    context: BuildContext,
    key: str,
    entry: OutputEntry,
    assets: Mapping[str, str],
    pdf: bytes,
) -> Sequence[Problem]:
    """Put a PDF into the cache; an error does not block the target."""
    try:
        if context.cache:
            context.cache.store(key, entry, assets, pdf)
    except PipelineError as error:
        return error.problems
    return ()
