"""Other programs accept our files: translate-toolkit, and OmegaT without its window.

translate-toolkit is in the environment of `make gate`. OmegaT is a package of Debian
(`apt-get install omegat`), or its jar is named by OMEGAT_JAR.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from pipeline.content.inline_codes import CodeEnd, InlineCode, Pieces
from pipeline.content.yaml_source import read_yaml
from pipeline.exchange.merge import merge_units
from pipeline.exchange.po import read_po_file
from pipeline.exchange.unit import UnitState, number_codes
from tests.conftest import briefs
from tests.exchange.samples import ROOT, SAMPLES, Sample, pieces_by_key
from tools.conformance.environment import ENVIRONMENT

pytestmark = pytest.mark.gate
PYTHON, POFILTER = ENVIRONMENT / "bin" / "python", ENVIRONMENT / "bin" / "pofilter"
JAR = Path(os.environ.get("OMEGAT_JAR", "/usr/share/omegat/OmegaT.jar"))
ENDINGS = {"xliff": "xlf", "xliff2": "xlf", "po": "po"}
# Prints what translate-toolkit reads in each file: originals, translations, states.
READER = """\
import json, sys
from translate.storage import po, xliff, xliff2

READERS = {"xliff": xliff.Xliff1File, "xliff2": xliff2.Xliff2File, "po": po.pofile}
found = {}
for name in sys.argv[1:]:
    format = name.rpartition("/")[2].partition("_")[0]
    units = [unit for unit in READERS[format].parsefile(name).units if unit.source]
    found[name] = [(str(u.source), str(u.target or ""), u.istranslated()) for u in units]
