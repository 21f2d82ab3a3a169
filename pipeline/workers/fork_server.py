"""Redirect stderr of the fork server, the only process that imports this module.

A server that cannot fork prints a traceback; the build reports the reason. Pebble starts a
new server in a thread, where `silent_children` of forking.py would silence the build too.
"""

import os
from pathlib import Path

with Path(os.devnull).open("wb") as devnull:
    os.dup2(devnull.fileno(), 2)
