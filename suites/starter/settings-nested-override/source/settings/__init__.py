"""Settings from defaults, files and the environment."""

from settings.loader import load

__all__ = ["load"]
