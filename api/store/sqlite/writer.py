"""Group commit: writes that wait for the disk together cost one trip to it.

A transaction's statements run in the event loop's thread: they only change pages in memory, and in
a thread of their own each of them would have to win the interpreter's lock back from a busy loop.
What may block runs in the writer's thread: the COMMIT, which returns when the disk has it, and the
BEGIN when another process holds the write lock. Meanwhile further writes gather for the next one.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread

from api.errors import ApiError, DuplicateId, Unavailable
from api.store.sqlite.change import Change, Transaction
from api.store.sqlite.connection import unavailable
from api.store.sqlite.stretches import Stretches
from api.store.sqlite.tables import STATE

__all__ = ["Writer"]

_BATCH = 128  # writes per transaction: bounds the time for which the loop is taken
_QUIET = 2  # turns of the loop without a further write before a transaction begins
_BUSY_MS = 10_000
_Job = Callable[[], None]
_RENUMBERED = Unavailable(
    "Another server has opened the database with further indexed attributes",
    "Restart this server: it does not keep the keys of those.",
)


class Writer:
    """Takes the writes of this process to the disk, in the order in which they came.

    Args:
        connection: for writing only, and used by nobody else.
        stretches: of the collections.
        numbering: how often attributes had been numbered when this process took up their numbers.
        inline: commit in the loop's thread: right for a database in memory.
        appended: called after a commit that had events.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        stretches: Stretches,
        appended: Callable[[], None],
        *,
        numbering: int,
        inline: bool,
    ) -> None:
        self._connection = connection
        self._stretches = stretches
        self._appended = appended
        self._numbering = numbering
        self._inline = inline
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Change] = []
        self._busy = False
        self._closed = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="turnup-commit", daemon=True)
        if not inline:
            connection.execute("PRAGMA busy_timeout = 0")
            self._thread.start()

    def future(self) -> "asyncio.Future[int]":
        """A future for a change."""
        return self._loop.create_future()

    async def write(self, change: Change) -> int:
        """Returns when the change is on the disk. Raises what the change met, or Unavailable."""
        if self._closed:
            raise Unavailable("The store is closed")
        self._waiting.append(change)
        if not self._busy:
            self._busy = True
            self._idle.clear()
            self._loop.call_soon(self._gather)
        return await change.future

    async def close(self) -> None:
        """Takes no more writes, finishes those that wait, and ends the thread."""
        self._closed = True
        await self._idle.wait()
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()

    # -- in the loop's thread

    def _gather(self, known: int = 0, quiet: int = 0) -> None:
        """Begins once the loop has turned twice without a further write.

        A request that has come already is read in one turn, and writes in the next: as long as
        there are such, they go along. A commit costs as much as several writes.
        """
        waiting = len(self._waiting)
        quiet = quiet + 1 if waiting == known else 0
        if self._inline or quiet >= _QUIET or waiting >= _BATCH:
            self._begin()
        else:
            self._loop.call_soon(self._gather, waiting, quiet)

    def _begin(self) -> None:
        if not self._waiting:
            self._busy = False
            self._idle.set()
            return
        batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
        try:
            self._connection.execute(STATE.BEGIN)
        except sqlite3.Error as error:
            if self._inline or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                self._fail(batch, error)
            else:
                self._jobs.put(partial(self._wait_for_lock, batch))
            return
        self._fill(batch)

    def _fill(self, batch: list[Change]) -> None:
        """Applies the changes to the open transaction and has it committed."""
        results: list[int | Exception] = []
        try:
            transaction = Transaction(self._connection, self._stretches)
            if transaction.numbering != self._numbering:
                self._refuse(batch, _RENUMBERED)
                return
            results += [_applied(change, transaction) for change in batch]
            transaction.finish()
        except sqlite3.Error as error:
            self._fail(batch, error)
        except _Spoiled as spoiled:
            self._retry_without(batch, spoiled)
        else:
            if self._inline:
                self._commit(batch, results, appended=transaction.appended)
            else:
                self._jobs.put(partial(self._commit, batch, results, appended=transaction.appended))

    def _retry_without(self, batch: list[Change], spoiled: "_Spoiled") -> None:
        """One change failed halfway: undoes all of them and does the others again."""
        self._rolled_back()
        _settle(spoiled.change, spoiled.error)
        self._waiting[:0] = [change for change in batch if change is not spoiled.change]
        self._loop.call_soon(self._begin)

    def _committed(
        self, batch: list[Change], results: list[int | Exception], *, appended: bool
    ) -> None:
        for change, result in zip(batch, results, strict=True):
            _settle(change, result)
        # after the tasks that were just woken: what they write next goes along
        self._loop.call_soon(self._gather)
        if appended:
            self._appended()

    def _fail(self, batch: list[Change], error: sqlite3.Error) -> None:
        self._refuse(batch, unavailable(error))

    def _refuse(self, batch: list[Change], failure: Unavailable) -> None:
        self._rolled_back()
        for change in batch:
            _settle(change, Unavailable(failure.reason, failure.message))
        self._loop.call_soon(self._begin)

    # -- in the writer's thread (or the loop's, inline)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _call(self, job: _Job) -> None:
        if self._inline:
            job()
        else:
            self._loop.call_soon_threadsafe(job)

    def _commit(
        self, batch: list[Change], results: list[int | Exception], *, appended: bool
    ) -> None:
        try:
            self._connection.execute(STATE.COMMIT)
        except sqlite3.Error as error:
            self._call(partial(self._fail, batch, error))
        else:
            self._call(partial(self._committed, batch, results, appended=appended))

    def _wait_for_lock(self, batch: list[Change]) -> None:
        try:
            self._connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            try:
                self._connection.execute(STATE.BEGIN)
            finally:
                self._connection.execute("PRAGMA busy_timeout = 0")
        except sqlite3.Error as error:
            self._call(partial(self._fail, batch, error))
        else:
            self._call(partial(self._fill, batch))

    def _rolled_back(self) -> None:
        self._stretches.forget()
        # some errors have rolled back already; one of the rollback itself is met again by BEGIN
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute(STATE.ROLLBACK)


class _Spoiled(Exception):
    """A change failed after it had changed something."""

    def __init__(self, change: Change, error: Exception) -> None:
        super().__init__(str(error))
        self.change = change
        self.error = error


def _applied(change: Change, transaction: Transaction) -> int | Exception:
    try:
        return change.apply(transaction)
    except ApiError as error:  # raised before anything was changed
        return error
    except sqlite3.OperationalError:
        raise
    except sqlite3.IntegrityError as error:  # only an event's id can collide halfway
        raise _Spoiled(change, DuplicateId("An event of this change")) from error
    except sqlite3.Error as error:
        raise _Spoiled(change, unavailable(error)) from error
    except Exception as error:
        raise _Spoiled(change, error) from error


def _settle(change: Change, result: int | Exception) -> None:
    if change.future.done():  # its task was cancelled
        return
    if isinstance(result, Exception):
        change.future.set_exception(result)
    else:
        change.future.set_result(result)
