"""Data -> charts, each type by the module of its name; see `model/chart_types.py`."""
