"""``python -m api`` is ``turnup``."""

from api.cli import app

if __name__ == "__main__":
    app()
