"""Errors, and methods that are not offered."""

from typing import Final

from api.conformance.exchange import Reply
from api.conformance.rule import Level, Rule, Scope
from api.conformance.rules.table import PART1, Check, rule
from api.conformance.trial import JSON, Trial
from api.conformance.verdict import NotApplicable

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, errors"
_METHODS: Final = f"{PART1} and RFC 9110, methods"
_TRACES: Final = ("Traceback (most", 'File "', "\tat ", "Exception in", "SQLSTATE", "stack trace")
_ODD_IDS: Final = (
    "no-such-id",
    "%00",
    "%F0%9F%98%80",
    "a%2Fb",
    "x" * 500,
    "%24where",
    "'%22",
    "..%2F",
)


def _errors(trial: Trial) -> list[Reply]:
    """Replies to bad requests of several kinds."""
    url, item = trial.collection, trial.url_of("no-such-id")
    replies = [trial.get(item)]
    if trial.resource.offers("GET"):
        replies.append(trial.find("limit=x"))
        replies.append(trial.get(url, accept="text/html"))
    if trial.resource.offers("POST"):
        replies.append(trial.post(b"{"))
        replies.append(trial.post({}, content_type="text/plain"))
    if trial.resource.offers("PATCH/{id}"):
        headers = {"content-type": JSON}
        replies.append(trial.client.send("PATCH", item, content=b"{}", headers=headers))
    replies.append(trial.client.send("PUT", url, content=b"{}", headers={"content-type": JSON}))
    return [each for each in replies if not each.ok]


def _has(name: str, *, equals_status: bool = False, value: str | None = None) -> Check:
    def check(trial: Trial) -> None:
        for reply in _errors(trial):
            came = reply.object.get(name)
            holds = isinstance(came, str | int) and bool(came)
            expected = "there"
            if equals_status:
                holds, expected = str(came) == str(reply.status), str(reply.status)
            if value is not None:
                holds, expected = came == value, value
            what = f"{name} of the {reply.status} of {reply.request}"
            trial.note(what, holds=holds, expected=expected, came=came)
        trial.settle()

    return check


@rule("ERROR-MEDIA-TYPE", "Errors are application/json.", _HERE, Level.MUST)
def media_type(trial: Trial) -> None:
    for reply in _errors(trial):
        came = reply.headers.get("content-type", "").partition(";")[0].strip()
        trial.note(f"content-type of {reply.request}", holds=came == JSON, expected=JSON, came=came)
    trial.settle()


@rule("ERROR-NO-TRACE", "No error tells of the server's inside.", _HERE, Level.MUST)
def no_trace(trial: Trial) -> None:
    for reply in _errors(trial):
        told = [trace for trace in _TRACES if trace in reply.text]
        trial.note(reply.request, holds=not told, expected="no stack trace", came=reply.text)
    trial.settle()


@rule("ERROR-NOT-OURS", "No bad request is answered with 5xx.", _HERE, Level.MUST)
def no_server_error(trial: Trial) -> None:
    for reply in _errors(trial):
        trial.note(reply.request, holds=reply.status < 500, expected="4xx", came=reply.short)  # noqa: PLR2004
    trial.settle()


@rule("ERROR-NAMES", "The message names the attribute that is wrong.", _HERE, Level.OURS)
def names(trial: Trial) -> None:
    trial.need("POST")
    name = next(iter(trial.resource.texts), None)
    if name is None:
        raise NotApplicable("the document has no attribute of plain text that a create may set")
    reply = trial.status(trial.post(trial.body(**{name: {"not": "a text"}})), 400)
    message = str(reply.object.get("message"))
    trial.check("message", holds=name in message, expected=f"names {name}", came=message)


@rule(
    "ERROR-UNKNOWN-ID", "What there is not is 404, whatever its id looks like.", _HERE, Level.MUST
)
def unknown_id(trial: Trial) -> None:
    trial.need("GET/{id}")
    trial.status(trial.get(trial.url_of("no-such-id")), 404)


