"""Paging: parts of lists, their counts, and links between them."""

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from api.conformance.exchange import Reply
from api.conformance.family import LABELS
from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, asks, rule
from api.conformance.trial import Trial
from api.conformance.verdict import NotMet, Unchecked

__all__ = ["RULES", "links"]

_HERE: Final = f"{PART1}, paging"
_LINKS: Final = f"{PART1} and RFC 8288, links"
_ALL: Final = sorted(LABELS)
_FIVE: Final = len(LABELS)
_LINK: Final = re.compile(r'\s*<([^<>]*)>((?:\s*;\s*[^\s=;,]+\s*=\s*(?:"[^"]*"|[^",;]*))*)\s*(,|$)')
_REL: Final = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^",;\s]*))')


def _query(trial: Trial) -> str:
    """A condition that all of the family meet, and nothing else."""
    return trial.family.fill(trial, "{mark}={family}")


def _mine(trial: Trial) -> str:
    """The same condition. Raises Unchecked where the server does not find by it."""
    query = _query(trial)
    found = trial.find(query)
    if not found.ok or sorted(trial.family.labels(found.list)) != _ALL or len(found.list) != _FIVE:
        raise Unchecked(f"a list with {query} does not hold the suite's own resources alone")
    return query


def _ids(reply: Reply) -> list[str]:
    return [str(each.get("id")) for each in reply.list]


@rule("PAGE-LIMIT", "limit gives at most so many.", _HERE, Level.MUST)
def limit(trial: Trial) -> None:
    trial.need("GET")
    trial.some()
    came = len(trial.status(trial.find("limit=2"), 200, 206).list)
    trial.check("length of the list", holds=came <= 2, expected="at most 2", came=came)  # noqa: PLR2004
    if trial.resource.offers("POST"):
        trial.expect("length of the list", came, 2)


@rule("PAGE-OFFSET", "offset leaves out so many.", _HERE, Level.MUST)
def offset(trial: Trial) -> None:
    trial.need("GET", "POST")
    trial.some()
    whole = _ids(trial.status(trial.find("limit=4"), 200, 206))
    rest = _ids(trial.status(trial.find("offset=2&limit=2"), 200, 206))
    trial.expect("length of the list", len(whole), 4)
    trial.expect("the list from offset 2", rest, whole[2:])


@rule("PAGE-ALL", "Pages give every resource once.", _HERE, Level.MUST)
def pages(trial: Trial) -> None:
    trial = trial.pages
    query = _mine(trial)
    seen: list[str] = []
    for at in range(0, 6, 2):
        seen += trial.labels(f"{query}&offset={at}&limit=2")
    trial.expect("all pages", sorted(seen), sorted(["alpha", "beta", "gamma", "delta", "epsilon"]))


@rule("PAGE-TOTAL", "X-Total-Count says how many there are in all.", _HERE, Level.MUST)
def total(trial: Trial) -> None:
    trial = trial.pages
    reply = trial.status(trial.find(f"{_mine(trial)}&limit=2"), 200, 206)
    trial.expect("X-Total-Count", reply.header("x-total-count"), "5")


@rule("PAGE-TOTAL-THERE", "Every list has X-Total-Count, a number.", _HERE, Level.MUST)
def total_is_there(trial: Trial) -> None:
    trial.need("GET")
    reply = trial.status(trial.find("limit=1"), 200, 206)
    value = reply.header("x-total-count")
    holds = value.isdecimal() and int(value) >= len(reply.list)
    trial.check("X-Total-Count", holds=holds, expected="a number, not below the length", came=value)


@rule("PAGE-RESULT", "X-Result-Count says how many are in the reply.", _HERE, Level.SHOULD)
def result_count(trial: Trial) -> None:
    trial.need("GET")
    reply = trial.status(trial.find("limit=2"), 200, 206)
    trial.expect("X-Result-Count", reply.header("x-result-count"), str(len(reply.list)))


@rule("PAGE-STATUS", "A part of a list is 200 or 206, the whole 200.", _HERE, Level.MUST)
def page_status(trial: Trial) -> None:
    trial = trial.pages
    query = _mine(trial)
    trial.status(trial.find(f"{query}&limit=2"), 200, 206)
    trial.status(trial.find(f"{query}&limit=100"), 200)


@rule("PAGE-PAST-END", "Past the end is 200 with an empty list, or 416.", _HERE, Level.SHOULD)
def past_the_end(trial: Trial) -> None:
    trial.need("GET")
    reply = trial.status(trial.find("offset=1000000"), 200, 416)
    if reply.status == 200:  # noqa: PLR2004
        trial.expect("the list", reply.list, [])


@rule("PAGE-LIMIT-ZERO", "limit=0 gives the count and nothing else.", _HERE, Level.OURS)
def limit_zero(trial: Trial) -> None:
    trial.need("GET")
    reply = trial.status(trial.find("limit=0"), 200, 206)
    trial.expect("the list", reply.list, [])
    value = reply.header("x-total-count")
    trial.check("X-Total-Count", holds=value.isdecimal(), expected="a number", came=value)


@rule("PAGE-LIMIT-HUGE", "A limit beyond the server's own is cut, not refused.", _HERE, Level.OURS)
def limit_huge(trial: Trial) -> None:
    trial.need("GET")
    reply = trial.status(trial.find("limit=1000000000"), 200, 206)
    trial.check("the list", holds=bool(reply.list) or not trial.resource.offers("POST"),
                expected="not empty", came=reply.short)  # fmt: skip


