"""`publisher migrate`."""

import pytest

from publisher.cli import schema
from tests.cli.conftest import Ask

pytestmark = pytest.mark.django_db


def test_a_database_that_is_up_to_date_stays_as_it_is(ask: Ask) -> None:
    assert schema.missing() == []
    assert ask("migrate") == {"applied": []}
