"""Compare charts with the words about them: titles, and the texts that refer to them.

Only certain contradictions are reported: a name must be found as it is printed. For
inflected languages a title names a highlight if it has the beginning of one of its words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pipeline.content.data_files import DataFile, DataKey
from pipeline.content.validate.charts import ChartSource, charts_in
from pipeline.content.yaml_source import Source
from pipeline.model.cjk import is_hanzi
from pipeline.model.fields import FieldPath
from pipeline.model.markdown import internal_links, plain_text
from pipeline.model.normalization import fold_case
from pipeline.model.schema import Block, LanguageVersion
from pipeline.model.walk import parts_in
from pipeline.problems import Problem, Rule

# With fewer numbers, one of them in large type informs better than a chart.
MIN_NUMBERS = 4
_SENTENCE = re.compile(r"(?<=[.!?؟])\s+|(?<=[。！？])|\n\s*\n")
_WORD = re.compile(r"\w{4,}")
# The number of first letters that inflected forms of a word have in common.
_STEM_LENGTH = 4


def check_claims(
    version: LanguageVersion, source: Source, data: Mapping[DataKey, DataFile]
) -> Iterator[Problem]:
    """Check the charts and texts of a language file that has no errors."""
    charts = list(charts_in(version, source, data))
    for chart in charts:
        yield from _check_count(chart)
        yield from _check_title(chart)
    by_id = {chart.figure.id: chart for chart in charts if chart.figure.id}
    names = {name for chart in charts for name in _proper_names(chart)}
    for path, block in parts_in(version, Block):
        if block.text:
            yield from _check_text(block.text, (*path, "text"), by_id, names, source)


def _printed_labels(chart: ChartSource) -> list[str]:
    """The printed names of the rows of a chart; none if they are times."""
    is_over_time = chart.figure.chart_type.is_over_time
    return [] if is_over_time else [*map(chart.figure.name, chart.labels)]


def _printed_columns(chart: ChartSource) -> list[str]:
    return [*map(chart.figure.name, chart.figure.value)]


def _proper_names(chart: ChartSource) -> Iterator[str]:
    """The proper names that a chart draws, and those of other columns of its data."""
    columns = (chart.figure.name(c) for c in chart.rows[0] if c != chart.figure.label)
    return filter(_is_proper, (*_printed_labels(chart), *columns))


def _is_proper(name: str) -> bool:
    """Guess whether a name is a proper name: "Western Asia", not "share"."""
    has_case = name[:1].isupper() and len(name) >= _STEM_LENGTH
    return has_case or (is_hanzi(name[:1]) and len(name) > 2)


def _check_count(chart: ChartSource) -> Iterator[Problem]:
    rows = [[row[c] for c in chart.figure.value if row.get(c)] for row in chart.rows]
    count = sum(map(len, rows))
    if chart.figure.chart_type.is_whole:  # a part says how large the only other one is
        count -= sum(len(row) == 2 for row in rows)
    if count < MIN_NUMBERS:
        message = f"the chart has {count} number{'s' if count != 1 else ''}"
        hint = 'set one of them large: "big_figure"; the text can name the others'
        yield Problem(Rule.FEW_NUMBERS, chart.place("chart"), message, hint)


def _check_title(chart: ChartSource) -> Iterator[Problem]:
    """Report a title that names another row or column than the highlighted one."""
    figure = chart.figure
    if not figure.highlight:
        return
    is_column = figure.chart_type.highlights == "column"
    names = _printed_columns(chart) if is_column else _printed_labels(chart)
    highlight, title = figure.name(figure.highlight), plain_text(figure.title)
    if _may_contain_name(highlight, title):
        return
    others = [n for n in names if n != highlight and _is_proper(n) and _has_name(n, title)]
    if others:
        message = f'the title speaks of "{others[0]}", and the highlight is "{highlight}"'
        hint = "highlight what the title is about, or change the title"
        yield Problem(Rule.CHART_CLAIM, chart.place("highlight"), message, hint)


def _check_text(
    text: str,
    path: FieldPath,
    charts: Mapping[str, ChartSource],
    proper_names: Iterable[str],
    source: Source,
) -> Iterator[Problem]:
    """Report a sentence that refers to a chart, and has a name that the chart lacks."""
    for sentence in _SENTENCE.split(text):
        linked = [charts[id] for id in internal_links(sentence) if id in charts]
        if not linked:
            continue
        drawn = {n for c in linked for n in (*_printed_labels(c), *_printed_columns(c))}
        words = plain_text(sentence)
        for name in sorted(drawn, key=len, reverse=True):
            words = re.sub(re.escape(name), " ", words, flags=re.IGNORECASE)
        for name in sorted(proper_names):
            if name not in drawn and _has_name(name, words):
                message = f'the text refers to "{name}", which the figure does not draw'
                hint = "draw it, or name it in a sentence of its own"
                place = source.find(path, name)
                yield Problem(Rule.CHART_CLAIM, place, message, hint)


def _has_name(name: str, text: str) -> bool:
    """Whether a text has a name as it is printed."""
    edge = "" if any(map(is_hanzi, name)) else r"\b"
    return bool(re.search(f"{edge}{re.escape(name)}{edge}", text))


def _may_contain_name(name: str, text: str) -> bool:
    """Whether a text has a name, or the beginning of one of its longer words."""
    folded, name = fold_case(text), fold_case(name)
    stems = [word[: max(_STEM_LENGTH, len(word) - 2)] for word in _WORD.findall(name)]
    return name in folded or any(stem in folded for stem in stems)
