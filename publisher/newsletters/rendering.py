"""Mail templates: a folder below templates/email with subject.txt, body.txt and body.html.

They run in Jinja2's sandbox, and whatever they ask for in vain is named with file and line.
"""

import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import css_inline
from django.conf import settings
from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import select_autoescape

from publisher.errors import Refused

FILES = ("subject.txt", "body.txt", "body.html")
# What a mistake in a template can raise: Jinja's own errors, and what `{{ 1 / 0 }}` does.
_MISTAKES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The three parts of a mail, as its templates gave them."""

    subject: str
    text: str
    html: str


def folder(template: str) -> Path:
    """Return the folder of a template."""
    path: Path = settings.ROOT / "templates" / "email"
    return path / template


def missing(template: str) -> str:
    """Return the first file that a template lacks, "" where it has all of them."""
    return next((name for name in FILES if not (folder(template) / name).is_file()), "")


def mail(template: str, **fields: object) -> Rendered:
    """Return all parts of a mail; raises Refused, naming file, line and field."""
    subject, text, html = (_rendered(f"{template}/{name}", fields) for name in FILES)
    return Rendered(subject.strip(), text.strip() + "\n", _inlined(html))


def page(template: str, **fields: object) -> str:
    """Return the HTML part alone; raises Refused, naming file, line and field."""
    return _inlined(_rendered(f"{template}/body.html", fields))


def _rendered(name: str, fields: dict[str, object]) -> str:
    try:
        return _environment(folder("")).get_template(name).render(fields)
    except TemplateNotFound as error:
        raise Refused(f"There is no file templates/email/{error.name}; write it.") from error
    except _MISTAKES as error:
        raise Refused(f"{_where(error, name)}: {error}.") from error


def _where(error: Exception, name: str) -> str:
    """Return the file and the line of the template that is to blame."""
    if isinstance(error, TemplateSyntaxError):
        return f"templates/email/{error.name}, line {error.lineno}"
    # Jinja rewrites tracebacks so that their frames name the template's own lines.
    lines = [
        (Path(frame.f_code.co_filename), number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if Path(frame.f_code.co_filename).is_relative_to(folder(""))
    ]
    if not lines:
        return f"templates/email/{name}"
    file, number = lines[-1]
    return f"templates/email/{file.relative_to(folder(''))}, line {number}"


@cache
def _environment(root: Path) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(root),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _inlined(html: str) -> str:
    try:
        return _inliner().inline(html)
    except css_inline.InlineError as error:
        raise Refused(f"The styles of the mail cannot be inlined: {error}.") from error


@cache
def _inliner() -> css_inline.CSSInliner:
    # Mail programs that drop a <style> still see the inlined rules; those that keep it get what
    # cannot be inlined: dark mode, narrow screens, hovering.
    return css_inline.CSSInliner(
        keep_style_tags=True, remove_inlined_selectors=True, load_remote_stylesheets=False
    )
