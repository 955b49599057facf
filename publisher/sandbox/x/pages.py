"""How the stand-in's pages are made: from templates, with nothing from elsewhere and no script."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from publisher.sandbox.x.answers import HTML, Answer

# Whatever is posted.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; media-src 'self';"
    " base-uri 'none'; frame-ancestors 'none'; form-action "
)
_TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "sandbox" / "x"


def page(status: int, template: str, form_action: str = "'none'", **context: object) -> Answer:
    """Return a page; `form_action` is where its forms may lead (Content Security Policy)."""
    html = _environment().get_template(template).render(**context)
    return Answer(status, html.encode(), HTML).with_headers(
        ("Content-Security-Policy", _POLICY + form_action),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
