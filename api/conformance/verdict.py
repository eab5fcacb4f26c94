"""How a check ends when its rule does not simply hold."""

__all__ = ["NotApplicable", "NotMet", "Unchecked"]


class NotMet(Exception):
    """The rule does not hold: what was expected, and what came."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"expected {expected}; came {came}")
        self.expected = expected
        self.came = came


class NotApplicable(Exception):
    """The server or its document lacks what the rule is about."""


class Unchecked(Exception):
    """Something else that failed keeps the rule from being checked."""
