"""How the stand-in's pages are made: from templates, with nothing from elsewhere and no script."""

from publisher.sandbox import pages
from publisher.sandbox.x.answers import HTML, Answer

# Whatever is posted.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self';"
    " base-uri 'none'; frame-ancestors 'none'; form-action "
)


def page(status: int, template: str, form_action: str = "'none'", **context: object) -> Answer:
    """Return a page; `form_action` is where its forms may lead (Content Security Policy)."""
    html = pages.rendered(f"x/{template}", **context)
    return Answer(status, html, HTML).with_headers(
        ("Content-Security-Policy", _POLICY + form_action),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    )
