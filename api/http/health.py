"""Whether the server lives, and whether it is ready: for load balancers and orchestrators."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.errors import ApiError
from api.store.protocol import Store

__all__ = ["health_routes"]


def health_routes(store: Store) -> list[Route]:
    """``/health/live`` answers as long as the process does; ``/health/ready`` asks the store."""

    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "pass"})

    async def ready(_request: Request) -> JSONResponse:
        try:
            await store.ping()
        except ApiError as error:
            return JSONResponse(
                {"status": "fail", "output": error.reason}, status_code=error.status.value
            )
        return JSONResponse({"status": "pass"})

    return [Route("/health/live", live), Route("/health/ready", ready)]
