"""Change the private behaviour of WeasyPrint 70, each change with its reason.

`tag_writer.patch_add_tags` replaces the tags, and `metadata.prepare` the metadata.
"""
