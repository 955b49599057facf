"""The Celery app: its queues, which task goes where, and the beat that lets the dispatcher look."""

from celery import Celery, signals
from django.conf import settings
from kombu import Exchange, Queue

from publisher import env
from workers.waking import Awake

env.name_settings()

QUEUES = ("dispatch", "addressing", "urgent", "breaking", "bulk", "posts", "intake")
# The default exchange routes by queue name alone, without a binding table in Redis: what a wiped
# Redis has forgotten cannot stop the next message.
_DEFAULT = Exchange("")


def _broker(url: str) -> str:
    # Celery spells a socket's URL in its own way.
    return url.replace("unix://", "redis+socket://", 1)


app = Celery("publisher", broker=_broker(settings.REDIS_URL), include=["workers.tasks"])
app.conf.update(
    task_queues=[Queue(name, _DEFAULT, routing_key=name) for name in QUEUES],
    task_default_queue="dispatch",
    task_default_exchange="",
    task_routes={
        "workers.tasks.tick": {"queue": "dispatch"},
        "workers.tasks.start_edition": {"queue": "dispatch"},
        "workers.tasks.answer_signup": {"queue": "urgent"},
        "workers.tasks.send_urgent": {"queue": "urgent"},
        "workers.tasks.send_breaking": {"queue": "breaking"},
        "workers.tasks.send_bulk": {"queue": "bulk"},
        "workers.tasks.address_readers": {"queue": "addressing"},
        "workers.tasks.publish_post": {"queue": "posts"},
        "workers.tasks.announce": {"queue": "posts"},
        "workers.tasks.share_again": {"queue": "intake"},
        "workers.tasks.renew_credentials": {"queue": "posts"},
        "workers.tasks.read_figures": {"queue": "intake"},
        "workers.tasks.count_clicks": {"queue": "intake"},
        "workers.tasks.poll_feed": {"queue": "intake"},
        "workers.tasks.poll_mailbox": {"queue": "intake"},
    },
    # Ids in, nothing out.
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    # A message is a hint; the row decides. So a lost one costs a lease, a repeated one nothing.
    task_acks_late=False,
    # One at a time all the same, counted by what is being done. Counted by acknowledgements, the
    # usual way, a worker whose Redis is away when it acknowledges would never take another one.
    worker_prefetch_multiplier=0,
    worker_disable_prefetch=True,
    broker_transport_options={
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "visibility_timeout": 600,
    },
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_hijack_root_logger=False,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    beat_scheduler="workers.rhythm:Steady",
    beat_max_loop_interval=settings.DISPATCH_EVERY_SECONDS,
    beat_schedule={
        "tick": {
            "task": "workers.tasks.tick",
            # It bears no time to expire at: that is by one host's clock, and read by another's.
            "schedule": settings.DISPATCH_EVERY_SECONDS,
        },
    },
)


app.steps["consumer"].add(Awake)


@signals.worker_shutting_down.connect
def _drain(**_: object) -> None:
    # Not before it is needed: only who sends mail has imported it.
    from publisher.delivery import sending

    sending.drain()
