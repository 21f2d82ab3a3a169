"""Turn results of commands into text for people and JSON for programs.

`problems.py` is a part of every report; the other files are named after what they report.
Nothing here prints.
"""
