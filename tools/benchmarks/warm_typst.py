"""Warm Typst: `python -m tools.benchmarks.warm_typst FOLDER PROCESSES NAME...`."""

import sys
from multiprocessing import get_context
from pathlib import Path

import typst

ROOT = Path(__file__).resolve().parents[2]


def compile_all(folder: str, names: list[str]) -> None:
    """Compile documents with one compiler, which keeps its fonts and what it has parsed."""
    compiler = typst.Compiler(
        root=folder, font_paths=[ROOT / "styles/fonts"], ignore_system_fonts=True
    )
    for name in names:
        source, target = f"{folder}/{name}.typ", f"{folder}/{name}.pdf"
        compiler.compile(source, target, pdf_standards="a-3a", timestamp=0)


if __name__ == "__main__":
    folder, processes, *names = sys.argv[1:]
    number = int(processes)
    with get_context("fork").Pool(number) as pool:
        pool.starmap(compile_all, [(folder, names[i::number]) for i in range(number)])
