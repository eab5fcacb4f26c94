"""Running the server: socket, signals, logging, and the line that says it is ready."""

import asyncio
import gc
import logging
import math
import signal
import socket
import sys
from contextlib import AsyncExitStack
from functools import partial
from types import FrameType
from typing import cast

import structlog
import uvicorn

from api.app import Server, create_app
from api.catalog.adapters import further_adapters
from api.errors import SetupError, TurnupError
from api.http.protocol import HttpProtocol
from api.settings import Settings

__all__ = ["serve"]

_GRACE = 3
"""Seconds that requests under way get when the server stops."""

_GARBAGE = 20_000
"""Objects more than at the last look before the collector looks for cycles: a few megabytes."""


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. Raises SetupError where it cannot start."""
    configure_logging(settings)
    listener = _bind(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{listener.getsockname()[1]}"
    server = Server(settings, listening=url)
    config = uvicorn.Config(
        create_app(server),
        http=cast("type[HttpProtocol]", partial(HttpProtocol, patience=settings.request_timeout)),
        timeout_keep_alive=math.ceil(settings.keep_alive),
        lifespan="off",  # `_Announcing` runs the server's parts
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `api.http.origin` reads them, from trusted proxies only
        date_header=True,
        timeout_graceful_shutdown=_GRACE,
    )
    # what is loaded now stays for good: the collector need not look at it again. A few bodies under
    # way are thousands of objects: it need not look at them either as soon as there are hundreds
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    running = _Announcing(config, server, url)
    running.run(sockets=[listener])
    if running.failure is not None:
        raise running.failure


class _Announcing(uvicorn.Server):
    """Says when it is ready, and reads the catalogue anew on SIGHUP."""

    def __init__(self, config: uvicorn.Config, server: Server, url: str) -> None:
        super().__init__(config)
        self._server = server
        self._url = url
        self._parts = AsyncExitStack()
        self.failure: TurnupError | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn. Where the store cannot be opened, `failure` says why."""
        try:
            await self._parts.enter_async_context(self._server.running())
        except TurnupError as error:
            self.failure, self.should_exit = error, True
            return
        await super().startup(sockets)
        if self.should_exit:
            return
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)
        self._tell_missing_adapters()
        if self._server.settings.catalog is None:
            sys.stdout.write("No --catalog given: using the bundled example catalogue.\n")
        sys.stdout.write(f"Turnup is ready at {self._url} (documentation: {self._url}/docs)\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn. It waits for requests under way, and a stream never ends by itself."""
        self._server.streams.end()
        await super().shutdown(sockets)
        if not self.force_exit:
            await self._parts.aclose()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ends the server with status 0: uvicorn's own would end it by the signal once more."""
        del frame
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    def _reload(self) -> None:
        log = structlog.get_logger(__name__)
        try:
            catalog = self._server.catalog.reload()
        except TurnupError as error:
            log.error("catalogue not reloaded", error=str(error))  # noqa: TRY400 - no bug of ours
        else:
            log.warning("catalogue reloaded", version=catalog.version)
            self._tell_missing_adapters()
        try:
            known = self._server.schemas.reload()
        except TurnupError as error:
            log.error("schemas not reloaded", error=str(error))  # noqa: TRY400 - no bug of ours
        else:
            if known:
                log.warning("schemas reloaded", known=known)

    def _tell_missing_adapters(self) -> None:
        """Warns of adapters that the catalogue names and this server lacks: orders would be held.

        It is no error: another process of the same store may have them, and do the activation.
        """
        source = self._server.catalog
        for name, specifications in further_adapters(source.current()).items():
            if name not in self._server.settings.adapters:
                structlog.get_logger(__name__).warning(
                    "adapter missing",
                    adapter=name,
                    catalogue=str(source.path),
                    specifications=", ".join(specifications),
                    remedy="name its class in the setting adapters",
                )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SetupError(
            f"cannot listen on {host}:{port}: {error.strerror}. Choose another --host or --port "
            "(0 takes a free port)."
        ) from error
    return listener


def configure_logging(settings: Settings) -> None:
    """Log lines on standard error: readable, or JSON; those of libraries like our own."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    common: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*common, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=level, handlers=[lines])
    logging.captureWarnings(capture=True)
