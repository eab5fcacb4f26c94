"""How many a list has, where its page and its number are of different moments. Pure."""

__all__ = ["agreed"]


def agreed(total: int, offset: int, shown: int, limit: int, *, full: bool) -> int:
    """The number of a list that agrees with one page of it.

    Args:
        total: as it was counted, a moment before the page was read or after.
        offset: where the page begins.
        shown: how many are on it.
        limit: how many it could have held.
        full: whether it may have ended before its limit because its bodies were too large.
    """
    if shown < limit and not full:  # the list ends here, or before
        return offset + shown if shown else min(total, offset)
    return max(total, offset + shown) if shown else total
