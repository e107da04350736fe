"""Pages: templates filled in, under a policy that lets in nothing but what this service sends."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from app.console.core import figures
from app.console.core.visits import Visit
from app.console.schemas import files

# No script or style but ours, no other host, no frame. The charting library empties elements by setting their markup
# to nothing; console.js lets it set just that.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types default"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    # Nobody else learns where a reader came from; our own forms still say it, which is part of how they are trusted.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie",
}
# What the navigation leads to: title, address, and the scopes without which it is not offered.
NAVIGATION = (
    ("Portfolio", "/console", ("selection:read", "accounts:read")),
    ("Ranking", "/console/ranking", ("selection:read",)),
    ("Accountability", "/console/accountability", ("resourcing:read",)),
    ("Program", "/console/program", ("retiering:read",)),
)


@cache
def environment() -> Environment:
    """The templates, escaping whatever is filled in, and refusing to leave anything out."""
    made = Environment(
        loader=PackageLoader("app.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    for name in ("number", "signed", "percent", "money", "day", "words"):
        made.filters[name] = getattr(figures, name)
    made.filters["filled"] = _filled
    made.globals["static"] = files.address
    made.globals["navigation"] = NAVIGATION
    return made


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """What an address has to say: that which is not empty."""
    return {name: value for name, value in values.items() if value}


def page(
    template: str, visit: Visit | None, filled: Mapping[str, Any], *, here: str = "", status: int = 200
) -> HTMLResponse:
    """A page for whoever looks at it.

    filled: what the template asks for beyond `visit` and `here`. here: the address in the navigation that the page
    belongs to.
    """
    text = environment().get_template(template).render(visit=visit, here=here, **filled)
    return HTMLResponse(text, status, headers=HEADERS)


def framed_page(
    template: str, filled: Mapping[str, Any], ancestors: Sequence[str], *, status: int = 200
) -> HTMLResponse:
    """A page for a frame in the pages of `ancestors` (origins) and no others; it runs nothing and sends nothing."""
    framing = " ".join(ancestors) or "'none'"
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {framing}"
    )
    headers = {
        **{name: value for name, value in HEADERS.items() if name.startswith(("X-", "Cache-"))},
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(environment().get_template(template).render(**filled), status, headers=headers)
