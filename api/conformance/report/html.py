"""The report as one HTML file that needs nothing from the network."""

from html import escape
from typing import Final

from api.conformance.exchange import Exchange
from api.conformance.rule import Finding, Outcome
from api.conformance.run import Run
from api.conformance.suite import BAD

__all__ = ["as_html"]

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --dim: #777; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
table { border-collapse: collapse; } th, td { padding: .25rem .7rem; text-align: left; }
th { border-bottom: 2px solid var(--line); } td { border-bottom: 1px solid var(--line); }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
details { border-bottom: 1px solid var(--line); padding: .3rem 0; }
details[open] { padding-bottom: 1rem; } summary { cursor: pointer; }
summary code { font-weight: 600; } .dim { color: var(--dim); }
.o { display: inline-block; min-width: 6.5rem; font-weight: 600; }
.o.n-a { color: var(--dim); } :is(.o, b, td).pass { color: #18864b; }
:is(.o, b, td).fail { color: #d1242f; } .o.warning { color: #b26a00; }
.o.differs { color: #0b7a8f; } .o.not-checked { color: #8b3fb0; }
pre { background: #8881; padding: .7rem; overflow-x: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; font-size: 13px; margin: .4rem 0 .4rem 1rem; }
.obs { margin: .5rem 0 .5rem 1rem; font-size: 14px; } .obs td { vertical-align: top;
  overflow-wrap: anywhere; } label { margin-right: 1rem; }
"""
_SCRIPT: Final = """
for (const box of document.querySelectorAll('input[data-outcome]')) {
  const apply = () => {
    for (const each of document.querySelectorAll('details.' + box.dataset.outcome))
      each.hidden = !box.checked;
  };
  box.addEventListener('change', apply); apply();
}
"""
_ORDER: Final = (*BAD, Outcome.PASS, Outcome.NOT_APPLICABLE)
"""What is to be mended comes first."""

_SHOWN: Final = 600
"""Characters that are shown of a body where all is well."""
_SHOWN_OF_BROKEN: Final = 3000
_OBSERVATIONS: Final = 30


def as_html(run: Run) -> str:
    """The whole page."""
    title = f"Conformance of {escape(run.url)}"
    parts = [
        "<!doctype html><html lang=en><head><meta charset=utf-8>",
        "<meta name=viewport content='width=device-width'>",
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
        f"<p>{_verdict(run)}</p>",
        _summary(run),
        "<p>",
        *(_box(run, outcome) for outcome in Outcome if run.count(outcome)),
        "</p>",
    ]
    for api, name, version in run.apis:
        parts.append(f"<h2>{escape(f'{api} {name} {version}')}</h2>")
        found = (each for each in run.findings if each.api == api)
        parts += map(_finding, sorted(found, key=lambda each: _ORDER.index(each.outcome)))
    if run.left:
        parts.append("<h2>Left on the server</h2><ul>")
        parts += [f"<li>{escape(line)}</li>" for line in run.left]
        parts.append("</ul>")
    parts.append(f"<script>{_SCRIPT}</script></body></html>\n")
    return "\n".join(parts)


def _verdict(run: Run) -> str:
    if not run.ended:
        return "<b class=fail>Not all rules were checked.</b>"
    if run.failures:
        return f"<b class=fail>{len(run.failures)} checks failed or could not be made.</b>"
    return (
        "<b class=pass>All rules hold.</b>" if run.strict else "<b class=pass>All musts hold.</b>"
    )


def _summary(run: Run) -> str:
    head = "".join(f"<th>{outcome.value}</th>" for outcome in Outcome)
    rows = "".join(
        f"<tr><td>{escape(f'{api} {title} {version}')}</td>"
        + "".join(f"<td class=n>{run.count(outcome, api)}</td>" for outcome in Outcome)
        + "</tr>"
        for api, title, version in run.apis
    )
    return f"<table><tr><th>API</th>{head}</tr>{rows}</table>"


def _box(run: Run, outcome: Outcome) -> str:
    checked = (
        "" if outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE) and _any_bad(run) else "checked"
    )
    name = f"{escape(outcome.value)} ({run.count(outcome)})"
    return f"<label><input type=checkbox data-outcome={_name(outcome)} {checked}> {name}</label>"


def _any_bad(run: Run) -> bool:
    return any(each.outcome in BAD for each in run.findings)


def _name(outcome: Outcome) -> str:
    return outcome.value.replace(" ", "-").replace("/", "-")


def _finding(finding: Finding) -> str:
    rule, name = finding.rule, _name(finding.outcome)
    where = f" {finding.resource}" if finding.resource else ""
    shown = _SHOWN_OF_BROKEN if finding.outcome in BAD else _SHOWN
    source = escape(f"{rule.source}; {rule.level.value}")
    return "".join(
        (
            f"<details class={name}><summary>",
            f"<span class='o {name}'>{finding.outcome.value}</span> ",
            f"<code>{escape(rule.id)}</code>{escape(where)} {escape(rule.title)} ",
            f"<span class=dim>{source}</span></summary>",
            f"<p>{escape(finding.reason)}</p>" if finding.reason else "",
            _observations(finding),
            *(_exchange(each, shown) for each in finding.exchanges),
            "</details>",
        )
    )


def _observations(finding: Finding) -> str:
    found = sorted(finding.observations, key=lambda each: each.holds)[:_OBSERVATIONS]
    if not found:
        return ""
    rows = "".join(
        f"<tr><td class={'pass' if each.holds else 'fail'}>{'✓' if each.holds else '✗'}</td>"
        f"<td>{escape(each.what)}</td><td>{escape(each.expected)}</td><td>{escape(each.came)}</td>"
        "</tr>"
        for each in found
    )
    head = "<tr><th></th><th>looked at</th><th>expected</th><th>came</th></tr>"
    return f"<table class=obs>{head}{rows}</table>"


def _exchange(exchange: Exchange, shown: int) -> str:
    sent = [f"{exchange.method} {exchange.url}"]
    sent += [f"{name}: {value}" for name, value in exchange.request_headers.items()]
    came = [str(exchange.status or "no reply")]
    came += [f"{name}: {value}" for name, value in exchange.reply_headers.items()]
    text = "\n".join([*sent, *_body(exchange.request_body, shown), "", "↩ " + came[0], *came[1:]])
    return f"<pre>{escape(text)}\n{escape(chr(10).join(_body(exchange.reply_body, shown)))}</pre>"


def _body(text: str, shown: int) -> list[str]:
    if not text:
        return []
    return ["", text if len(text) <= shown else f"{text[:shown]}…"]
