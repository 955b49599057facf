"""The engine's wiring: every task has a queue, and a wiped Redis cannot stop the next message."""

import pytest

from workers import tasks
from workers.app import QUEUES, app

TASKS = sorted(name for name in app.tasks if name.startswith("workers."))


@pytest.mark.parametrize("name", TASKS)
def test_every_task_goes_to_a_queue_that_exists(name: str) -> None:
    assert app.conf.task_routes[name]["queue"] in QUEUES


def test_no_route_leads_nowhere() -> None:
    assert set(app.conf.task_routes) == set(TASKS)


def test_queues_need_no_binding_in_redis() -> None:
    assert {queue.exchange.name for queue in app.conf.task_queues} == {""}


def test_the_tick_comes_at_least_once_a_second() -> None:
    assert app.conf.beat_schedule["tick"]["schedule"] <= 1
    assert app.conf.beat_schedule["tick"]["task"] == tasks.tick.name
