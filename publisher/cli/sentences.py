"""Whatever goes wrong that is nobody's bug, as one sentence on standard error and a status."""

import sys
from collections.abc import Sequence
from typing import Any

import psycopg
import redis
import typer
from django.db import InterfaceError, OperationalError, ProgrammingError
from typer.core import TyperGroup

from publisher.channels import ChannelError
from publisher.errors import Refused

REFUSED = 1
WRONG_USAGE = 2
_NOT_MIGRATED = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)


class Sentences(TyperGroup):
    """The command line as a whole; a traceback from it is a bug."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - Typer's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002 - Typer's signature
        **extra: Any,
    ) -> Any:
        """Run one command and end the process with its status."""
        del standalone_mode
        try:
            status = super().main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except typer.TyperException as error:
            fail(_wrong_usage(error), error.exit_code)
        except typer.Abort:
            fail("Nothing was done.")
        except Refused as refusal:
            fail(str(refusal))
        except ChannelError as error:
            fail(error.reason)
        except (OperationalError, InterfaceError) as error:
            fail(_out_of_reach("The database", error, "DATABASE_URL"))
        except redis.RedisError as error:
            fail(_out_of_reach("Redis", error, "REDIS_URL"))
        except ProgrammingError as error:
            if not isinstance(error.__cause__, _NOT_MIGRATED):
                raise
            fail("The database is older or newer than this Publisher; run 'publisher migrate'.")
        sys.exit(status)


def fail(sentence: str, status: int = REFUSED) -> None:
    """Say why on standard error and end the process."""
    if sentence:
        typer.echo(sentence, err=True)
    sys.exit(status)


def _wrong_usage(error: typer.TyperException) -> str:
    said = error.format_message()
    context = getattr(error, "ctx", None)
    # Without a context there is no command to name; without words, the help was shown.
    if context is None or not said:
        return said
    return f"{said.rstrip('.?')}; see '{context.command_path} --help'."


def _out_of_reach(what: str, error: Exception, setting: str) -> str:
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"{what} cannot be used: {said.rstrip('.')}; see {setting} and 'publisher doctor'."
