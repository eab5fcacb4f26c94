"""Creating and deleting."""

from typing import Final

from api.conformance.rule import Level, Rule
from api.conformance.rules.table import PART1, rule
from api.conformance.schemas import FAR
from api.conformance.trial import Trial
from api.conformance.verdict import NotApplicable, Unchecked

__all__ = ["RULES"]

_HERE: Final = f"{PART1}, creating"
_DELETE: Final = f"{PART1}, deleting"


@rule("POST-STATUS", "A create is 201, or 202 where the work goes on.", _HERE, Level.MUST)
def status(trial: Trial) -> None:
    trial.need("POST")
    trial.status(trial.post(trial.body()), 201, 202)


@rule("POST-LOCATION", "Location names the new resource.", _HERE, Level.SHOULD)
def location(trial: Trial) -> None:
    made = trial.make()
    place = made.reply.header("location")
    holds = place.rstrip("/").rpartition("/")[2] == str(made.reply.object.get("id"))
    trial.check("Location", holds=holds, expected=f"ends in its id {made.id}", came=place)


@rule("POST-LOCATION-HREF", "Location is the href of the new resource.", _HERE, Level.SHOULD)
def location_is_href(trial: Trial) -> None:
    made = trial.make()
    trial.expect("Location", made.reply.header("location"), str(made.reply.object.get("href")))


@rule("POST-BODY", "The reply holds the whole new resource.", _HERE, Level.MUST)
def whole_body(trial: Trial) -> None:
    made = trial.make()
    missing = sorted(made.sent.keys() - made.body.keys())
    trial.expect("attributes that were sent and are not in the reply", missing, [])


@rule("POST-READ", "What was created can be read at once, and is the same.", _HERE, Level.MUST)
def readable(trial: Trial) -> None:
    trial.need("GET/{id}")
    made = trial.make()
    body = trial.read(made)
    for name in (*trial.resource.texts, *trial.resource.dates):
        if name in made.body:
            trial.expect(name, body.get(name), made.body[name])
    trial.expect("id", body.get("id"), made.id)


@rule("POST-VALUES", "Texts that were sent come back as they were sent.", _HERE, Level.MUST)
def values(trial: Trial) -> None:
    made = trial.make()
    for name in trial.resource.texts:
        trial.note(name, holds=made.body.get(name) == made.sent[name], expected=made.sent[name],
                   came=made.body.get(name))  # fmt: skip
    trial.settle()


@rule("POST-UNIQUE", "Every create makes another resource.", _HERE, Level.MUST)
def unique(trial: Trial) -> None:
    ids = [trial.make().id for _ in range(3)]
    trial.expect("different ids", len(set(ids)), 3)


@rule(
    "POST-OWN-ID", "id and href are the server's: a client's are not taken over.", _HERE, Level.OURS
)
def own_id(trial: Trial) -> None:
    wish = f"{trial.mark}-mine"
    made = trial.make(id=wish, href=f"https://example.com/{wish}")
    trial.check("id", holds=made.id != wish, expected="another than was sent", came=made.id)
    href = str(made.body.get("href"))
    trial.check("href", holds=wish not in href, expected="another than was sent", came=href)


@rule("POST-OWNED", "Attributes that only the server sets are not taken over.", _HERE, Level.OURS)
def owned(trial: Trial) -> None:
    resource = trial.resource
    names = [
        name
        for name, each in resource.read.items()
        if name not in resource.created
        and each.schema.get("format") == "date-time"
        and name not in resource.updated
    ]
    if not names:
        raise NotApplicable("the document has no date that only the server sets")
    made = trial.make(**dict.fromkeys(names, FAR))
    for name in names:
        trial.check(name, holds=made.body.get(name) != FAR, expected=f"not {FAR}",
                    came=made.body.get(name))  # fmt: skip


_BAD: Final = (
    ("empty", b""),
    ("cut short", b'{"a": 1'),
    ("no JSON", b"hello"),
    ("an array", b"[]"),
    ("a text", b'"x"'),
    ("null", b"null"),
)


@rule("POST-MALFORMED", "A body that is no JSON object is 400.", _HERE, Level.MUST)
def malformed(trial: Trial) -> None:
    trial.need("POST")
    for _, body in _BAD:
        trial.refused(trial.post(body), 400)
    trial.settle()


@rule("POST-UTF-8", "A body that is no UTF-8 is 400.", _HERE, Level.OURS)
def not_utf_8(trial: Trial) -> None:
    # no NaN and no lone surrogates: there are servers that keep them, and can list nothing then
    trial.need("POST")
    name = trial.resource.texts[0] if trial.resource.texts else "name"
    trial.status(trial.post(b'{"%s": "\xff\xfe"}' % name.encode()), 400)


@rule("POST-TOO-LARGE", "A body over 1 MB is 413.", _HERE, Level.OURS)
def too_large(trial: Trial) -> None:
    trial.need("POST")
    trial.status(trial.post(trial.body(filling="x" * 1_100_000)), 413)


@rule("POST-TOO-DEEP", "A body of more than 64 levels is 400.", _HERE, Level.OURS)
def too_deep(trial: Trial) -> None:
    trial.need("POST")
    trial.status(trial.post(b'{"a":' * 5000 + b"1" + b"}" * 5000), 400)


@rule("POST-NAMES", "Names of attributes with $ or a dot are 400.", _HERE, Level.OURS)
def names(trial: Trial) -> None:
    trial.need("POST")
    for name in ("$where", "a.b"):
        trial.refused(trial.post(trial.body(**{name: "1"})), 400)
    trial.settle()


@rule("DELETE-STATUS", "A delete is 204 without a body.", _DELETE, Level.MUST)
def deleted(trial: Trial) -> None:
    trial.need("POST", "DELETE/{id}")
    reply = trial.status(trial.delete(trial.make()), 202, 204)
    if reply.status == 204:  # noqa: PLR2004
        trial.expect("the body", reply.text, "")


@rule("DELETE-GONE", "What was deleted is 404.", _DELETE, Level.MUST)
def gone(trial: Trial) -> None:
    trial.need("POST", "DELETE/{id}", "GET/{id}")
    made = trial.make()
    trial.status(trial.delete(made), 202, 204)
    trial.status(trial.get(made.url), 404)
    trial.status(trial.delete(made), 404)


@rule("DELETE-LIST", "What was deleted is in no list.", _DELETE, Level.MUST)
def not_listed(trial: Trial) -> None:
    trial.need("POST", "DELETE/{id}", "GET")
    made = trial.make()
    query = f"id={made.id}"
    before = [each.get("id") for each in trial.find(query).list]
    if made.id not in before:
        raise Unchecked(f"a list with {query} does not hold it before")
    trial.status(trial.delete(made), 202, 204)
    after = [each.get("id") for each in trial.find(query).list]
    trial.expect("whether it is in the list", made.id in after, expected=False)


@rule("DELETE-UNKNOWN", "Deleting what there is not is 404.", _DELETE, Level.MUST)
def unknown(trial: Trial) -> None:
    trial.need("DELETE/{id}")
    trial.status(trial.client.send("DELETE", trial.url_of("no-such-id")), 404)


RULES: Final[tuple[Rule, ...]] = (
    status,
    location,
    location_is_href,
    whole_body,
    readable,
    values,
    unique,
    own_id,
    owned,
    malformed,
    not_utf_8,
    too_large,
    too_deep,
    names,
    deleted,
    gone,
    not_listed,
    unknown,
)
