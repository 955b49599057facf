"""How the outside world's pages are made: from templates, with nothing from elsewhere."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "sandbox"


def rendered(template: str, **context: object) -> bytes:
    """Return a page; what is no Unicode in what was sent is shown as a question mark."""
    return _environment().get_template(template).render(context).encode("utf-8", "replace")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
