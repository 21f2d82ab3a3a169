"""Make the Word files of the tests, with LibreOffice and python-docx.

python -m tests.word.make_documents      needs `soffice`, python-docx and Pillow

The files are kept in tests/word/documents, as another release of either program would make
others. Beside each is the YAML that it is imported as, which a person has read.
"""

import base64
import io
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "documents"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Parts of python-docx's template that make a file four times as large.
_DROPPED = ("docProps/thumbnail.jpeg", "word/stylesWithEffects.xml", "customXml/")


def picture(kind: str, colour: str) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (1400, 900), colour).save(out, kind)
    return out.getvalue()


# By LibreOffice: from HTML, and from flat ODF where HTML has no word for it.

_IMAGE = '<p><img src="data:image/png;base64,{}" alt="A blue rectangle." width="300"/></p>'
HTML: dict[str, Callable[[], tuple[str, str]]] = {
    "lo-report": lambda: (
        "en",
        """<h1>Trade and decent work</h1><h2>Why two policies must agree</h2>
<p>Trade and <i>labour market</i> policies <b>interact</b>: CO<sub>2</sub>, m<sup>2</sup>. See
<a href="https://www.ilo.org/trade">the page of the ILO</a>.</p>
<ul><li>Orders without skills<ul><li>in the garment industry<ol><li>first</li></ol></li></ul></li>
<li>Gains without a bridge</li></ul><ol><li>Train first.</li><li>Trade then.</li></ol>
<h2>The mandate</h2><p>Table 1. Each side pays a share</p>
<table border="1"><tr><th>Who pays</th><th>First year</th><th>Later</th></tr>
<tr><td>Government</td><td>60</td><td>20</td></tr>
<tr><td rowspan="2">Others</td><td>30</td><td>80</td></tr>
<tr><td colspan="2">none</td></tr></table><p>Source: The authors.</p>
<h3>A smaller heading</h3><p>Its text.</p>""",
    ),
    "lo-arabic": lambda: (
        "ar",
        """<h1>العمل اللائق والتجارة</h1><h2>لماذا يجب أن تتفق سياستان</h2>
<p>تؤثر سياسة <b>التجارة</b> في الوظائف عام 2017، كما يقول <i>Global Advocacy</i>.</p>
<ul><li>أوامر التصدير</li><li>المهارات</li></ul>
<p>الجدول 1. الحصص</p><table border="1"><tr><th>المنطقة</th><th>الحصة</th></tr>
<tr><td>أفريقيا</td><td>12.5</td></tr><tr><td>آسيا</td><td>8</td></tr></table>
<p>المصدر: منظمة العمل الدولية.</p>""",
    ),
    "lo-chinese": lambda: (
        "zh",
        """<h1>贸易与体面劳动</h1><h2>两项政策，一个劳动力市场</h2>
<p>贸易政策<b>影响</b>就业。2017年，国际劳工组织发表了<i>Global Advocacy</i>报告（见表1）。</p>
<ul><li>订单</li><li>技能</li></ul><p>表1　各方分担</p>
<table border="1"><tr><th>地区</th><th>比例</th></tr><tr><td>非洲</td><td>12.5</td></tr>
<tr><td>亚洲</td><td>8</td></tr></table><p>资料来源：国际劳工组织。</p>""",
    ),
    "lo-russian": lambda: (
        "ru",
        """<h1>Торговля и достойный труд</h1><h2>Два направления политики</h2>
<p>Слова «العمل اللائق» и 体面劳动 значат «достойный труд»; по-английски <i>decent work</i>.</p>
<h2>Мандат</h2><p>Рабочая группа собирается два раза в год.</p>""",
    ),
    "lo-french": lambda: (
        "fr",
        """<h1>Le commerce et le travail décent</h1><h2>Pourquoi deux politiques&nbsp;?</h2>
<p>Le BIT écrit&nbsp;: «&nbsp;Les échanges créent 1&#8239;250&#8239;000 emplois&nbsp;» (58&nbsp;%).</p>
<p>Encadré 1. Une remarque</p><p>Source&nbsp;: OIT.</p>""",
    ),
    "lo-bold": lambda: (
        "en",
        """<p align="center"><b>A paper without styles</b></p><p><b>What the matter is</b></p>
<p>The author made each heading bold.</p><p>• First point</p><p>• Second point</p>
<p><b>What to do</b></p><p>1. is no list, and - neither.</p>""",
    ),
    "lo-picture": lambda: (
        "en",
        "<h1>A paper with a picture</h1><h2>The hall</h2><p>Before the picture.</p>"
        + _IMAGE.format(base64.b64encode(picture("PNG", "#1e2dbe")).decode())
        + "<p>Figure 1. A hall in blue</p><p>After the picture.</p>",
    ),
}
_CHANGE = """<text:changed-region text:id="{id}" xml:id="{id}"><text:{kind}><office:change-info>
<dc:creator>Ada Example</dc:creator><dc:date>2017-03-0{day}T10:00:00</dc:date></office:change-info>
{words}</text:{kind}></text:changed-region>"""
_NOTE = (
    '<text:note text:note-class="{kind}"><text:note-citation>1</text:note-citation>'
    "<text:note-body><text:p>{words}</text:p></text:note-body></text:note>"
)
FLAT: dict[str, str] = {
    "lo-notes": (
        '<text:h text:outline-level="1">Notes of two kinds</text:h>'
        '<text:h text:outline-level="2">The first section</text:h>'
        f"<text:p>A claim{_NOTE.format(kind='footnote', words='Its source, 2016.')} and "
        f"another{_NOTE.format(kind='endnote', words='At the end; 5 * 3 = 15.')}.</text:p>"
        "<table:table><table:table-column/><table:table-column/>"
        "<table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell>"
        "<table:table-cell><text:p>Share</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>2016</text:p></table:table-cell>"
        "<table:table-cell><text:p>12.5"
        f"{_NOTE.format(kind='footnote', words='An estimate.')}</text:p></table:table-cell>"
        "</table:table-row></table:table>"
        f'<text:h text:outline-level="2">A heading{_NOTE.format(kind="footnote", words="Lost.")}'
        "</text:h><text:p>The end.</text:p>"
    ),
    "lo-tracked": (
        '<text:tracked-changes text:track-changes="true">'
        + _CHANGE.format(id="c1", kind="deletion", day=1, words="<text:p>7.1</text:p>")
        + _CHANGE.format(id="c2", kind="insertion", day=2, words="")
        + "</text:tracked-changes>"
        '<text:h text:outline-level="1">A paper under review</text:h>'
        '<text:h text:outline-level="2">The share</text:h>'
        '<text:p>The share fell to <text:change text:change-id="c1"/>'
        '<text:change-start text:change-id="c2"/>6.9<text:change-end text:change-id="c2"/>'
        ' per cent<office:annotation office:name="1"><dc:creator>Ben Example</dc:creator>'
        "<dc:date>2017-03-03T09:00:00</dc:date><text:p>Of what?</text:p></office:annotation>"
        '<office:annotation-end office:name="1"/>.</text:p>'
    ),
}
_FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:body><office:text>{}</office:text></office:body></office:document>"""


def by_libreoffice() -> None:
    """Write the documents that LibreOffice makes."""
    with tempfile.TemporaryDirectory() as folder:
        sources = []
        for name, make in HTML.items():
            language, body = make()
            file = Path(folder, f"{name}.html")
            head = f'<html lang="{language}"><meta charset="utf-8"/><body>'
            if language == "ar":
                head = head.replace("<body>", '<body dir="rtl">')
            file.write_text(f"{head}{body}</body></html>", "utf-8")
            sources.append(file)
        for name, body in FLAT.items():
            file = Path(folder, f"{name}.fodt")
            file.write_text(_FLAT.format(body), "utf-8")
            sources.append(file)
        for file in sources:
            command = ["soffice", f"-env:UserInstallation=file://{folder}", "--headless"]
            if file.suffix == ".html":
                command += ["--infilter=HTML (StarWriter)"]
            command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(HERE)]
            subprocess.run([*command, str(file)], check=True, capture_output=True)


# By python-docx


def styled(d: Any) -> None:
    d.add_heading("Trade and decent work", 0)
    d.add_paragraph("Two policies reach the same workers", style="Subtitle")
    d.add_paragraph("The lead says what the matter is: orders doubled, employment did not.")
    d.add_heading("Where the jobs went", 1)
    d.add_paragraph("Jobs went where skills were.")
    for text, style in (
        *(("Orders", "List Bullet"), ("of garments", "List Bullet 2")),
        *(("of shoes", "List Bullet 2"), ("Gains", "List Bullet")),
        *(
            ("Train", "List Number"),
            ("at school", "List Number 2"),
            ("Trade", "List Number"),
        ),
    ):
        d.add_paragraph(text, style=style)
    d.add_paragraph("The order came in May.", style="Quote")
    d.add_heading("A level below", 2)
    d.add_paragraph("Its text.")


def table(d: Any) -> None:
    d.add_heading("A table with merged cells", 0)
    d.add_heading("The shares", 1)
    d.add_paragraph("Table 1. Each side pays", style="Caption")
    rows = (
        *(("Who", "First year", "", "Later"), ("", "women", "men", "all")),
        *(("Government", "60", "61", "20"), ("Employers", "30", "29", "80")),
        *(("", "10", "–", "1 250"), ("All courses are free", "", "", "")),
    )
    t = d.add_table(len(rows), 4)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            t.cell(r, c).text = text
    for a, b in (((0, 1), (0, 2)), ((0, 0), (1, 0)), ((3, 0), (4, 0)), ((5, 0), (5, 3))):
        merged = t.cell(*a).merge(t.cell(*b))
        merged.text = merged.text.strip()
    d.add_paragraph("Note: A proposal.")
    d.add_paragraph("Source: The authors.")
    d.add_paragraph("After the table.")


def bold(d: Any) -> None:
    for text in ("Fair wages: what bargaining does", "", "Who sets a wage"):
        d.add_paragraph().add_run(text).bold = True
    d.add_paragraph("Where workers bargain together, wages follow productivity.")
    d.add_paragraph("•\tone point")
    d.add_paragraph("•\tanother point")
    d.add_paragraph().add_run("What could be done").bold = True
    p = d.add_paragraph("The words ")
    p.add_run("un").bold = True
    p.add_run("believable and ")
    p.add_run(" spaced ").bold = True
    p.add_run("“quoted”").italic = True
    p.add_run("x are emphasized.")


def marks(d: Any) -> None:
    d.add_heading("Characters of Markdown: # * _ [ ] < > | ~ ^ ` \\ @", 0)
    d.add_heading("1. A heading with a number", 1)
    for text in (
        "# no heading, * no item, _no emphasis_, a_b_c, 5 * 3 = 15, **not bold**.",
        "1. no list",
        "- no item",
        "> no quotation; [a link](https://example.org) and [^1] are none; <b>tags</b> &amp; too.",
        "| a | b |",
        "--- and === and ~~~ and ``` and {lang=fr} and @nobody and a@example.org",
        "soft\u00adhyphen, zero\u200bwidth, hard\u00a0space, narrow\u202fspace",
        "A long line whose words could begin a list at the start of a line if it were broken - "
        "which is why - a dash - or a number such as 12. or a plus + must - not - begin - a - line.",
    ):
        d.add_paragraph(text)
    p = d.add_paragraph("One line")
    p.add_run().add_break()
    p.add_run("- and another")


def pictures(d: Any) -> None:
    from docx.shared import Cm

    d.core_properties.title = "Pictures in a paper"
    d.add_heading("Pictures", 1)
    for data, alt in (
        (picture("JPEG", "#994422"), "A brown hall."),
        (picture("PNG", "#0a0"), ""),
    ):
        d.add_picture(io.BytesIO(data), width=Cm(6))
        d.inline_shapes[-1]._inline.docPr.set("descr", alt)
    d.add_paragraph("Figure 2. The green hall", style="Caption")
    d.add_picture(io.BytesIO(picture("GIF", "#000")), width=Cm(2))
    d.add_paragraph("After the pictures, of which one is a GIF.")


def comments(d: Any) -> None:
    d.add_heading("A paper with comments", 0)
    d.add_heading("The first section", 1)
    p = d.add_paragraph("The share fell to ")
    run = p.add_run("seven per cent")
    d.add_comment(run, text="Of what?", author="Ben Example", initials="BE")
    p.add_run(" in 2016.")
    from docx.oxml import parse_xml

    author = 'w:author="Ada Example" w:date="2017-03-01T10:00:00Z"'
    p._p.append(
        parse_xml(
            f'<w:del xmlns:w="{_W}" w:id="90" {author}><w:r><w:delText> Old words.</w:delText></w:r></w:del>'
        )
    )
    p._p.append(
        parse_xml(
            f'<w:ins xmlns:w="{_W}" w:id="91" {author}><w:r><w:t xml:space="preserve"> New words.</w:t></w:r></w:ins>'
        )
    )
    q = d.add_paragraph("This paragraph is deleted as a whole.")
    q._p.get_or_add_pPr().append(
        parse_xml(f'<w:rPr xmlns:w="{_W}"><w:del w:id="92" {author}/></w:rPr>')
    )
    run = q.runs[0]._r
    deleted = parse_xml(f'<w:del xmlns:w="{_W}" w:id="93" {author}/>')
    run.addprevious(deleted)
    deleted.append(run)
    run.t_lst[0].tag = f"{{{_W}}}delText"
    d.add_paragraph("The last one stays.")


def brief(d: Any) -> None:
    d.add_heading("Train before the tariff falls", 0)
    d.add_heading("Key messages", 1)
    for text in (
        "Train first. It takes a year.",
        "Ask both sides. They know.",
        "Three",
        "Four",
        "Five",
    ):
        d.add_paragraph(text, style="List Bullet")
    d.add_heading("The case", 1)
    d.add_paragraph("Text.")
    d.add_heading("Points for decision", 1)
    d.add_paragraph("Set up a fund. It needs one year.", style="List Number")
    d.add_heading("References", 1)
    d.add_paragraph("ILO. World of Work. Geneva, 2016.")
    d.add_paragraph("ILO. Another one. Geneva, 2016.")
    d.add_paragraph("Без букв, 2015.")


def ferries(d: Any) -> None:
    """The example of docs/coming-from.md."""
    d.add_heading("Night trains fill when ferries are on time", 0)
    d.add_paragraph("Waiting five minutes is cheaper than a bus", style="Subtitle")
    d.add_paragraph("Ferry and train meet in four harbours. In two the train waits.")
    d.add_heading("What waiting costs", 1)
    p = d.add_paragraph("Nine in ten passengers ")
    p.add_run("make their connection").bold = True
    p.add_run(" where the train waits.")
    d.add_paragraph("Table 1. Waiting costs less than a bus", style="Caption")
    rows = (("Harbour", "Waiting", "Bus"), ("North", "120", "900"), ("South", "80", "640"))
    table = d.add_table(len(rows), 3)
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    d.add_paragraph("Source: The railway.")
    d.add_heading("Points for decision", 1)
    d.add_paragraph("Let the dispatcher decide. From May 2027.", style="List Number")


def links(d: Any) -> None:
    from docx.oxml import parse_xml

    d.add_heading("Addresses", 0)
    d.add_heading("Links of each kind", 1)
    p = d.add_paragraph("See ")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for number, address in enumerate(
        (
            "https://www.ilo.org/a_(b)",
            "http://example.org",
            "mailto:a@example.org",
            "file:///etc/passwd",
        )
    ):
        id = d.part.relate_to(address, f"{kind}/hyperlink", is_external=True)
        link = f'<w:hyperlink xmlns:w="{_W}" xmlns:r="{kind}" r:id="{id}"><w:r><w:t>link {number}</w:t></w:r></w:hyperlink>'
        p._p.append(parse_xml(link))
        p.add_run(", ")
    anchor = f'<w:hyperlink xmlns:w="{_W}" w:anchor="_Ref1"><w:r><w:t>table 1</w:t></w:r></w:hyperlink>'
    p._p.append(parse_xml(anchor))
    field = '<w:r xmlns:w="{0}"><w:fldChar w:fldCharType="{1}"/></w:r>'
    p.add_run(" and ")
    p._p.append(parse_xml(field.format(_W, "begin")))
    instruction = f'<w:r xmlns:w="{_W}"><w:instrText xml:space="preserve"> HYPERLINK "https://example.org/field" </w:instrText></w:r>'
    p._p.append(parse_xml(instruction))
    p._p.append(parse_xml(field.format(_W, "separate")))
    p.add_run("a field")
    p._p.append(parse_xml(field.format(_W, "end")))
    p.add_run(".")


def frames(d: Any) -> None:
    from docx.oxml import parse_xml

    d.add_heading("Frames, fields and formulas", 0)
    d.add_heading("A box and others", 1)
    d.add_paragraph("Before the frame.")
    cell = d.add_table(1, 1).cell(0, 0)
    cell.text = "How one town did it"
    cell.add_paragraph("The town paid for the room.")
    cell.add_paragraph("There was no bus.")
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    p = d.add_paragraph("An equation: ")
    p._p.append(parse_xml(f'<m:oMath xmlns:m="{math}"><m:r><m:t>a=b</m:t></m:r></m:oMath>'))
    sdt = f'<w:sdt xmlns:w="{_W}"><w:sdtContent><w:p><w:r><w:t>In a content control.</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    d.element.body.insert(-1, parse_xml(sdt))
    box = (
        f'<w:p xmlns:w="{_W}" xmlns:v="urn:schemas-microsoft-com:vml"><w:r><w:pict><v:shape>'
        "<v:textbox><w:txbxContent><w:p><w:r><w:t>In a text box.</w:t></w:r></w:p>"
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    d.element.body.insert(-1, parse_xml(box))
    d.sections[0].header.paragraphs[0].text = "Draft of March"
    struck = d.add_paragraph("Kept ")
    struck.add_run("struck out").font.strike = True


def plain(d: Any) -> None:
    for text in ("A text without any heading.", "It has two paragraphs, and\nno title."):
        d.add_paragraph(text)


def scripts(d: Any) -> None:
    d.add_heading("Words in other scripts", 0)
    d.add_heading("Three names", 1)
    p = d.add_paragraph(
        "In Arabic العمل اللائق، عام 2017, in Chinese 体面劳动, in Greek εργασία, "
    )
    p.add_run("in Hebrew ").italic = True
    p.add_run("and in Russian ")
    p.add_run("достойный труд").italic = True
    d.add_paragraph("العمل اللائق للجميع.")


def charts(d: Any) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    c = "http://schemas.openxmlformats.org/drawingml/2006/chart"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def points(values: Any, form: str = "") -> str:
        listed = "".join(
            f'<c:pt idx="{n}"><c:v>{v}</c:v></c:pt>'
            for n, v in enumerate(values)
            if v is not None
        )
        return f'{form}<c:ptCount val="{len(values)}"/>{listed}'

    def plot(
        kind: str,
        labels: Any,
        series: dict[str, Any],
        form: str = "General",
        inside: str = "",
    ) -> str:
        made = "".join(
            f'<c:ser><c:idx val="{n}"/><c:tx><c:strRef><c:f>S!B1</c:f><c:strCache>{points([name])}</c:strCache></c:strRef></c:tx>'
            f"<c:cat><c:strRef><c:f>S!A2</c:f><c:strCache>{points(labels)}</c:strCache></c:strRef></c:cat>"
            f"<c:val><c:numRef><c:f>S!B2</c:f><c:numCache>{points(values, f'<c:formatCode>{form}</c:formatCode>')}</c:numCache></c:numRef></c:val></c:ser>"
            for n, (name, values) in enumerate(series.items())
        )
        axes = '<c:axId val="1"/><c:axId val="2"/>'
        ax = '<c:catAx><c:axId val="1"/><c:scaling/><c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling/><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
        if kind == "pieChart":
            axes = ax = ""
        return f"<c:plotArea><c:{kind}>{inside}{made}{axes}</c:{kind}>{ax}</c:plotArea>"

    def add(number: int, area: str, title: str, alt: str) -> None:
        head = (
            f"<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx></c:title>"
            if title
            else ""
        )
        xml = f'<?xml version="1.0"?><c:chartSpace xmlns:c="{c}" xmlns:a="{a}"><c:chart>{head}{area}</c:chart></c:chartSpace>'
        name = PackURI(f"/word/charts/chart{number}.xml")
        part = Part(
            name,
            "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
            xml.encode(),
            d.part.package,
        )
        id = d.part.relate_to(part, f"{r}/chart")
        inline = (
            f'<w:r xmlns:w="{_W}"><w:drawing><wp:inline xmlns:wp="{wp}"><wp:extent cx="4000000" cy="2400000"/>'
            f'<wp:docPr id="{number}" name="c{number}" descr="{alt}"/><a:graphic xmlns:a="{a}">'
            f'<a:graphicData uri="{c}"><c:chart xmlns:c="{c}" xmlns:r="{r}" r:id="{id}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
        )
        d.add_paragraph()._p.append(parse_xml(inline))

    d.add_heading("Charts with their data", 0)
    d.add_heading("Five charts", 1)
    clustered = '<c:barDir val="col"/><c:grouping val="clustered"/>'
    add(
        1,
        plot("barChart", ["Coast", "South"], {"filled": [91, 0.1 + 0.2]}, inside=clustered),
        "Two regions filled the posts",
        "Bars for two regions.",
    )
    d.add_paragraph("Source: The authors.")
    line = '<c:grouping val="standard"/>'
    add(
        2,
        plot(
            "lineChart",
            [2014, 2015, 2016],
            {"women": [0.12, None, 0.141], "men": [0.1, 0.11, 0.12]},
            "0.0%",
            line,
        ),
        "Rates",
        "",
    )
    stacked = '<c:barDir val="bar"/><c:grouping val="percentStacked"/>'
    add(
        3,
        plot("barChart", ["A", "B"], {"yes": [60, 40], "no": [40, 60]}, inside=stacked),
        "",
        "",
    )
    add(4, plot("pieChart", ["A", "B", "C"], {"share": [50, 30, 20]}), "The shares", "")
    add(
        5,
        plot(
            "barChart",
            ["A", "B"],
            {"x": [1, 2], "y": [3, 4], "z": [5, 6]},
            inside=clustered,
        ),
        "Three series",
        "",
    )
    add(6, "<c:plotArea><c:barChart/></c:plotArea>", "No data", "")


DOCUMENTS = {
    "py-styles": styled,
    "py-table": table,
    "py-bold": bold,
    "py-marks": marks,
    "py-pictures": pictures,
    "py-comments": comments,
    "py-brief": brief,
    "py-ferries": ferries,
    "py-links": links,
    "py-frames": frames,
    "py-plain": plain,
    "py-scripts": scripts,
    "py-charts": charts,
}


def by_python_docx() -> None:
    """Write the documents that python-docx makes."""
    from docx import Document

    for name, make in DOCUMENTS.items():
        document = Document()
        for kind in ("title", "author", "comments"):
            setattr(document.core_properties, kind, "")
        make(document)
        out = io.BytesIO()
        document.save(out)
        with (
            zipfile.ZipFile(out) as old,
            zipfile.ZipFile(
                HERE / f"{name}.docx", "w", zipfile.ZIP_DEFLATED, compresslevel=9
            ) as new,
        ):
            for part in old.namelist():
                data = old.read(part)
                if part.startswith(_DROPPED):
                    continue
                if part.endswith(".rels") or part == "[Content_Types].xml":
                    data = _without_dropped(data)
                new.writestr(part, data)


def _without_dropped(data: bytes) -> bytes:
    import re

    for name in ("thumbnail.jpeg", "stylesWithEffects.xml", 'customXml/[^"]*'):
        data = re.sub(
            rb'<(Relationship|Override)[^>]*%s"[^>]*/>' % name.encode(), b"", data
        )
    return data


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    by_libreoffice()
    by_python_docx()
