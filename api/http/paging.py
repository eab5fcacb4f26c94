"""How a page of a list is answered: its status, its JSON, and what tells of the other pages."""

from dataclasses import dataclass
from http import HTTPStatus

from api.errors import RangeNotSatisfiable
from api.http.links import link_header
from api.http.params import Params
from api.http.reply import Reply

__all__ = ["Paging"]


@dataclass(frozen=True, slots=True)
class Paging:
    """Makes the replies to GETs of lists.

    Attributes:
        strict: whether a page that is not the whole list is 206, and one past the end 416; the
            lenient reading is 200 for both (TMF630 part 1 allows either).
    """

    strict: bool = False

    def reply(
        self, array: bytes, count: int, total: int, *, address: str, query: str, params: Params
    ) -> Reply:
        """One page. Raises RangeNotSatisfiable.

        Args:
            array: what is on the page, as JSON.
            count: how many that are.
            total: how many the whole list has.
            address: of the list, absolute, without a query.
            query: the query string as it was sent.
            params: what it says.
        """
        offset = params.offset
        status = HTTPStatus.OK
        if self.strict and count < total:
            status = HTTPStatus.PARTIAL_CONTENT
        if self.strict and offset and offset >= total:
            raise _past_the_end(offset, total)
        headers = [("X-Total-Count", str(total)), ("X-Result-Count", str(count))]
        link = link_header(address, query, offset, params.limit, total, count)
        if link is not None:
            headers.append(("Link", link))
        return Reply(status, array, headers)


def _past_the_end(offset: int, total: int) -> RangeNotSatisfiable:
    return RangeNotSatisfiable(
        f"offset: {offset} is past the end of the list",
        f"The list has {total}; ask from 0 up to what is in it.",
        headers={"X-Total-Count": str(total), "X-Result-Count": "0"},
    )
