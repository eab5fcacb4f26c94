"""What others wrote cannot steer the terminal, wherever it is printed."""

import json
from collections.abc import Callable

import pytest
from rich.text import Text
from typer.testing import CliRunner

from api.cli import app
from api.operator.tables import show_explanation, show_history, show_orders, show_plan
from api.screen import clean, show_grid, show_json, show_table, tell

EVIL = "E\x1b]0;PWNED\x07\x1b[2J\x9b31m\u202e\ud800\nfalse\rline"


def plan() -> None:
    step = {"id": EVIL, "action": EVIL, "state": EVIL, "dependsOn": [EVIL]}
    show_plan({"step": [step], "made": True, "problem": [{"reason": EVIL}]})


def explanation() -> None:
    show_explanation({"summary": EVIL, "explanation": [{"text": EVIL, "remedy": [EVIL]}]})


def orders() -> None:
    order = {"id": EVIL, "state": EVIL, "externalId": EVIL, "item": [{"id": EVIL, "state": EVIL}]}
    show_orders([order], "item")


def history() -> None:
    show_history([{"date": EVIL, "item": EVIL, "new": EVIL, "cause": {"reason": EVIL}}])


@pytest.mark.parametrize(
    "show",
    [
        plan,
        explanation,
        orders,
        history,
        lambda: tell(EVIL),
        lambda: tell(EVIL, error=True),
        lambda: show_grid([(EVIL, EVIL)]),
        lambda: show_table(["a", "b"], [[EVIL, Text(EVIL, style="red")]]),
    ],
)
def test_nothing_steers_the_terminal(
    show: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """No control characters come out, and no line that was not printed."""
    show()
    shown = "".join(capsys.readouterr())
    assert "PWNED" in shown
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert not any(line.startswith("false") for line in shown.split("\n"))


def test_text_of_any_language_stays() -> None:
    """Letters, signs and blanks are shown as they are."""
    text = "Žluťoučký 日本語 עברית a\u00a0b\u3000c"
    assert clean(text) == text


def test_json_stays_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs read just what there is."""
    value = {"a\x9b": ["\x1b[2J\u2028\n\x7f", "é", 1]}
    show_json(value)
    shown = capsys.readouterr().out
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert json.loads(shown) == value


@pytest.mark.parametrize("command", [["orders", "show"], ["hub", "show"], ["catalog", "check"]])
def test_errors_too(command: list[str]) -> None:
    """An error that repeats what was asked for repeats no escape sequences."""
    result = CliRunner().invoke(app, [*command, "\x1b[31m"])
    assert result.exit_code == 2
    assert "\x1b" not in result.output
