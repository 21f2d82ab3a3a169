"""Import what rendering needs, before worker processes are forked, and start no thread.

A process that is forked after Pango has started its thread hangs.
"""

import gc
from contextlib import suppress

from pipeline.pdf.weasyprint_patches import import_weasyprint
from pipeline.problems import PipelineError

# Imports make many objects and no garbage; collecting takes a tenth of their time.
gc.disable()
with suppress(PipelineError):  # a missing library becomes a problem of each document
    import_weasyprint()
    from weasyprint.text.ffi import ffi

    from pipeline.pdf import metadata, right_to_left, tag_writer  # noqa: F401
    from pipeline.pdf.checks import contrast, fallback_fonts, overflow  # noqa: F401

    # cffi parses each type of C in 2 to 10 ms, once in a process.
    for kind in (
        *("PangoFcFontMap *", "PangoRectangle *", "PangoLogAttr[]", "char[]", "char[4]"),
        *("unsigned int *", "hb_codepoint_t[]", "hb_tag_t[100]"),
    ):
        ffi.typeof(kind)
# The objects so far stay until the process ends: exclude them from garbage collection.
gc.freeze()
gc.enable()
