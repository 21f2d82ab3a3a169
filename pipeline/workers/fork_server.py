"""Silence the fork server, which imports this module and no other process does.

A server that cannot fork ends with a traceback; the build reports the reason. Pebble starts
a new one in a thread, where `silent_children` of forking.py would silence the build too.
"""

import os
from pathlib import Path

with Path(os.devnull).open("wb") as nothing:
    os.dup2(nothing.fileno(), 2)
