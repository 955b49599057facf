"""The command `publisher`, also as `python -m publisher`."""

import sys

import django

from publisher import env
from publisher.errors import Refused


def main() -> None:
    """Run one command and end with its status: 0 done, 1 refused, 2 wrong usage."""
    env.name_settings()
    try:
        django.setup()
    except Refused as refusal:
        # A setting that cannot be read; nothing else works then, not even --help.
        sys.stderr.write(f"{refusal}\n")
        sys.exit(1)
    # Models can be imported only now.
    from publisher.cli import app

    app()


if __name__ == "__main__":
    main()