print(json.dumps(found))
"""


def plain(text: str) -> str:
    """The words of a text, without its codes."""
    return re.sub(r"\W", "", re.sub("<[^>]*>", "", text))


def test_the_readers_of_translate_toolkit_read_what_was_written(tmp_path: Path) -> None:
    files: dict[str, list[tuple[str, str, bool]]] = {}
    for sample, format in zip(SAMPLES, cycle(ENDINGS), strict=False):
        units = sample.units(sample.pairing())
        path = tmp_path / f"{format}_{sample}.{ENDINGS[format]}"
        path.write_text(sample.text(format, units), "utf-8")
        files[str(path)] = [
            read_unit(
                shown(unit.original, format),
                shown(unit.translation, format),
                is_done=unit.state is UnitState.TRANSLATED,
            )
            for unit in units
        ]
    run = [PYTHON, "-c", READER, *files]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    for name, expected in files.items():
        assert [read_unit(s, t, is_done=done) for s, t, done in read[name]] == expected, (
            name
        )


def read_unit(source: str, target: str, *, is_done: bool) -> tuple[str, str, bool]:
    """The words of a unit; those of a translation that is still to be made do not count."""
    return plain(source), plain(target) if is_done else "", is_done


def shown(pieces: Pieces, format: str) -> str:
    """The words that the toolkit shows; in XLIFF 1.2 also the codes without an end."""
    return "".join(
        piece if isinstance(piece, str) else piece.start
        for piece in pieces
        if isinstance(piece, str)
        or (format == "xliff" and isinstance(piece, InlineCode) and not piece.end)
    )


# Each breaks the text of a unit, where it can.
BREAKS = (
    lambda text: re.sub("<x[0-9]+/>", "", text, count=1),
    lambda text: re.sub("(<x[0-9]+/>)", r"\1\1", text, count=1),
    lambda text: re.sub("</g[0-9]+>", "", text, count=1),
    lambda text: re.sub("<g([0-9]+)>", "<g9>", text, count=1),
    lambda text: re.sub("[0-9]", lambda m: str((int(m[0]) + 1) % 10), text, count=1),
    lambda text: re.sub("https?://", "https://x.", text, count=1),
    lambda text: re.sub("^[^<>]+$", "", text, count=1),
)
# The tests of pofilter for markup, numbers and missing text. Other tests check the style by
# the rules of English, such as full stops and capitals.
TESTS = ("xmltags", "numbers", "urls", "emails", "blank", "untranslated", "escapes", "tabs")


def broken_text(text: str) -> str:
    """Break each translation that stands in one line of a file."""
    changes = cycle(BREAKS)
    return re.sub(r'(?<=msgstr ")(.+)(?="\n)', lambda m: next(changes)(m[1]), text)


def flagged(path: Path) -> set[str]:
    """The units of a file in which pofilter finds something."""
    out = path.with_suffix(".found")
    options = [f"--test={test}" for test in TESTS]
    run = [POFILTER, "--progress=none", *options, path, out]
    subprocess.run(run, check=True, capture_output=True)
    text = out.read_text("utf-8") if out.is_file() else ""
    return set(re.findall(r'^msgctxt "(.*)"$', text, re.MULTILINE))


def test_pofilter_finds_nothing_that_the_import_does_not(tmp_path: Path) -> None:
    their_count = our_count = 0
    for sample in (one for one in SAMPLES if one.language in ("fr", "es", "ru")):
        pairing, path = sample.pairing(), tmp_path / f"{sample}.po"
        text = sample.text("po", sample.units(pairing))
        path.write_text(text, "utf-8")
        known = flagged(path)
        text = broken_text(text)
        path.write_text(text, "utf-8")
        merged = merge_units("x", read_po_file("x", text.encode()), pairing, None)
        lines = text.split("\n")
        ours = {context_of(lines, problem.place.line) for problem in merged.problems}
        ours |= set(re.findall(r'msgctxt "(.*)"\nmsgid (?:".*"\n)+msgstr ""\n\n', text))
        theirs = flagged(path) - known
        assert theirs <= ours, sample
        their_count, our_count = their_count + len(theirs), our_count + len(ours)
    assert our_count >= their_count > 100


def context_of(lines: list[str], line: int) -> str:
    """The context of the unit that a line is part of."""
    contexts = (x for x in reversed(lines[:line]) if x.startswith("msgctxt "))
    return next(contexts)[9:-1]


PROJECT = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir>
<tm_dir>__DEFAULT__</tm_dir><glossary_dir>__DEFAULT__</glossary_dir>
<dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>EN</source_lang><target_lang>FR</target_lang>
<sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations>
<remove_tags>false</remove_tags>
</project></omegat>
"""
MEMORY = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx11.dtd">
<tmx version="1.1"><header creationtool="t" creationtoolversion="1" segtype="paragraph"
 o-tmf="OmegaT TMX" adminlang="EN-US" srclang="EN" datatype="plaintext"></header><body>
{units}</body></tmx>
"""
PAIR = '<tu><tuv lang="EN"><seg>{}</seg></tuv><tuv lang="FR"><seg>{}</seg></tuv></tu>\n'


@pytest.mark.skipif(
    not JAR.is_file(), reason="needs OmegaT (Debian: apt-get install omegat)"
)
def test_a_brief_translated_in_omegat_builds(tmp_path: Path) -> None:
    sample = Sample("wpsdg/2017", "fr")
    root, project = tmp_path / "briefs", tmp_path / "omegat"
    shutil.copytree(ROOT / "content" / "wpsdg" / "2017", root / "content/wpsdg/2017")
    shutil.copy(ROOT / "content" / "series.yaml", root / "content")
    (root / "content/wpsdg/2017/fr.yaml").unlink()
    for name in ("source", "target", "tm", "glossary", "dictionary", "omegat"):
        (project / name).mkdir(parents=True)
    file = "wpsdg_2017_fr.xlf"
    run = ("translate", "wpsdg", "--to", "fr", "-o", project / "source" / file)
    assert briefs(root, *run).exit_code == 0
    (project / "omegat.project").write_text(PROJECT)
    pairs = [PAIR.format(*map(escape, pair)) for pair in memory(sample)]
    tmx = MEMORY.format(units="".join(pairs))
    (project / "omegat" / "project_save.tmx").write_text(tmx, "utf-8")
    run_omegat = ["java", "-jar", JAR, project, "--mode=console-translate"]
    subprocess.run(run_omegat, check=True, capture_output=True)
    result = briefs(root, "translate", "--from", project / "target" / file)
    assert f"{len(pairs)} texts changed" in result.stderr
    assert result.exit_code == 0, result.stderr
    name = "content/wpsdg/2017/fr.yaml"
    source, _ = read_yaml(name, (root / name).read_bytes())
    assert source
    translated, expected = pieces_by_key(source), pieces_by_key(sample.source("fr"))
    assert sum(translated[key] != expected[key] for key in expected) <= len(expected) - len(
        pairs
    )
    assert briefs(root, "build", "wpsdg", "--lang", "fr").exit_code == 0


def memory(sample: Sample) -> Iterator[tuple[str, str]]:
    """The texts of a sample as OmegaT shows them, which leaves out a code at either end."""
    for unit in sample.units(sample.pairing()):
        original, translation = unit.original, unit.translation
        if isinstance(original[-1], InlineCode) and original[-1] == translation[-1]:
            original, translation = original[:-1], translation[:-1]
        if not isinstance(original[0], InlineCode) and not isinstance(
            original[-1], InlineCode | CodeEnd
        ):
            shown = [omegat(unit.original, pieces) for pieces in (original, translation)]
            if shown[0] != shown[1] and "<gt" not in shown[1]:
                yield shown[0].strip(), shown[1].strip()


def omegat(original: Pieces, pieces: Pieces) -> str:
    """Write pieces as OmegaT does: codes are tags, with the numbers of the original."""
    written, ends = [], []
    for name, piece in number_codes(original, pieces):
        if isinstance(piece, str):
            written.append(piece)
        elif isinstance(piece, CodeEnd):
            written.append(ends.pop())
        else:
            number = int(name) - 1 if name.isdigit() else name
            written.append(f"<g{number}>" if piece.end else f"<i{number}/>")
            ends += [f"</g{number}>"] if piece.end else []
    return "".join(written)
