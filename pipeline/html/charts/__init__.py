"""Data -> charts: `draw.py` draws a figure, by the module with the name of its chart type.

`bar`, `dot`, `line`, `slope`, `small_multiples` and `stacked` each have a function `draw`;
the other modules are what they share. `model/chart_types.py` says how to add a type.
"""
