"""Write a chart of a brief as one of Word, and the runs that show charts and pictures."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from pipeline.model.schema import DataRow, Figure

# XML namespaces, named like their usual prefixes.
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
# English Metric Units of a millimetre: 36,000.
_WIDTH, _HEIGHT = 160 * 36_000, 75 * 36_000
# Each value is printed beside its mark.
_NUMBERS = (
    '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
    '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
)
_AXES = '<c:axId val="1"/><c:axId val="2"/>'
_LINES = ("line", "slope", "small-multiples")
_COLOURS = ("1E2D5A", "5B8DB8", "9A6B3F", "6B8E4E", "8A5A83", "777777", "B8860B", "2F7F7F")


def write_chart(figure: Figure, rows: Sequence[DataRow]) -> str:
    """Write a chart as a part of a Word file: XML with its labels and values."""
    kind, series = figure.chart, figure.value
    labels = [(n, figure.name(row.get(figure.label) or "")) for n, row in enumerate(rows)]
    series_xml = "".join(
        _write_series(
            number,
            figure.name(name),
            labels,
            [(n, str(row[name])) for n, row in enumerate(rows) if row.get(name)],
            is_line=kind in _LINES,
        )
        for number, name in enumerate(series)
    )
    if kind in _LINES:
        plot = f'<c:lineChart><c:grouping val="standard"/>{series_xml}{_NUMBERS}'
        plot += f'<c:marker val="1"/>{_AXES}</c:lineChart>'
        plot += _write_axis("catAx", 1, 2, "b", "minMax", "autoZero")
        plot += _write_axis("valAx", 2, 1, "l", "minMax", "autoZero")
    else:
        grouping = "stacked" if kind == "stacked" else "clustered"
        overlap = '<c:overlap val="100"/>' if kind == "stacked" else ""
        plot = '<c:barChart><c:barDir val="bar"/>'
        plot += f'<c:grouping val="{grouping}"/>{series_xml}{_NUMBERS}'
        plot += f'<c:gapWidth val="60"/>{overlap}{_AXES}</c:barChart>'
        plot += _write_axis("catAx", 1, 2, "l", "maxMin", "autoZero")
        plot += _write_axis("valAx", 2, 1, "b", "minMax", "max")
    legend = '<c:legend><c:legendPos val="b"/></c:legend>' if len(series) > 1 else ""
    return (
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}"><c:chart>'
        f'<c:autoTitleDeleted val="1"/>'
        f"<c:plotArea><c:layout/>{plot}</c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    )


def _write_axis(kind: str, id: int, cross: int, side: str, order: str, crosses: str) -> str:
    return (
        f'<c:{kind}><c:axId val="{id}"/>'
        f'<c:scaling><c:orientation val="{order}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{side}"/><c:crossAx val="{cross}"/>'
        f'<c:crosses val="{crosses}"/></c:{kind}>'
    )


def _write_series(
    number: int,
    name: str,
    labels: Sequence[tuple[int, str]],
    values: Sequence[tuple[int, str]],
    *,
    is_line: bool,
) -> str:
    count = f'<c:ptCount val="{len(labels)}"/>'
    # The cell range of the data in a workbook, which programs that read charts expect.
    letter, last = chr(ord("B") + number), len(labels) + 1
    cell, labelled = f"Sheet1!${letter}$1", f"Sheet1!$A$2:$A${last}"
    column = f"Sheet1!${letter}$2:${letter}${last}"
    fill = f'<a:solidFill><a:srgbClr val="{_COLOURS[number % 8]}"/></a:solidFill>'
    smooth = '<c:smooth val="0"/>' if is_line else ""
    properties = f'<a:ln w="28575">{fill}</a:ln>' if is_line else fill
    title = f'<c:ptCount val="1"/>{_write_points([(0, name)])}'
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
        f"<c:tx><c:strRef><c:f>{cell}</c:f><c:strCache>{title}</c:strCache></c:strRef></c:tx>"
        f"<c:spPr>{properties}</c:spPr>"
        f"<c:cat><c:strRef><c:f>{labelled}</c:f><c:strCache>{count}{_write_points(labels)}"
        f"</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>{column}</c:f><c:numCache>"
        "<c:formatCode>General</c:formatCode>"
        f"{count}{_write_points(values)}</c:numCache></c:numRef></c:val>"
        f"{smooth}</c:ser>"
    )


def _write_points(points: Sequence[tuple[int, str]]) -> str:
    return "".join(f'<c:pt idx="{n}"><c:v>{escape(v)}</c:v></c:pt>' for n, v in points)


def chart_run(number: int, alt: str) -> str:
    """Write the run that shows chart `number`, with its alternative text."""
    graphic = (
        f'<a:graphicData uri="{_C}"><c:chart xmlns:c="{_C}" r:id="chart{number}"/>'
        "</a:graphicData>"
    )
    return _write_drawing(1000 + number, f"Chart {number}", alt, _WIDTH, _HEIGHT, graphic)


def picture_run(number: int, alt: str, width_mm: float, height_mm: float) -> str:
    """Write the run that shows picture `number`, with its alternative text."""
    width, height = round(width_mm * 36_000), round(height_mm * 36_000)
    name = f'<pic:cNvPr id="{number}" name="Picture {number}"/><pic:cNvPicPr/>'
    graphic = (
        f'<a:graphicData uri="{_PIC}"><pic:pic xmlns:pic="{_PIC}">'
        f"<pic:nvPicPr>{name}</pic:nvPicPr><pic:blipFill>"
        f'<a:blip r:embed="picture{number}"/>'
        '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0"'
        f' y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>"
    )
    return _write_drawing(number, f"Picture {number}", alt, width, height, graphic)


def _write_drawing(
    id: int, name: str, alt: str, width: int, height: int, graphic: str
) -> str:
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_WP}">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{id}" name="{name}" descr={quoteattr(alt)}/>'
        f'<a:graphic xmlns:a="{_A}">{graphic}</a:graphic></wp:inline></w:drawing></w:r>'
    )
