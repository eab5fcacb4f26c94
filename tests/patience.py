"""How long tests wait for what comes when the machine has time for it."""

from typing import Final

__all__ = ["PATIENCE"]

PATIENCE: Final = 60.0
"""Seconds until a test gives up. Nothing is as slow that works; a test that waits is no slower."""
