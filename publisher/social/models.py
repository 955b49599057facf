"""Accounts on networks, and the posts that go out through them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from publisher.articles.models import Article


class Account(models.Model):
    """A newsroom's account on one network; posting stops while `stopped_reason` is not empty."""

    class Network(models.TextChoices):
        X = "x"

    name = models.SlugField(unique=True)
    network = models.CharField(max_length=20, choices=Network)
    # Encrypted JSON; see publisher/secrecy.py.
    credentials = models.BinaryField()
    # Jinja2 source; "" takes templates/post/<network>/default.txt.
    template = models.TextField(blank=True)
    needs_approval = models.BooleanField(default=False)
    # The network asked us to wait until then.
    quiet_until = models.DateTimeField(null=True)
    stopped_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """One post on one account; its text is exactly what was approved and what will be sent.

    draft → approved → scheduled → posting → posted | failed | unsure; cancelled from any state
    before posting. `unsure` is asked about on the network again and again for a while, and never
    sent again by itself. A failed one did surely not get out, so it may be scheduled again.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        APPROVED = "approved"
        SCHEDULED = "scheduled"
        POSTING = "posting"
        POSTED = "posted"
        FAILED = "failed"
        UNSURE = "unsure"
        CANCELLED = "cancelled"

    # From which states each verb may set out; every action is a conditional update over one of
    # these.
    APPROVABLE = (State.DRAFT,)
    CHANGEABLE = (State.DRAFT, State.APPROVED, State.SCHEDULED, State.FAILED)
    SCHEDULABLE = (State.DRAFT, State.APPROVED, State.SCHEDULED, State.FAILED)
    CANCELLABLE = (State.DRAFT, State.APPROVED, State.SCHEDULED)

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="posts")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # When it goes out; for an unsure one, when the network is asked about it next; None when
    # nothing is planned.
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    # Grows by one with every call; an answer to an older call changes nothing.
    attempts = models.PositiveIntegerField(default=0)
    # When the last call set out.
    sent_at = models.DateTimeField(null=True)
    # When the first call set out whose outcome nobody knows; None while every outcome is known.
    unsure_since = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    network_id = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # The dispatcher asks what is to be posted or looked up, and whose lease ran out.
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["scheduled", "posting", "unsure"]),
                name="post_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(due_at__isnull=False),
                name="post_scheduled_has_due",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["posting", "unsure"]) | Q(sent_at__isnull=False),
                name="post_called_has_sent",
            ),
            # A network takes the same words from one account only once, and a post in doubt is
            # found again by its words. Hashed, because links make a text too long for an index.
            models.UniqueConstraint(
                "account",
                MD5("text"),
                condition=Q(state__in=["draft", "approved", "scheduled", "posting", "unsure"]),
                name="post_text_once",
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.pk} on {self.account.name}"