@rule("PAGE-FILTER-SORT", "Pages of a sorted, filtered list are parts of it.", _HERE, Level.SHOULD)
def of_a_sorted_list(trial: Trial) -> None:
    trial = trial.pages
    _mine(trial)
    query = trial.family.fill(trial, "{mark}={family}&sort=-{date}")
    whole = trial.labels(query)
    trial.expect("the whole", whole, ["epsilon", "delta", "gamma", "beta", "alpha"])
    parts = [label for at in range(5) for label in trial.labels(f"{query}&offset={at}&limit=1")]
    trial.expect("its pages", parts, whole)


def links(header: str) -> dict[str, str]:
    """The targets of a Link header by relation. Raises NotMet where it is not RFC 8288."""
    found: dict[str, str] = {}
    at = 0
    while at < len(header):
        match = _LINK.match(header, at)
        rel = _REL.search(match[2]) if match else None
        if match is None or rel is None:
            raise NotMet('Link: <…>; rel="…", …', header)
        for name in (rel[1] or rel[2] or "").split():
            found.setdefault(name, match[1])
        at = match.end()
    return found


def _links(trial: Trial, query: str) -> dict[str, str]:
    """The links of a list, with targets as absolute URLs."""
    reply = trial.status(trial.find(query), 200, 206)
    return {
        rel: urlsplit(trial.collection)._replace(query="").geturl() + target
        if target.startswith("?")
        else target
        for rel, target in links(reply.header("link")).items()
    }


@rule("LINK-NEXT", "Following next from the first page gives every page.", _LINKS, Level.SHOULD)
def follow_next(trial: Trial) -> None:
    trial = trial.pages
    found = _links(trial, f"{_query(trial)}&limit=2")
    seen = trial.labels(f"{_mine(trial)}&limit=2")
    for _ in range(5):
        if "next" not in found:
            break
        reply = trial.status(trial.get(found["next"]), 200, 206)
        seen += trial.family.labels(reply.list)
        found = links(reply.headers.get("link", ""))
    trial.expect("all pages", sorted(seen), ["alpha", "beta", "delta", "epsilon", "gamma"])


@rule("LINK-PREV", "prev leads to the page before.", _LINKS, Level.SHOULD)
def follow_prev(trial: Trial) -> None:
    trial = trial.pages
    found = _links(trial, f"{_query(trial)}&limit=2&offset=2")
    first = trial.labels(f"{_mine(trial)}&limit=2")
    trial.check("rels", holds="prev" in found, expected="prev", came=sorted(found))
    trial.expect("the page", trial.family.labels(trial.get(found["prev"]).list), first)


@rule("LINK-FIRST-LAST", "first and last lead to the ends.", _LINKS, Level.SHOULD)
def follow_ends(trial: Trial) -> None:
    trial = trial.pages
    found = _links(trial, f"{_query(trial)}&limit=2&offset=2")
    whole = trial.labels(_mine(trial))
    for rel, page in (("first", whole[:2]), ("last", whole[4:])):
        trial.check("rels", holds=rel in found, expected=rel, came=sorted(found))
        trial.expect(rel, trial.family.labels(trial.get(found[rel]).list), page)


@rule("LINK-SELF", "self leads to the page itself.", _LINKS, Level.OURS)
def follow_self(trial: Trial) -> None:
    trial = trial.pages
    query = f"{_query(trial)}&limit=2&offset=2"
    found = _links(trial, query)
    trial.check("rels", holds="self" in found, expected="self", came=sorted(found))
    page = trial.family.labels(trial.get(found["self"]).list)
    trial.expect("the page", page, trial.labels(query))


@rule("LINK-NONE", "The first page has no prev, the last no next.", _LINKS, Level.SHOULD)
def no_links_beyond(trial: Trial) -> None:
    trial = trial.pages
    query = _query(trial)
    first = _links(trial, f"{query}&limit=2")
    _mine(trial)
    trial.expect("prev on the first page", first.get("prev"), None)
    last = links(trial.find(f"{query}&limit=2&offset=4").headers.get("link", ""))
    trial.expect("next on the last page", last.get("next"), None)


@rule("LINK-KEEPS", "Links keep the other parameters.", _LINKS, Level.SHOULD)
def links_keep(trial: Trial) -> None:
    trial = trial.pages
    query = trial.family.fill(trial, "{mark}={family}&sort=-{date}&fields={date}&limit=2")
    found = _links(trial, query)
    if "next" not in found:
        raise NotMet("a link to the next page", str(sorted(found)))
    sent = dict(parse_qsl(query)) | {"offset": "2"}
    kept = dict(parse_qsl(urlsplit(found["next"]).query))
    trial.expect("parameters of next", kept, sent)


_REFUSED: Final = (
    ("NEGATIVE-OFFSET", "A negative offset is 400.", "offset=-1", Level.SHOULD),
    ("NEGATIVE-LIMIT", "A negative limit is 400.", "limit=-1", Level.SHOULD),
    ("BAD-OFFSET", "An offset that is no number is 400.", "offset=x", Level.SHOULD),
    ("BAD-LIMIT", "A limit that is no number is 400.", "limit=1.5", Level.SHOULD),
    ("EMPTY-LIMIT", "An empty limit is 400.", "limit=", Level.OURS),
)

RULES: Final[tuple[Rule, ...]] = (
    limit,
    offset,
    pages,
    total,
    total_is_there,
    result_count,
    page_status,
    past_the_end,
    limit_zero,
    limit_huge,
    of_a_sorted_list,
    *(
        Rule(f"TMF630-PAGE-{name}", title, _HERE, level, "paging", asks(query, 400))
        for name, title, query, level in _REFUSED
    ),
    follow_next,
    follow_prev,
    follow_ends,
    follow_self,
    no_links_beyond,
    links_keep,
)
