"""The file of SQLite, and who may read it."""

from pathlib import Path

from api.app import Server
from api.settings import Settings


def files(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


async def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """A new file, and all that SQLite writes beside it: the secrets of subscriptions are in it."""
    file = tmp_path / "some.sqlite"
    async with Server(Settings(database=f"sqlite:///{file}", worker=False)).running():
        modes = {each.name: each.stat().st_mode & 0o777 for each in files(tmp_path)}
    assert modes == dict.fromkeys(("some.sqlite", "some.sqlite-wal", "some.sqlite-shm"), 0o600)


async def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """The operator may have opened it to a group."""
    file = tmp_path / "some.sqlite"
    file.touch(0o600)
    file.chmod(0o640)
    async with Server(Settings(database=f"sqlite:///{file}", worker=False)).running():
        assert file.stat().st_mode & 0o777 == 0o640
