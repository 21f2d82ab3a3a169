"""Check what the models cannot: one module a subject, called by `content/loader.py`."""
