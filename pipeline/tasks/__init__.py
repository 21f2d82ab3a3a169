"""Build one target: one file for each kind.

A task is a generator (`workers/scheduler.py`): it yields jobs of worker processes and
returns what became of its target. `plan.py` decides which documents need a task,
`documents.py`, `packs.py` and `job_sheet.py` hold the tasks, `finish.py` decides what is
stored, and `jobs.py` holds the functions that run in worker processes.
"""
