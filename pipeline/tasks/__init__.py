"""Build one target: `task.py` and `finish.py` are common to all, the others are for one kind."""
