"""Turn a print order into text and JSON."""

from dataclasses import asdict

from pipeline.commands.print_order import PrintOrderResult
from pipeline.model.print_order import OrderLine, PrintOrder, Total
from pipeline.report.problems import count, envelope_json


def order_summary(order: PrintOrder) -> str:
    """Sum up an order: "14 files: 1,015 copies; 3,140 sheets; 17.6 kg"."""
    total = order.total
    parts = [
        f"{count(len(order.lines), 'file')}: {total.copies:,} copies",
        f"{total.sheets:,} sheets",
    ]
    if total.weight_kg is not None:
        parts.append(f"{total.weight_kg:,.1f} kg")
    return "; ".join(parts)


def order_json(result: PrintOrderResult, exit_code: int) -> str:
    """Write a print order as JSON; `order` is null if there are errors."""
    parts = {
        "job_sheet": result.job_sheet,
        "removed": result.removed,
        "order": _order_json(result.order) if result.order else None,
    }
    return envelope_json(result.problems, exit_code, parts)


def _order_json(order: PrintOrder) -> dict[str, object]:
    return {
        "session": order.session,
        "paper": asdict(order.stock),
        "ink": order.ink,
        "files": [_line_json(line) for line in order.lines],
        "languages": {code: _total_json(total) for code, total in order.totals.items()},
        "total": _total_json(order.total),
    }


def _line_json(line: OrderLine) -> dict[str, object]:
    return {
        "file": line.file,
        "brief": line.brief,
        "information_date": line.information_date,
        "language": line.language,
        "sha256_begins": line.checksum,
        "page_mm": [float(edge) for edge in line.page_size],
        "pages": line.pages,
        "given_to": dict(line.copies_by_language),
        "sheets_per_copy": line.sheets_per_copy,
        "finish": line.finish,
        "turn": line.turn,
        "press_file": line.press_file,
        "press_sha256_begins": line.press_checksum,
        **_total_json(Total(line.copies, line.sheets, line.weight_kg)),
    }


def _total_json(total: Total) -> dict[str, object]:
    weight = total.weight_kg
    return asdict(total) | {
        "weight_kg": None if weight is None else round(float(weight), 3)
    }
