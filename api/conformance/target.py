"""Finding out what to test: from a URL, a document, or our own documents."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from api.conformance.subject import Subject, name_of, subject_of
from api.errors import SetupError
from api.registry import load_apis
from api.settings import Settings
from api.spec import SpecDocument, SpecError, load

__all__ = ["Known", "known_apis", "subjects"]

_NOT_FOUND = 404
_TIMEOUT = 20.0


@dataclass(frozen=True)
class Known:
    """An API that we have a document of, and the base paths at which servers have it."""

    spec: SpecDocument
    paths: tuple[str, ...]


def known_apis() -> list[Known]:
    """The APIs that come with the program."""
    return [
        Known(each.spec, (each.base_path, *each.api.aliases))
        for each in load_apis(Settings.load().apis)
    ]


def subjects(url: str, documents: Sequence[Path], known: Sequence[Known]) -> list[Subject]:
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


def _found(client: httpx.Client, url: str, known: Sequence[Known]) -> list[Subject]:
    path = urlsplit(url).path.rstrip("/")
    if path:
        for each in known:
            if path.endswith(each.paths):
                return [subject_of(_handed_out(client, url) or each.spec, url, name_of(each.spec))]
    else:
        served = [(each.spec, _base(client, url, each)) for each in known]
        if any(base for _, base in served):
            return [subject_of(spec, base) for spec, base in served if base]
    if own := _handed_out(client, url):
        return [subject_of(own, url)]
    raise SetupError(
        f"{url}: no known API is served there and it has no openapi.json. Name the API's document "
        "with --spec."
    )


def _base(client: httpx.Client, url: str, known: Known) -> str:
    """The first base at which one of the API's lists is served; empty where none is."""
    for path in known.paths:
        subject = subject_of(known.spec, url + path)
        lists = [each.name for each in subject.resources if each.offers("GET")]
        for name in lists:
            reply = client.get(f"{subject.url}/{name}", params={"limit": 1})
            if reply.status_code != _NOT_FOUND:
                return subject.url
    return ""


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