@rule("ERROR-ODD-ID", "An id with odd characters is 404 too.", _HERE, Level.OURS)
def odd_id(trial: Trial) -> None:
    trial.need("GET/{id}")
    for id_ in _ODD_IDS:
        trial.refused(trial.get(f"{trial.collection}/{id_}"), 404)
    trial.settle()


@rule("ERROR-UNKNOWN-PATH", "A path that there is none of is 404 with an Error body.", _HERE,
      Level.SHOULD, scope=Scope.API)  # fmt: skip
def unknown_path(trial: Trial) -> None:
    for path in ("noSuchResource", "noSuchResource/1"):
        reply = trial.status(trial.get(f"{trial.subject.url}/{path}"), 404)
        for name in ("code", "reason"):
            trial.check(name, holds=bool(reply.object.get(name)), expected="there", came=reply.text)


def _not_offered(trial: Trial) -> list[tuple[str, str]]:
    """Methods with URLs that the document has without them."""
    found = []
    for suffix, url in (("", trial.collection), ("/{id}", trial.some_url())):
        if url and any(
            name.endswith("/{id}") is bool(suffix) for name in trial.resource.operations
        ):
            found += [
                (method, url)
                for method in ("POST", "PUT", "PATCH", "DELETE")
                if not trial.resource.offers(method + suffix)
            ]
    return found


def _send(trial: Trial, method: str, url: str) -> Reply:
    return trial.client.send(method, url, content=b"{}", headers={"content-type": JSON})


@rule("METHOD-405", "A method that is not offered is 405.", _METHODS, Level.MUST)
def not_offered(trial: Trial) -> None:
    for method, url in _not_offered(trial):
        trial.refused(_send(trial, method, url), 405)
    trial.settle()


@rule("METHOD-ALLOW", "A 405 says in Allow what is offered.", _METHODS, Level.MUST)
def allow(trial: Trial) -> None:
    for method, url in _not_offered(trial):
        reply = _send(trial, method, url)
        allowed = reply.headers.get("allow", "").replace(" ", "").split(",")
        holds = reply.status == 405 and "GET" in allowed and method not in allowed  # noqa: PLR2004
        came = f"{reply.status}, Allow: {', '.join(allowed)}"
        trial.note(reply.request, holds=holds, expected="405, Allow with GET", came=came)
    trial.settle()


@rule("METHOD-HEAD", "HEAD is GET without the body.", _METHODS, Level.OURS)
def head(trial: Trial) -> None:
    trial.need("GET")
    reply = trial.status(trial.client.send("HEAD", trial.collection), 200, 206)
    trial.expect("the body", reply.text, "")
    reply.header("x-total-count")


@rule("METHOD-OPTIONS", "OPTIONS says in Allow what is offered.", _METHODS, Level.OURS)
def options(trial: Trial) -> None:
    trial.need("GET")
    reply = trial.status(trial.client.send("OPTIONS", trial.collection), 200, 204)
    allowed = reply.header("allow").replace(" ", "").split(",")
    wanted = {method for method in trial.resource.operations if "/" not in method}
    missing = sorted(wanted - set(allowed))
    trial.expect("methods that are missing in Allow", missing, [])


def _rule(name: str, title: str, level: Level, check: Check) -> Rule:
    return Rule(f"TMF630-ERROR-{name}", title, _HERE, level, "errors", check)


RULES: Final[tuple[Rule, ...]] = (
    media_type,
    _rule("CODE", "Every error has a code.", Level.MUST, _has("code")),
    _rule("REASON", "Every error has a reason.", Level.MUST, _has("reason")),
    _rule("MESSAGE", "Every error has a message.", Level.SHOULD, _has("message")),
    _rule("STATUS", "status is the status.", Level.SHOULD, _has("status", equals_status=True)),
    _rule("TYPE", "@type is Error.", Level.OURS, _has("@type", value="Error")),
    no_trace,
    no_server_error,
    names,
    unknown_id,
    odd_id,
    unknown_path,
    not_offered,
    allow,
    head,
    options,
)
