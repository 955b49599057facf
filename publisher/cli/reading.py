"""The code of a command, read when it is asked for: `up` runs for weeks and needs little of it."""

from collections import UserDict
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import django
import typer

# Has a database started, and asks it nothing.
_WITHOUT_MODELS = "up"


class Reading(UserDict[str, Any]):
    """Commands by name, as Typer makes them.

    A verb is the function of its name in the file of its name, and a noun the `app` in its file.
    """

    def __init__(self, verbs: Sequence[str], nouns: Sequence[str]) -> None:
        super().__init__(dict.fromkeys((*verbs, *nouns)))
        self._nouns = nouns

    def __getitem__(self, name: str) -> Any:
        """Return a command; raises KeyError where there is none."""
        self.data[name] = self.data[name] or self._read(name)
        return self.data[name]

    def _read(self, name: str) -> Any:
        if name != _WITHOUT_MODELS:
            django.setup()
        module = import_module(f"publisher.cli.{name}")
        if name in self._nouns:
            found = typer.main.get_command(module.app)
            found.name = name
            return found
        alone = typer.Typer(add_completion=False)
        alone.command(name)(getattr(module, name))
        return typer.main.get_command(alone)
