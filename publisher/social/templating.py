"""The sandbox that editors' post templates run in: words, fields, ifs and loops, no more."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.errors import Refused

_LONGEST_TEMPLATE = 10_000
_LONGEST_RENDERED = 50_000

_MOST_NESTED_LOOPS = 2
_LONGEST_WORDS = 5_000

# A post template is words, fields, ifs and loops. Everything else that Jinja2 has is left out: it
# could load files, call into Python, or make gigabytes out of a line (a macro that doubles itself).
_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Name),
    *(nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Const, nodes.List, nodes.Tuple),
    *(nodes.Filter, nodes.Test, nodes.Keyword, nodes.CondExpr, nodes.Compare, nodes.Operand),
    *(nodes.And, nodes.Or, nodes.Not),
)
_FILTERS = (
    *("capitalize", "default", "first", "join", "last", "length", "lower", "replace", "reverse"),
    *("sort", "title", "trim", "truncate", "unique", "upper", "wordcount"),
)
_LINE_OF_TEMPLATE = "<template>"
# A newsroom has a few dozen.
_KEPT = 256


def rendered(source: str, context: Mapping[str, object]) -> str:
    """Return what a template makes of `context`; raises Refused, with the line, where it is wrong.

    That is also where it asks for what is not in `context`, and where it makes too much.
    """
    return _rendered(_compiled(source), context)


def asks_for(source: str, field: str) -> bool:
    """Return whether a template asks for `field` of anything; raises Refused as `rendered` does."""
    tree = _parsed(source)
    by_name = any(node.attr == field for node in tree.find_all(nodes.Getattr))
    return by_name or any(node.value == field for node in tree.find_all(nodes.Const))


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2 without files and without functions."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and not callable(value)

    def wrap_str_format(self, value: Any) -> None:
        """Leave `str.format` to be refused like every other method."""


class _Missing(StrictUndefined):
    """Says which name is missing, in the words of the template."""

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or f"there is no {self._undefined_name!r}"


def _bounded(name: str) -> Callable[..., Any]:
    """Return Jinja2's filter `name`, so that no chain of joins and replaces fills the memory."""
    plain = FILTERS[name]

    # Jinja2 looks at attributes of the function to know what to pass it; `wraps` keeps them.
    @wraps(plain)
    def bounded(*args: Any, **options: Any) -> Any:
        result = plain(*args, **options)
        if any(isinstance(each, str) and len(each) > _LONGEST_WORDS for each in (*args, result)):
            raise SecurityError(f"{name} makes too much")
        return result

    return bounded


def _environment() -> _Sandbox:
    # Not escaped: a post is plain text, and "&amp;" would be posted as such.
    sandbox = _Sandbox(
        undefined=_Missing, autoescape=False, loader=None, trim_blocks=True, lstrip_blocks=True
    )
    sandbox.globals.clear()
    sandbox.filters = {name: _bounded(name) for name in _FILTERS}
    return sandbox


_SANDBOX = _environment()


@lru_cache(maxsize=_KEPT)
def _compiled(source: str) -> Template:
    _parsed(source)
    with _refusing():
        return _SANDBOX.from_string(source)


@lru_cache(maxsize=_KEPT)
def _parsed(source: str) -> nodes.Template:
    if len(source) > _LONGEST_TEMPLATE:
        raise Refused(f"the post template is longer than {_LONGEST_TEMPLATE} letters; shorten it.")
    with _refusing():
        tree = _SANDBOX.parse(source)
        _check(tree)
        return tree


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except TemplateSyntaxError as error:
        raise _refused(error.lineno, error.message or "it is not Jinja2") from error
    except (RecursionError, SyntaxError) as error:
        raise _refused(None, "it is nested too deeply") from error


def _check(node: nodes.Node, loops: int = 0) -> None:
    if not isinstance(node, _ALLOWED):
        kind = type(node).__name__.lower()
        raise _refused(node.lineno, f"{kind!r} is not for post templates")
    loops += isinstance(node, nodes.For)
    if loops > _MOST_NESTED_LOOPS:
        raise _refused(node.lineno, f"more than {_MOST_NESTED_LOOPS} loops stand in each other")
    for child in node.iter_child_nodes():
        _check(child, loops)


def _rendered(template: Template, context: Mapping[str, object]) -> str:
    pieces: list[str] = []
    length = 0
    try:
        for piece in template.generate(context):
            pieces.append(piece)
            length += len(piece)
            if length > _LONGEST_RENDERED:
                raise _refused(None, f"it makes more than {_LONGEST_RENDERED} characters")
    # What an expression of the template can raise; none of it is a fault of ours.
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    ) as error:
        raise _refused(_line_of(error), str(error)) from error
    return "".join(pieces)


def _refused(line: int | None, reason: str) -> Refused:
    where = f"line {line} of the post template" if line else "the post template"
    return Refused(f"{where} does not work: {reason.rstrip('.')}; correct it and preview again.")


def _line_of(error: BaseException) -> int | None:
    # Jinja2 rewrites its tracebacks so that they point into the template.
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == _LINE_OF_TEMPLATE]
    return lines[-1] if lines else None
