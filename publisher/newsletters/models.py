"""Newsletters, and the editions that are mailed of them."""

from django.db import models
from django.db.models import Q

from publisher.articles.models import Article
from publisher.delivery.models import Mailing


class Newsletter(models.Model):
    """A title that people subscribe to, with its sender and its looks."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    sender_name = models.CharField(max_length=200)
    sender_address = models.CharField(max_length=254)
    reply_to = models.CharField(max_length=254, blank=True)
    # A folder below templates/email/.
    template = models.CharField(max_length=100, default="digest")
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=35, default="en")
    # What a reader without a name is called.
    nameless = models.CharField(max_length=100, default="reader")
    # Who sends this and where they live, as many laws ask of every mailing.
    postal_address = models.CharField(max_length=300, blank=True)
    needs_approval = models.BooleanField(default=False)
    # Which relays take its mail; see `delivery.models.Relay`.
    route = models.CharField(max_length=50, default="default")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """One issue of a newsletter.

    draft → in review → approved → scheduled → sending ⇄ paused → sent; cancelled from any state
    before sent. A scheduled one may be paused too, and is scheduled again when it resumes. `due_at`
    may be set before it is scheduled: that is when it is wanted.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        IN_REVIEW = "in review"
        APPROVED = "approved"
        SCHEDULED = "scheduled"
        SENDING = "sending"
        PAUSED = "paused"
        SENT = "sent"
        CANCELLED = "cancelled"

    # From which states each verb may set out; every action is a conditional update over one of
    # these.
    SUBMITTABLE = (State.DRAFT,)
    APPROVABLE = (State.DRAFT, State.IN_REVIEW)
    SCHEDULABLE = (State.DRAFT, State.APPROVED, State.SCHEDULED)
    CHANGEABLE = (State.DRAFT, State.IN_REVIEW, State.APPROVED, State.SCHEDULED)
    PAUSABLE = (State.SCHEDULED, State.SENDING)
    RESUMABLE = (State.PAUSED,)
    CANCELLABLE = (
        State.DRAFT,
        State.IN_REVIEW,
        State.APPROVED,
        State.SCHEDULED,
        State.SENDING,
        State.PAUSED,
    )
    ENDED = (State.SENT, State.CANCELLED)

    newsletter = models.ForeignKey(Newsletter, models.PROTECT, related_name="editions")
    subject = models.CharField(max_length=300)
    preheader = models.CharField(max_length=300, blank=True)
    articles = models.ManyToManyField(Article, through="Placement", related_name="editions")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    due_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    # It goes before all others; and over how long it is spread, None: as fast as it can.
    breaking = models.BooleanField(default=False)
    spread = models.DurationField(null=True)
    # How large its HTML part is as it leaves, and whether somebody knows that Gmail will cut it off
    # and wants it sent all the same; see `weighing`.
    html_octets = models.PositiveIntegerField(default=0)
    clipping_accepted = models.BooleanField(default=False)
    # Why the house paused it by itself, "" where a person did, or nobody.
    problem = models.TextField(blank=True)
    # When the dispatcher last saw it on its way: after hours of nothing somebody is asked.
    seen_at = models.DateTimeField(null=True)
    mailing = models.OneToOneField(Mailing, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # The dispatcher asks which are due, the desk which are coming.
            models.Index(fields=["due_at"], condition=Q(state="scheduled"), name="edition_due"),
            # The dispatcher asks which of those being sent are done or in trouble, and which may
            # go on.
            models.Index(
                fields=["mailing"],
                condition=Q(state__in=["sending", "paused"]),
                name="edition_under_way",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "sending", "paused", "sent"])
                | Q(due_at__isnull=False, mailing__isnull=False),
                name="edition_scheduled_is_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter.slug} {self.pk}"


class Placement(models.Model):
    """An article's place in an edition."""

    edition = models.ForeignKey(Edition, models.CASCADE)
    article = models.ForeignKey(Article, models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "article"], name="placement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article} in {self.edition}"
