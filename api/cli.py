"""The command ``turnup``."""

import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from api import __version__
from api.errors import TurnupError
from api.hub_commands import app as hub_app
from api.operator.commands import fallout_app, orders_app
from api.operator.parameters import seconds
from api.screen import tell
from api.settings import Settings

__all__ = ["app"]

app = typer.Typer(
    help="Turnup: a TM Forum Open API server that takes a product order and turns up the service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
catalog_app = typer.Typer(help="Work with a catalogue file.", no_args_is_help=True)
app.add_typer(catalog_app, name="catalog")
app.add_typer(orders_app, name="orders")
app.add_typer(fallout_app, name="fallout")
app.add_typer(hub_app, name="hub")


def _setting(name: str, flag: str | None = None) -> Any:
    """A command line option for a setting, explained by the setting's own description."""
    field = Settings.model_fields[name]
    default = field.get_default(call_default_factory=True)
    text = f"{field.description} (TURNUP_{name.upper()}; default: {default})"
    return typer.Option(flag or f"--{name.replace('_', '-')}", help=text, show_default=False)


@app.command()
def serve(
    host: Annotated[str | None, _setting("host")] = None,
    port: Annotated[int | None, _setting("port")] = None,
    database: Annotated[str | None, _setting("database")] = None,
    catalog: Annotated[Path | None, _setting("catalog")] = None,
    public_url: Annotated[str | None, _setting("public_url")] = None,
    unknown_items: Annotated[str | None, _setting("unknown_items")] = None,
    activation_wait: Annotated[float | None, _setting("activation_wait")] = None,
    log_level: Annotated[str | None, _setting("log_level")] = None,
) -> None:
    """Serve the APIs until SIGTERM or Ctrl-C.

    Every setting can also stand in the environment as TURNUP_… or in turnup.toml in the working
    directory; the command line wins over the environment, and that over the file. SIGHUP reads the
    catalogue anew.
    """
    from api.serve import serve as run  # noqa: PLC0415 - the other commands start faster without

    given = {name: value for name, value in locals().items() if name in Settings.model_fields}
    try:
        run(Settings.load(**{name: value for name, value in given.items() if value is not None}))
    except TurnupError as error:
        _fail(str(error))


@app.command()
def listen(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")
    ] = 9000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    verify: Annotated[
        list[str] | None,
        typer.Option(help="Secret (whsec_…) by which events are verified; may be repeated."),
    ] = None,
    fail: Annotated[
        float, typer.Option(min=0, max=1, help="Part of the events that is answered 503.")
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object per line.")] = False,
) -> None:
    """Receive events for trying out, and print one line for each.

    It shows when it came, its type, the resource and its state, its sequence (#) and position (@),
    whether it could be verified and what was answered.
    """
    from api.listen import listen as run  # noqa: PLC0415 - as above

    try:
        run(host, port, verify or [], fail, as_json=as_json)
    except TurnupError as error:
        _fail(str(error))


@catalog_app.command("check")
def check_catalog(file: Annotated[Path, typer.Argument(help="The catalogue, YAML.")]) -> None:
    """Say whether a catalogue can be used, and if not, where it is wrong."""
    from api.catalog.adapters import further_adapters  # noqa: PLC0415 - as above
    from api.catalog.load import load_catalog  # noqa: PLC0415 - as above

    try:
        catalog = load_catalog(file)
    except TurnupError as error:
        _fail(str(error))
    tell(
        f"{file}: good, version {catalog.version}: {len(catalog.service_specifications)} service "
        "specifications."
    )
    for name, specifications in further_adapters(catalog).items():
        tell(
            f"It needs the adapter {name} (of {', '.join(specifications)}), which is not built in: "
            "the setting adapters has to name its class."
        )


@app.command()
def generate(
    check: Annotated[bool, typer.Option("--check", help="Only say what is not fresh.")] = False,
) -> None:
    """Make each package's models.py from its document in specs/."""
    from api.http.event_log import load_event_log  # noqa: PLC0415 - as the next
    from api.spec import generate as models  # noqa: PLC0415 - a development tool

    try:
        apis = Settings.load().apis
        packages = models.find_packages(apis, Path.cwd())
        for name in models.further_packages(apis, Path.cwd()):
            tell(f"{name} is left out: it is not in the setting apis")
        log = load_event_log().api.spec
        for document in models.further_documents(packages, Path.cwd(), without=log):
            tell(f"{document} is left out: no package in the setting apis has its number")
        if not check:
            models.generate(packages)
            tell(
                "made from specs/: the models of "
                + ", ".join(each.output.parent.name for each in packages)
            )
        elif stale := models.check(packages):
            _fail("not what the specs give: " + ", ".join(map(str, stale)) + "; run make generate")
    except TurnupError as error:
        _fail(str(error))


@app.command()
def conformance(
    url: Annotated[
        str | None,
        typer.Option(help="The server's root or an API's base; without it a server of our own."),
    ] = None,
    spec: Annotated[
        list[Path] | None,
        typer.Option(help="The API's document: Swagger 2 or OpenAPI 3. May be repeated."),
    ] = None,
    database: Annotated[
        str | None, typer.Option(help="Store of a server of our own, e.g. mongodb://HOST/NAME.")
    ] = None,
    json: Annotated[
        str | None, typer.Option(help="Write the report as JSON to this file; - for the output.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the report as a page of documentation.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Let rules that are not musts count as failures too.")
    ] = False,
    patience: Annotated[
        float, typer.Option(callback=seconds, help="Seconds to wait for events.")
    ] = 10.0,
) -> None:
    """Test a TMF server: every rule of TMF630 and of its APIs' documents.

    It creates resources that carry a mark, looks at those only, and removes them in the end, but
    for tasks such as cancelServiceOrder, for which the standard has no DELETE. The exit status is
    0 where all musts hold, 1 where one does not, 2 where it could not be run.
    Without --url a server is started on a fresh store, and every rule must hold.
    """
    from api.conformance import command  # noqa: PLC0415 - as above

    options = command.Options(
        url=url,
        specs=spec or (),
        database=database,
        json=json,
        html=html,
        markdown=markdown,
        strict=strict,
        patience=patience,
    )
    try:
        sys.exit(command.conformance(options))
    except TurnupError as error:
        _fail(str(error))


@app.command()
def version() -> None:
    """Say which version this is."""
    typer.echo(__version__)


def _fail(message: str) -> NoReturn:
    for line in message.split("\n"):
        tell(line, error=True)
    sys.exit(2)
