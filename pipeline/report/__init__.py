"""Turn what a command found into text for people, JSON for programs, notes for GitHub.

Each file is named by what it tells; `problems.py` is a part of every report. Nothing here
prints, and nothing of a stage is imported before it is told.
"""
