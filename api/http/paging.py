"""How a page of a list is answered: its JSON, and the headers that tell of the other pages."""

from collections.abc import Sequence
from http import HTTPStatus

from api.http.links import link_header
from api.http.params import Params
from api.http.reply import Reply

__all__ = ["page_reply"]


def page_reply(
    bodies: Sequence[bytes], total: int, *, address: str, query: str, params: Params
) -> Reply:
    """The reply to a GET of a list.

    Args:
        bodies: what is on the page, each as JSON.
        total: how many the whole list has.
        address: of the list, absolute, without a query.
        query: the query string as it was sent.
        params: what it says.
    """
    headers = [("X-Total-Count", str(total)), ("X-Result-Count", str(len(bodies)))]
    link = link_header(address, query, params.offset, params.limit, total)
    if link is not None:
        headers.append(("Link", link))
    return Reply(HTTPStatus.OK, b"[" + b",".join(bodies) + b"]", headers)
