"""Makes docs/settings.md from the settings: ``python -m tests.docs.settings_table``."""

from pathlib import Path

from api.settings import Settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"

_HEAD = """# Settings

Each can be given in the environment (`TURNUP_PORT=8081`), in a file `turnup.toml` in the working
directory (`port = 8081`), and the common ones on the command line (`turnup serve --port 8081`). The
command line wins over the environment, and that over the file. A list in the environment has commas
(`TURNUP_TRUSTED_PROXIES=10.0.0.0/8,192.0.2.1`) or is JSON (`'["10.0.0.0/8"]'`); `adapters` is JSON.

| setting | default | what it does |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = (
            ", ".join(f"{each:g}" if isinstance(each, float) else each for each in default)
            if isinstance(default, list)
            else str(getattr(default, "value", default))
        )
        shown = f"`{shown}`" if default not in (None, []) else "none"
        rows.append(f"| `{name}` | {shown} | {field.description} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page())
