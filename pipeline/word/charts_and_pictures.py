"""Turn the charts, pictures and references of a document into parts of a brief."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.content.validate.lifecycle import TO_DO
from pipeline.model.fields import FieldPath
from pipeline.word.charts import WordChart
from pipeline.word.markdown import MarkdownWriter, excerpt, words_in
from pipeline.word.names import id_of_bookmark, place_of_bookmark
from pipeline.word.sanitize import CHART_MARK

_CHART = re.compile(rf"{CHART_MARK}(\d*){CHART_MARK}")
_MAX_HEADING_LENGTH = 100
_MAX_ITEMS = {"key_messages": 4, "pull_figures": 3}
Values = dict[str, Any]


def has_content(element: Element) -> bool:
    """Whether an element has words or a picture, or calls a note."""
    has_element = (element.find(path) is not None for path in (".//img", ".//sup/a"))
    return bool(words_in(element)) or any(has_element)


def has_chart_or_picture(element: Element) -> bool:
    """Whether a paragraph has a picture, or the mark of a chart."""
    return element.find(".//img") is not None or bool(_CHART.search(words_in(element)))


def take_charts_and_pictures(element: Element) -> tuple[list[int], list[Element]]:
    """Take the charts, by their numbers, and the pictures out of a paragraph."""
    charts: list[int] = []
    for node in element.iter():
        for name in ("text", "tail"):
            text = getattr(node, name) or ""
            charts += [int(number) for number in _CHART.findall(text) if number]
            setattr(node, name, _CHART.sub("", text))
    pictures = list(element.iter("img"))
    for parent in list(element.iter()):
        for child in [child for child in parent if child.tag == "img"]:
            _remove_element(parent, child)
    return charts, pictures


def _remove_element(parent: Element, child: Element) -> None:
    """Remove an element, and keep the words after it."""
    children = list(parent)
    before = children.index(child)
    if before:
        children[before - 1].tail = (children[before - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def picture_values(image: Element, name: str, caption: Mapping[str, str]) -> Values:
    """Return the values of a picture; `name` is that of its file."""
    values = {"caption": caption["title"]} if not is_missing(caption["title"]) else {}
    values |= {"id": caption["id"]} if "id" in caption else {}
    alt = " ".join(image.get("alt", "").split())
    return {"file": name, "alt": alt or f"{TO_DO}the picture in a sentence", **values}


def chart_block(
    writer: MarkdownWriter, chart: WordChart, caption: Mapping[str, str]
) -> tuple[str, Values]:
    """Return the kind and the values of the block for a chart: a figure or a table."""
    title = caption["title"]
    if is_missing(title) and chart.title:
        title = plain_line(writer, chart.title)
    caption = {**caption, "title": title}
    series = chart.series
    label = next(n for n in ("label", "row", "name", "category") if n not in series)
    rows = list(zip(chart.labels, *series.values(), strict=True))
    subject = f'the chart "{excerpt(title)}" was taken for'
    if chart.kind == "table":
        writer.guessed.append(f"{subject} a table")
        heads = [{"heading": plain_line(writer, n), "align": "number"} for n in series]
        cells = [[plain_line(writer, cell) for cell in row] for row in rows]
        return "table", {**caption, "columns": ["", *heads], "rows": cells}
    writer.guessed.append(f'{subject} one of the type "{chart.kind}"')
    subtitle = f"{TO_DO}what is counted, and its unit"
    return "figure", {
        **{"title": title, "subtitle": subtitle},
        **caption,
        "chart": chart.kind,
        "data": [dict(zip([label, *series], row, strict=True)) for row in rows],
        "label": label,
        "value": list(series) if len(series) > 1 else next(iter(series)),
        "alt": " ".join(chart.alt.split()) or f"{TO_DO}the chart in a sentence",
        "source": f"{TO_DO}the source of the figures",
    }


def reference_values(
    writer: MarkdownWriter, element: Element, used_ids: set[str]
) -> dict[str, str]:
    """Return an entry of the list of references; an exported one keeps id and address."""
    marks = (id_of_bookmark(mark.get("id", ""), "ref") for mark in element.iter("a"))
    id = next(filter(None, marks), "")
    text = writer.line(element)
    if not id:
        return {"id": next(i for i in _new_ids(text) if i not in used_ids), "text": text}
    links = [link for link in element.iter("a") if link.get("href", "")[:6] == "https:"]
    if links and text.endswith(")") and words_in(links[-1]) == links[-1].get("href"):
        text = text[: text.rindex("[")].rstrip()
        return {"id": id, "text": text, "url": links[-1].get("href", "")}
    return {"id": id, "text": text}


def _new_ids(text: str) -> Iterator[str]:
    """Make ids from the first word and the year of a reference."""
    word = re.search(r"[A-Za-z]{2,}", text)
    year = re.search(r"\b(?:19|20)\d\d\b", text)
    base = "-".join([word[0].lower() if word else "ref", *([year[0]] if year else [])])
    yield base
    yield from (f"{base}-{number}" for number in count(2))


def first_sentence(text: str) -> tuple[str, str]:
    """Split a text after its first sentence."""
    match = re.match(r"(.{8,}?[.!?。؟])\s+(?=\S)", text)
    return (match[1], text[match.end() :]) if match else (text, "")


def plain_line(writer: MarkdownWriter, words: str) -> str:
    """Write plain text as a line of Markdown."""
    element = ElementTree.Element("p")
    element.text = words
    return writer.line(element)


def place_of(element: Element) -> FieldPath | None:
    """The place in a language file that a bookmark in an element names."""
    marks = (place_of_bookmark(mark.get("id", "")) for mark in element.iter("a"))
    return next((place for place in marks if place), None)


def move_extra_items(brief: Values, guessed: list[str]) -> None:
    """Move the items beyond the limit of a list to the lead."""
    for name, limit in _MAX_ITEMS.items():
        if surplus := brief.get(name, [])[limit:]:
            guessed.append(
                f"a brief has at most {limit} {name.replace('_', ' ')}; "
                "the others were moved to the lead"
            )
            items = "\n".join("- " + " ".join(item.values()) for item in surplus)
            brief[name] = brief[name][:limit]
            brief["lead"] = "\n\n".join(filter(None, [items, brief.get("lead", "")]))


def caption_labels(labels: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the kinds by their labels, and the pattern of "Table 1." before a caption."""
    names = {labels[kind]: kind for kind in ("table", "figure", "box")}
    names |= {"Table": "table", "Figure": "figure", "Box": "box"}
    names |= {"Chart": "figure", "Graph": "figure", "Illustration": "figure"}
    listed = "|".join(map(re.escape, names))
    return names, rf"(\*\*)?({listed})\s*[\d٠-٩]+\s*[.:：。–—-]?\s*(\*\*)?\s*"


def is_short(element: Element) -> bool:
    """Whether the words of an element may be a heading."""
    return len(words_in(element)) <= _MAX_HEADING_LENGTH


def is_missing(text: str) -> bool:
    """Whether a text is still to be written."""
    return text.startswith(TO_DO)
