"""Segments <-> the files of translators: XLIFF 1.2, XLIFF 2 and PO."""
