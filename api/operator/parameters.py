"""What parameters of the commands must be, beyond their types."""

import math

import typer

__all__ = ["meaningful", "seconds"]


def seconds(value: float | None) -> float | None:
    """A time in seconds, from 0 up. Raises BadParameter for any other number, also for nan."""
    if value is not None and not (math.isfinite(value) and value >= 0):
        raise typer.BadParameter(f"{value} is no number of seconds from 0 up")
    return value


def meaningful(value: str | None) -> str | None:
    """A text for people. Raises BadParameter for one that says nothing."""
    if value is not None and not value.strip():
        raise typer.BadParameter("it must say something")
    return value
