"""A file that is damaged at random is refused, or what it becomes is a valid brief."""

import random

import pytest

from pipeline.commands.translate import FORMATS, parse_returned
from pipeline.content.validate.markdown import check_markdown
from pipeline.content.validate.parity import check_translation
from pipeline.content.validate.references import check_references
from pipeline.content.yaml_source import read_yaml
from pipeline.exchange.merge import merge_units
from pipeline.exchange.write_back import write_back
from pipeline.model.schema import LanguageVersion
from pipeline.problems import PipelineError, is_blocking
from tests.exchange.samples import SAMPLES, Sample

MARKS = '<>/"&;\\[]*_^~@{}|#\n\t\u00a0\u200f0x'
TIMES = 30


def damaged(text: str, chance: random.Random) -> str:
    """Delete, double, move or add some characters."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.choice((1, 1, 3, 40)))
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:start] + text[end:]
        elif kind == 1:
            text = text[:end] + text[start:]
        elif kind == 2:
            text = text[:start] + chance.choice(MARKS) + text[start:]
        else:
            target = chance.randrange(len(text))
            part, rest = text[start:end], text[:start] + text[end:]
            text = rest[:target] + part + rest[target:]
    return text


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES[::5], ids=str)
def test_a_damaged_file_is_refused_or_taken_without_harm(
    sample: Sample, format: str
) -> None:
    chance = random.Random(f"{sample} {format}")  # noqa: S311 – no secret
    pairing = sample.pairing()
    original, source = sample.source("en"), sample.source(sample.language)
    version = LanguageVersion.model_validate(original.value)
    text = sample.text(format, sample.units(pairing))
    taken = 0
    for _ in range(TIMES):
        data = damaged(text, chance).encode("utf-8", "replace")
        try:
            returned = parse_returned("back", data)
        except PipelineError:
            continue
        merged = merge_units("back", returned, pairing, None)
        if any(map(is_blocking, merged.problems)):
            continue
        parts = sample.data(sample.language), original, source, pairing
        written = write_back(source.file, *parts, merged.texts)
        if written.refused:
            continue
        taken += 1
        after, problems = read_yaml(source.file, written.data)
        assert after
        problems += check_markdown(LanguageVersion, after)
        problems += check_references(after)
        translated = LanguageVersion.model_validate(after.value)
        problems += check_translation(translated, after, version, original)
        assert [problem for problem in problems if is_blocking(problem)] == []
    assert taken > 0
