"""What tables show."""

import re

import pytest

from api.jsontypes import JsonObject
from api.operator.tables import show_orders
from api.screen import show_table

ID = "019a9c1e-7f00-7000-8000-0123456789ab"


def item(id_: str, state: str | None, *below: JsonObject) -> JsonObject:
    return {"id": id_, "state": state, "item": list(below)}


@pytest.mark.parametrize(
    ("items", "shown"),
    [
        ([item("1", "completed"), item("2", "cancelled"), item("3", "failed")], ""),
        ([item("1", "rejected"), item("2", None), item("3", "held")], "3: held"),
        ([*(item(str(n), "completed") for n in range(9)), item("9", "pending")], "9: pending"),
        ([item("1", "completed", item("1.1", "held"))], "1.1: held"),
        (
            [item("1", "held", item("1.1", "held")), *(item(str(n), "held") for n in range(2, 8))],
            "1: held, 1.1: held, 2: held, 3: held, and 4 more",
        ),
    ],
)
def test_open_items(
    items: list[JsonObject], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Items that something is still to become of, nested ones too: four, and how many more."""
    show_orders([{"id": ID, "state": "inProgress", "item": items}], "item")
    head, row = capsys.readouterr().out.splitlines()
    assert row[head.index("open items") :].strip() == shown


def test_nothing_is_cut_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe is wide; on a narrow screen texts go on in the next line, an id stays in one piece."""
    callback = f"https://receiver.example.net/{'x' * 80}"
    row = (ID, callback, "active")
    show_table(("id", "callback", "state"), [row])
    wide = capsys.readouterr().out
    assert all(cell in wide for cell in row)
    for name, value in (("FORCE_COLOR", "1"), ("COLUMNS", "80"), ("LINES", "25")):
        monkeypatch.setenv(name, value)
    show_table(("id", "callback", "state"), [row])
    narrow = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out)
    assert max(map(len, narrow.splitlines())) <= 80
    assert (ID in narrow, narrow.count("x"), "…" in narrow) == (True, callback.count("x"), False)
