"""What ``turnup conformance`` does."""

import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from api.conformance.own import own_server
from api.conformance.report.html import as_html
from api.conformance.report.json import as_json
from api.conformance.report.markdown import as_markdown
from api.conformance.report.terminal import show
from api.conformance.rule import Finding, Scope
from api.conformance.rules import rules_of
from api.conformance.run import Run, run
from api.conformance.subject import Subject
from api.conformance.suite import PATIENCE
from api.conformance.target import known_apis, subjects
from api.errors import SetupError

__all__ = ["Options", "conformance"]

GOOD: Final = 0
FAILED: Final = 1
NOT_RUN: Final = 2

_STDOUT: Final = "-"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says.

    Attributes:
        url: the server to test; None: one of our own.
        specs: the documents to test it by.
        database: of our own server.
        json: file for the JSON report; ``-``: standard output.
        html: file for the HTML report.
        markdown: file for the report as a page of documentation.
        strict: whether rules that are not musts count as failures, too.
        patience: seconds to wait for events.
    """

    url: str | None = None
    specs: Sequence[Path] = ()
    database: str | None = None
    json: str | None = None
    html: Path | None = None
    markdown: Path | None = None
    strict: bool = False
    patience: float = PATIENCE


def conformance(options: Options) -> int:
    """Tests and reports; the exit status. Raises SetupError where it cannot be run."""
    if options.url is not None and options.database is not None:
        raise SetupError(
            "--database is of a server of our own, --url of one that runs: give one of them"
        )
    if options.url is not None:
        _check_url(options.url)
    for file in _files(options):
        _check_writable(file)
    stop = _Stop()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    # the table goes to standard error where the JSON goes to standard output
    console = Console(stderr=options.json == _STDOUT, highlight=False)
    with ExitStack() as stack:
        own = options.url is None
        url = options.url or stack.enter_context(own_server(options.database))
        found = Run("a server of our own" if own else url, strict=own or options.strict, own=own)
        tested = subjects(url, options.specs, known_apis())
        try:
            _run(tested, found, options, console, stop)
        except KeyboardInterrupt:
            console.print(f"\nInterrupted; {_removed(found)}")
    show(found, console)
    _write(found, options)
    if not found.ended:
        return NOT_RUN
    return FAILED if found.failures else GOOD


def _removed(found: Run) -> str:
    """What became of all that was created: with a server of our own, it is gone."""
    left = 0 if found.own else len(found.left)
    if left:
        return f"{left} of what was created {'is' if left == 1 else 'are'} left."
    return "what was created has been removed."


def _check_url(text: str) -> None:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise SetupError(f"--url: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise SetupError(f"--url: {text!r} is no http or https URL")
    if url.userinfo:  # they would be in what is shown and written, which is made to be handed on
        raise SetupError("--url: leave out the user and the password: reports name the URL")
    if url.query or url.fragment:
        raise SetupError("--url: leave out what stands behind ? or #: paths are added to it")


class _Stop:
    """Ends the run after the rule that is being checked, so that no create is lost in between.

    The second signal ends it at once.
    """

    def __init__(self) -> None:
        self._asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """A signal."""
        del number, frame
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def check(self) -> None:
        """Raises KeyboardInterrupt where somebody has asked."""
        if self._asked:
            raise KeyboardInterrupt


def _run(
    tested: Sequence[Subject], found: Run, options: Options, console: Console, stop: "_Stop"
) -> None:
    total = sum(_checks(each) for each in tested)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total)

        def tell(finding: Finding) -> None:
            progress.update(task, advance=1, description=f"{finding.api} {finding.rule.topic}")
            stop.check()

        run(tested, found, patience=options.patience, tell=tell)


def _checks(subject: Subject) -> int:
    return sum(
        1 if each.scope is Scope.API or each.resource else len(subject.resources)
        for each in rules_of(subject)
    )


def _files(options: Options) -> list[Path]:
    """Where reports go."""
    json = None if options.json in (None, "", _STDOUT) else Path(str(options.json))
    return [file for file in (json, options.html, options.markdown) if file is not None]


def _check_writable(file: Path) -> None:
    """Raises SetupError where a report cannot be written there: before minutes of testing."""
    try:
        is_new = not file.exists()
        with file.open("ab"):
            pass
        if is_new:
            file.unlink()
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> SetupError:
    return SetupError(f"the report cannot be written: {error}")


def _write(found: Run, options: Options) -> None:
    try:
        if options.json == _STDOUT:
            sys.stdout.write(as_json(found).decode() + "\n")
        elif options.json:
            Path(options.json).write_bytes(as_json(found))
        if options.html:
            options.html.write_text(as_html(found), encoding="utf-8")
        if options.markdown:
            options.markdown.write_text(as_markdown(found), encoding="utf-8")
    except OSError as error:
        raise _unwritable(error) from error
