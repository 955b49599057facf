"""Credentials as options of a command: one for each that a network needs or may have."""

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Annotated, Any, get_type_hints

import typer

from publisher import wiring

_ASKED = "Unset: asked for, where somebody is there to answer."
_TAKEN = "Need not be there."


def options(*networks: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of these networks; it gets what was given as `secrets`."""
    names = _names(wiring.NETWORKS[each] for each in networks)

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(*arguments: Any, **given: Any) -> None:
            secrets = {name: given.pop(name) for name in names}
            command(*arguments, secrets={k: it for k, it in secrets.items() if it}, **given)

        _announce(run, command, names)
        return run

    return decorate


def completed(network: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """Return credentials with those that are missing typed now, out of sight of ps and history."""
    needed = wiring.NETWORKS[network].needed(secrets)
    return {**{name: secrets.get(name) or _typed(name) for name in needed}, **secrets}


def _names(kinds: Iterable[wiring.Kind]) -> dict[str, str]:
    """Return the names of credentials with what the help says of each."""
    names: dict[str, str] = {}
    for kind in kinds:
        names |= dict.fromkeys(kind.needs + kind.instead, _ASKED)
        names |= {name: _TAKEN for name in kind.takes if name not in names}
    return names


def _announce(
    run: Callable[..., None], command: Callable[..., None], names: dict[str, str]
) -> None:
    """Let Typer, which reads signatures, see an option for each of `names`."""
    hints = get_type_hints(command, include_extras=True)
    known = inspect.signature(command).parameters.values()
    others = [each.replace(annotation=hints[each.name]) for each in known if each.name != "secrets"]
    ours = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default="",
            annotation=Annotated[str, typer.Option(_option(name), help=words)],
        )
        for name, words in names.items()
    ]
    positional = [each for each in others if each.kind is not inspect.Parameter.KEYWORD_ONLY]
    named = [each for each in others if each.kind is inspect.Parameter.KEYWORD_ONLY]
    parameters = [*positional, *ours, *named]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _typed(name: str) -> str:
    if not sys.stdin.isatty():
        raise typer.BadParameter("it is missing", param_hint=f"'{_option(name)}'")
    return str(typer.prompt(name.replace("_", " ").capitalize(), hide_input=True))
