"""The preloaded modules are complete, and start no program or thread."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.pdf.c_declarations import DECLARATIONS
from pipeline.pdf.compiled_cffi import CompiledFFI
from pipeline.pdf.weasyprint_patches.importing import import_weasyprint
from pipeline.project import BUNDLED
from tools.compile_declarations import FILE, compile_declarations

# The modules that are loaded before the first process is forked.
READY = "import pipeline.tasks.jobs, pipeline.pdf.preload, sys"


def run(code: str, path: str) -> str:
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(BUNDLED)}
    command = [sys.executable, "-c", f"{READY}; {code}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.strip()


def test_no_compiler_is_run_to_find_a_library(tmp_path: Path) -> None:
    log = tmp_path / "log"
    for name in ("gcc", "cc", "ld", "objdump", "ldconfig"):
        program = tmp_path / name
        program.write_text(f'#!/bin/sh\necho {name} >> "{log}"\n')
        program.chmod(0o755)
    assert run("import os; print(os.environ['PATH'])", str(tmp_path)) == str(tmp_path)
    assert not log.exists()


def test_modules_for_content_and_html_are_not_preloaded() -> None:
    unwanted = "{'click', 'jinja2', 'pydantic', 'yaml', 'markdown_it', 'babel',"
    unwanted += "'fontTools.subset', 'fontTools.varLib'}"
    assert run(f"print(*sorted({unwanted} & set(sys.modules)))", os.environ["PATH"]) == ""


def test_modules_for_rendering_are_preloaded() -> None:
    needed = ("render", "metadata", "right_to_left", "tag_writer", "tounicode")
    needed += ("weasyprint_patches",)
    checks = ("contrast", "fallback_fonts", "overflow")
    names = {f"pipeline.pdf.{name}" for name in needed}
    names |= {f"pipeline.pdf.checks.{name}" for name in checks}
    assert run(f"print({names!r} - set(sys.modules))", os.environ["PATH"]) == "set()"


def test_the_bundled_stylesheets_are_parsed_before_a_process_is_forked() -> None:
    code = "from pipeline.pdf import stylesheet_cache as c; print(len(c._cached_rules))"
    assert int(run(code, os.environ["PATH"])) > 20


def test_no_thread_is_started_before_a_process_is_forked() -> None:
    code = "import os; print(len(os.listdir('/proc/self/task')))"
    if sys.platform == "linux":
        assert run(code, os.environ["PATH"]) == "1"


def test_the_first_document_of_a_process_imports_nothing() -> None:
    """Each worker process would import it again."""
    code = f"""
from pathlib import Path
from pipeline.pdf.fontconfig import load_fonts
from pipeline.pdf.render import render_pdf
from pipeline.problems import Place
before = {{*sys.modules}}
link = '<link rel="stylesheet" href="https://project.invalid/style.css">'
head = f'<head><title>T</title>{{link}}</head>'
html = f'<html lang="en">{{head}}<body><p>Word</p></body></html>'
fonts = load_fonts((Path({str(BUNDLED / "styles" / "fonts")!r}),))
rendered, problems = render_pdf(
    html, lambda name: b"p {{ color: #000 }}", fonts, lambda *_: Place("")
)
assert rendered.pdf and rendered.assets and not problems
print(*sorted({{*sys.modules}} - before))
"""
    assert run(code, os.environ["PATH"]) == ""


def test_libraries_are_found_without_other_programs() -> None:
    code = "import subprocess; subprocess.Popen = None;" + READY
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(BUNDLED)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.stderr == ""


def test_no_c_declarations_are_parsed() -> None:
    parsers = "{'cffi', 'pycparser'}"
    assert run(f"print({parsers} & set(sys.modules))", os.environ["PATH"]) == "set()"


def test_the_compiled_declarations_are_those_of_weasyprint() -> None:
    import_weasyprint()

    declarations = compile_declarations()
    assert FILE.read_text() == declarations, "run python -m tools.compile_declarations"


def test_other_declarations_are_refused() -> None:
    with pytest.raises(RuntimeError, match="WeasyPrint has changed"):
        CompiledFFI("weasyprint", **DECLARATIONS).cdef("int puts (char *);")


def test_a_document_needs_no_modules_of_other_targets() -> None:
    modules = "pipeline.tasks.documents, pipeline.html.templates"
    code = f"import sys, pipeline.workers.pebble_pool, {modules}; print(*sys.modules)"
    environment = {
        **{**os.environ, "PYTHONPATH": str(BUNDLED)},
        "PYDANTIC_DISABLE_PLUGINS": "__all__",  # as cli/process.py sets it
    }
    loaded = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    ).stdout.split()
    assert "jinja2" in loaded
    views = {f"pipeline.html.{n}_view" for n in ("job_sheet", "redline", "site", "web")}
    others = {"pipeline.redline.words", "pipeline.commands.list", "importlib.metadata"}
    others |= {"pipeline.model.session", "asyncio", "pebble.asynchronous"}
    assert not {*views, *others} & {*loaded}
