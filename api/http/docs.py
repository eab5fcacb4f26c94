"""Each API's document and a browsable page of it, without anything from the internet."""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

import orjson
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request as PageRequest
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from api.http.asyncapi import asyncapi
from api.http.openapi import handed_out
from api.http.reply import Reply
from api.http.request import Request
from api.http.routes import RouteTable
from api.registry import LoadedApi

__all__ = ["add_docs", "add_docs_index"]

_STATIC = "/docs/static"


def add_docs(
    table: RouteTable, loaded: LoadedApi, *, strict_pages: bool, public: str | None
) -> None:
    """Adds ``openapi.json``, ``asyncapi.json`` and ``docs`` below an API's base path.

    ``public`` is what clients call the server, where the settings say that.
    """
    prefix = _prefix(public)

    @cache  # most servers are never asked: made at the first request
    def made() -> bytes:
        return orjson.dumps(handed_out(loaded, strict_pages=strict_pages, public=public))

    async def document(_request: Request) -> Reply:
        return Reply(200, made(), media_type="application/json")

    @cache
    def made_of_events() -> bytes:
        return orjson.dumps(asyncapi(loaded, public=public))

    async def events(_request: Request) -> Reply:
        return Reply(200, made_of_events(), media_type="application/json")

    async def page(_request: Request) -> Reply:
        html = get_swagger_ui_html(
            openapi_url=f"{prefix}{loaded.base_path}/openapi.json",
            title=f"{loaded.spec.title} {loaded.spec.version}",
            swagger_js_url=f"{prefix}{_STATIC}/swagger-ui-bundle.js",
            swagger_css_url=f"{prefix}{_STATIC}/swagger-ui.css",
            swagger_favicon_url=f"{prefix}{_STATIC}/favicon.png",
        )
        return Reply(200, bytes(html.body), media_type="text/html;charset=utf-8")

    table.collections["openapi.json"] = {"GET": document}
    table.collections["asyncapi.json"] = {"GET": events}
    table.collections["docs"] = {"GET": page}
    table.others["docs"] = ("text/html", page)


def _prefix(public: str | None) -> str:
    """What stands before all paths that clients use, where a gateway puts something there.

    Pages link by paths, not by whole addresses: so they work on whatever host they are read.
    """
    _, slash, path = (public or "").partition("://")[2].partition("/")
    return slash + path


def add_docs_index(app: FastAPI, apis: Sequence[LoadedApi], public: str | None) -> None:
    """Adds the page that links to all APIs, and the files that the pages need."""
    app.mount(_STATIC, StaticFiles(directory=str(files("fastapi_offline") / "static")))
    rows = "".join(
        f'<li><a href="{base}/docs">{escape(each.spec.title)} {each.spec.version}</a>'
        f' — <a href="{base}/openapi.json">openapi.json</a>,'
        f' <a href="{base}/asyncapi.json">asyncapi.json</a></li>'
        for each in apis
        for base in [f"{_prefix(public)}{each.base_path}"]
    )

    async def index(_request: PageRequest) -> HTMLResponse:
        return HTMLResponse(_INDEX.format(rows=rows))

    app.router.routes.append(Route("/docs", index))


_INDEX = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Turnup</title>
<style>body {{ font-family: system-ui, sans-serif; margin: 3rem; line-height: 1.8 }}</style></head>
<body><h1>Turnup</h1><p>The APIs of this server:</p><ul>{rows}</ul></body></html>
"""
