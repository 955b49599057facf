"""A web site on this machine, for feeds and pages to come from."""

from collections.abc import Iterator

import pytest

from tests.loopback import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve what the test puts into it."""
    with serving() as found:
        yield found
