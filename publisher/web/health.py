"""Whether this process is alive, and whether everything that it leans on is."""

from collections.abc import Callable
from datetime import timedelta

import redis
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from publisher import clock, pulse

# The dispatcher looks twice a second; one that has not for this long is stuck or gone.
FRESH_FOR = timedelta(seconds=10)


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as anything answers."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer what works and what does not: 200 if all of it does, else 503."""
    del request
    parts = {"database": _database, "redis": _redis, "dispatcher": _dispatcher}
    found = {name: _word(look) for name, look in parts.items()}
    is_ready = set(found.values()) == {"ok"}
    return JsonResponse({"ready": is_ready, **found}, status=200 if is_ready else 503)


def _word(look: Callable[[], str]) -> str:
    try:
        return look()
    except (Error, redis.RedisError):
        # The error itself may name hosts and users, and this page is open to everybody.
        return "out of reach"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _redis() -> str:
    pulse.client().ping()
    return "ok"


def _dispatcher() -> str:
    age = pulse.age(now=clock.now())
    if age is None:
        return "not seen for an hour"
    return "ok" if age <= FRESH_FOR else f"not seen for {age.total_seconds():.0f} seconds"
