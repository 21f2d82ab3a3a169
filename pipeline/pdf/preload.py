"""Import the modules that rendering needs, before worker processes are forked.

The style sheets of the program are parsed, too. Those of a project are not, because this
process has no limits of time and memory. No thread may start here: a process that is forked
after Pango has started its thread would hang.
"""

import gc
from contextlib import suppress

from pipeline.pdf.weasyprint_patches.importing import import_weasyprint
from pipeline.problems import PipelineError

# Imports make many objects and no garbage; collecting takes a tenth of their time.
gc.disable()
with suppress(PipelineError):  # a missing library becomes a problem of each document
    import_weasyprint()
    from pipeline.pdf import (  # noqa: F401
        conformance_issues,
        document_fitter,
        metadata,
        right_to_left,
        structure_entries,
        tag_writer,
    )
    from pipeline.pdf.checks import contrast, fallback_fonts, overflow, page_fill  # noqa: F401
    from pipeline.pdf.render import parse_bundled_stylesheets
    from pipeline.pdf.weasyprint_patches import engine  # noqa: F401

    parse_bundled_stylesheets()
# The objects so far stay until the process ends: exclude them from garbage collection.
gc.freeze()
gc.enable()
