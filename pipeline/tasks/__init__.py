"""Build one target: `task.py` and `finish.py` are common, the others for one kind each."""
