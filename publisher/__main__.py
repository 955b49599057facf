"""The command `publisher`, also as `python -m publisher`."""

import sys

from django.conf import settings

from publisher import env
from publisher.errors import Refused


def main() -> None:
    """Run one command and end with its status: 0 done, 1 refused, 2 wrong usage."""
    env.name_settings()
    try:
        settings.INSTALLED_APPS  # noqa: B018 - settings are read when the first is asked for
    except Refused as refusal:
        # A setting that cannot be read; nothing else works then, not even --help.
        sys.stderr.write(f"{refusal}\n")
        sys.exit(1)
    # Not before they can be read.
    from publisher.cli import app

    app()


if __name__ == "__main__":
    main()
