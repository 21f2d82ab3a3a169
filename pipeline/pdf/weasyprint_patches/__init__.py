"""Patch private functions of WeasyPrint 70; each patch has its reason.

`tag_writer.patch_add_tags` replaces the tags, and `metadata.prepare_metadata` the metadata.
"""
