"""Export one table with LibreOffice in seven locales and eight formats, for tests.

python -m tests.content.exports.make_exports      needs `soffice`
"""

import subprocess
import tempfile
from pathlib import Path

from tests.content.workbooks import CellValue, write_workbook

HERE = Path(__file__).parent
# The label of the first row, and the number in LibreOffice of the old encoding.
LOCALES = {
    "en-US": ("Café", 1),
    "de-DE": ("Österreich", 1),
    "fr-FR": ("Île", 1),
    "es-ES": ("España", 1),
    "ru-RU": ("Россия", 34),
    "ar-EG": ("مصر", 38),
    "zh-CN": ("中国", 85),
}
COLUMNS = {  # the number format, and the numbers; None is an empty cell
    "posts": ("#,##0", (1020, 780, 12500)),
    "millions": ("#,##0", (1234567, 2020, None)),
    "share": ("0.0%", (0.58, 0.4125, 1)),
    "rate": ("0.0", (61.2, -0.5, None)),
    "exact": ("0.000", (1.02, 2.5, 3.125)),
    "index": ("#,##0.00", (1234.5, 99.25, 1000)),
}
_CSV = "Text - txt - csv (StarCalc)"
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale"><value>%s</value></prop></item></oor:items>
"""


def export(locale: str, folder: Path) -> None:
    """Write the exports of a locale."""
    label, encoding = LOCALES[locale]
    (folder / "user").mkdir()
    (folder / "user/registrymodifications.xcu").write_text(_SETTINGS % locale)

    def convert(source: Path, to: str, name: str, *options: str) -> Path:
        command = ["soffice", f"-env:UserInstallation=file://{folder}", "--headless"]
        command += [*options, "--convert-to", to, "--outdir", str(folder / "out")]
        subprocess.run([*command, str(source)], check=True, capture_output=True)
        made = folder / "out" / f"{source.stem}.{to.partition(':')[0]}"
        return made.replace(HERE / f"{locale}-{name}")

    table: list[list[CellValue]] = [["region", *COLUMNS]]
    for row, region in enumerate((label, "B", "C")):
        cells = [(values[row], form) for form, values in COLUMNS.values()]
        table.append([region, *(None if v is None else (v, form) for v, form in cells)])
    source = folder / "table.xlsx"
    source.write_bytes(write_workbook(table))
    convert(source, "xlsx", "workbook.xlsx")
    for name, separator, charset, quoted in (
        ("comma.csv", 44, 76, "false"),
        ("quoted.csv", 44, 76, "true"),
        ("tab.tsv", 9, 76, "false"),
        ("unicode.csv", 9, 65535, "false"),
        ("encoding.csv", 59, encoding, "false"),
        ("semicolon.csv", 59, 76, "false"),
    ):
        convert(source, f"csv:{_CSV}:{separator},34,{charset},1,,0,{quoted},true", name)
    as_text = "/".join(f"{number}/2" for number in range(1, len(COLUMNS) + 2))
    typed = HERE / f"{locale}-semicolon.csv"
    convert(typed, "xlsx", "typed.xlsx", f"--infilter={_CSV}:59,34,76,1,{as_text}")


if __name__ == "__main__":
    for locale in LOCALES:
        with tempfile.TemporaryDirectory() as folder:
            export(locale, Path(folder))
