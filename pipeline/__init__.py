"""Briefs: accessible PDF policy briefs from YAML.

Start reading at `build.py`. ARCHITECTURE.md has the map, pyproject.toml the layers.
"""

__version__ = "0.1.0"
