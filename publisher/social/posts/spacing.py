"""What keeps the posts of an account apart when they leave, as they were apart when planned."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from publisher.social.models import Post

_PLANNED_AT = Coalesce("planned_at", "due_at")


def kept(*, now: datetime) -> Q:
    """Return the condition that a post may leave at `now` without a crowd.

    What was planned a gap or more after another post leaves a gap after that, and so does the
    backlog of an outage. What an editor planned closer together leaves as planned.
    """
    before = Post.objects.alias(planned=_PLANNED_AT).filter(
        account=OuterRef("account"),
        # Without a gap, two that were planned for one moment would wait for each other.
        account__gap__gt=timedelta(0),
        parent=None,
        planned__lte=Coalesce(OuterRef("planned_at"), OuterRef("due_at")) - F("account__gap"),
    )
    # What waits for another post's end would keep all others waiting with it.
    waiting = before.filter(state=Post.State.SCHEDULED, due_at__lte=now, replaces=None)
    just_sent = before.filter(state__in=Post.SENT, sent_at__gt=now - F("account__gap"))
    is_first = Q(state=Post.State.SCHEDULED, parent=None, is_breaking=False)
    return ~is_first | (~Q(Exists(waiting)) & ~Q(Exists(just_sent)))
