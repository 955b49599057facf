"""Wakes a worker that has several threads, so that a free one does not wait for its next task."""

from typing import Any

from celery import bootsteps

# A worker whose threads are all busy stops asking Redis, and nobody tells its loop that one of them
# is free again: it slept on until a timer of somebody else's, for up to 15 seconds.
LOOK_EVERY_SECONDS = 0.05


class Awake(bootsteps.StartStopStep):
    """Has the loop turn often; who works in the loop itself has no need of it."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None

    def include_if(self, consumer: Any) -> bool:
        """Return whether tasks are done by others than the loop."""
        return bool(consumer.pool.num_processes > 1)

    def start(self, consumer: Any) -> None:
        """Begin to turn."""
        self._timer = consumer.timer.call_repeatedly(LOOK_EVERY_SECONDS, _look)

    def stop(self, consumer: Any) -> None:
        """End it."""
        del consumer
        if self._timer is not None:
            self._timer.cancel()


def _look() -> None:
    """Do nothing: that the loop turns is enough."""
