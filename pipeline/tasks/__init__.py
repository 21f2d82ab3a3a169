"""Build one target: `plan.py` and `task.py` are common, then one file for each kind.

`finish.py` decides what is stored; `jobs.py` holds what runs in worker processes.
"""
