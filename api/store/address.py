"""What a database is called in messages. Pure."""

__all__ = ["shown"]


def shown(url: str) -> str:
    """The URL of a database without credentials and options, which may hold secrets."""
    scheme, mark, rest = url.partition("://")
    if not mark or scheme == "sqlite":
        return url
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2]}"
