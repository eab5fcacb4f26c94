"""Finding out what to test: from a URL, a document, or our own documents."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from api.bundled import bundled
from api.conformance.subject import Subject, name_of, subject_of
from api.errors import SetupError
from api.spec import SpecDocument, SpecError, load

__all__ = ["known_documents", "subjects"]

_NOT_FOUND = 404
_TIMEOUT = 20.0


def known_documents() -> list[SpecDocument]:
    """The documents that come with the program."""
    return [load(path) for path in sorted(bundled("specs").glob("TMF*.yaml"))]


def subjects(url: str, documents: Sequence[Path], known: Sequence[SpecDocument]) -> list[Subject]:
    """What is to be tested at a URL, which is a server's root or an API's base.

    With documents, the APIs are these. Without, an API's base is tested by the document that it
    hands out at ``openapi.json``, or by the known one of its base path; at a server's root the
    known ones are looked for, and after them the document that it hands out itself.

    Raises:
        SetupError: the server does not answer, or there is no document to test it by.
    """
    url = url.rstrip("/")
    with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
        try:
            client.get(url)
            if documents:
                return [_at(url, _loaded(each)) for each in documents]
            return _found(client, url, known)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SetupError(f"{url} does not answer: {error}") from error


def _at(url: str, spec: SpecDocument) -> Subject:
    path = urlsplit(url).path.rstrip("/")
    return subject_of(spec, url if path.endswith(spec.base_path) or path else url + spec.base_path)


def _found(client: httpx.Client, url: str, known: Sequence[SpecDocument]) -> list[Subject]:
    path = urlsplit(url).path.rstrip("/")
    if path:
        for spec in known:
            if path.endswith(spec.base_path):
                return [subject_of(_handed_out(client, url) or spec, url, name_of(spec))]
    else:
        served = [each for each in known if _is_served(client, url, each)]
        if served:
            return [subject_of(each, url + each.base_path) for each in served]
    if own := _handed_out(client, url):
        return [subject_of(own, url)]
    raise SetupError(
        f"{url}: no known API is served there and it has no openapi.json. Name the API's document "
        "with --spec."
    )


def _is_served(client: httpx.Client, url: str, spec: SpecDocument) -> bool:
    subject = subject_of(spec, url + spec.base_path)
    lists = [each.name for each in subject.resources if each.offers("GET")]
    return any(
        client.get(f"{subject.url}/{name}", params={"limit": 1}).status_code != _NOT_FOUND
        for name in lists
    )


def _handed_out(client: httpx.Client, url: str) -> SpecDocument | None:
    """The document at ``openapi.json``, where there is one that can be read."""
    reply = client.get(f"{url}/openapi.json")
    if not reply.is_success:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "openapi.json"
        file.write_bytes(reply.content)
        try:
            return load(file)
        except SpecError:
            return None


def _loaded(path: Path) -> SpecDocument:
    try:
        return load(path)
    except SpecError as error:
        raise SetupError(f"--spec: {error}") from error
