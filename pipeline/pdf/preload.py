"""Import all that painting needs, and start nothing: what processes are forked from.

A process that is forked after Pango has begun its thread would hang for ever.
"""

import gc
from contextlib import suppress

from pipeline.pdf.fontconfig import import_weasyprint
from pipeline.problems import PipelineError

# Imports make many objects and no garbage: to look for it takes a tenth of their time.
gc.disable()
with suppress(PipelineError):  # a missing library is said by who paints
    import_weasyprint()
    from weasyprint.text.ffi import ffi

    from pipeline.pdf import metadata
    from pipeline.pdf import tag_writer as tags
    from pipeline.pdf import tounicode as letters
    from pipeline.pdf import weasyprint_patches as footnotes
    from pipeline.pdf.checks import contrast as legibility
    from pipeline.pdf.checks import fallback_fonts as foreign
    from pipeline.pdf.checks import overflow as fit

    # Types of C that painting uses: to read each takes 2 to 10 ms, once in a process.
    for kind in ("PangoFcFontMap *", "PangoRectangle *", "PangoLogAttr[]", "char[]"):
        ffi.typeof(kind)
    for kind in ("unsigned int *", "hb_codepoint_t[]", "hb_tag_t[100]", "char[4]"):
        ffi.typeof(kind)

    __all__ = ["fit", "footnotes", "foreign", "legibility", "letters", "metadata", "tags"]
# What is there now stays for good: no collection need look at it again.
gc.freeze()
gc.enable()
