"""Build one target: `plan.py` and `task.py` are common, then one file for each kind."""
