"""Posts: single ones and threads, with their pictures and what came of them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from publisher.articles.models import Article
from publisher.social.models.accounts import Account


class Post(models.Model):
    """One post on one account; its text is exactly what was approved and what will be sent.

    draft → approved → scheduled → posting → posted | failed | unsure; cancelled from any state
    before posting. `unsure` is asked about on the network again and again for a while, and never
    sent again by itself. A failed one did surely not get out, so it may be scheduled again. A
    posted one may be taken back: deleting → deleted.

    A thread is a chain of posts: each part but the first has the one before it as its `parent`, and
    is posted after that, never before.
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
        DELETING = "deleting"
        DELETED = "deleted"

    class Origin(models.TextChoices):
        """Who wanted it: an editor, an account's timeline, or the evergreens."""

        EDITOR = "editor"
        TIMELINE = "timeline"
        EVERGREEN = "evergreen"

    # From which states each verb may set out; every action is a conditional update over one of
    # these.
    APPROVABLE = (State.DRAFT,)
    CHANGEABLE = (State.DRAFT, State.APPROVED, State.SCHEDULED, State.FAILED)
    SCHEDULABLE = (State.DRAFT, State.APPROVED, State.SCHEDULED, State.FAILED)
    CANCELLABLE = (State.DRAFT, State.APPROVED, State.SCHEDULED)
    DELETABLE = (State.POSTED,)
    # Wanted, and not on its way; and what is on the network, or was, or may be.
    AHEAD = (State.DRAFT, State.APPROVED, State.SCHEDULED)
    SENT = (State.POSTING, State.UNSURE, State.POSTED, State.DELETING, State.DELETED)

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="posts")
    # The part of a thread before this one, and the first of it; None for a first or only part.
    parent = models.OneToOneField("self", models.PROTECT, null=True, related_name="reply")
    thread = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    # Whose place this one takes: it goes out once that is deleted.
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replacement")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.EDITOR)
    # Which of an article's posts on this account it is: the kind of its template, for an evergreen
    # with its number ("hook-2"); "" for an editor's own words.
    variant = models.CharField(max_length=60, blank=True)
    # Goes before all that is due, in quiet hours and without a gap.
    is_breaking = models.BooleanField(default=False)
    text = models.TextField()
    # A content warning, where the network knows such a thing.
    warning = models.CharField(max_length=300, blank=True)
    # A link in the text that no other post has: by it the post is found again; "" for none.
    link = models.URLField(max_length=2000, blank=True)
    # What the network charges for it, in millionths of a dollar, by the text that was approved.
    price_micros = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # When it goes out; for an unsure one, when the network is asked about it next; None when
    # nothing is planned.
    due_at = models.DateTimeField(null=True)
    # When it was to go out as somebody scheduled it; every attempt moves `due_at`, and none this.
    planned_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    # Grows by one with every call; an answer to an older call changes nothing.
    attempts = models.PositiveIntegerField(default=0)
    # When the last call set out.
    sent_at = models.DateTimeField(null=True)
    # When the first call set out whose outcome nobody knows; None while every outcome is known.
    unsure_since = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    # Chosen with the first call and the same on every one; see publisher/social/keys.py.
    key = models.CharField(max_length=13, blank=True)
    network_id = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # The dispatcher asks what is to be posted or looked up, and whose lease ran out.
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["scheduled", "posting", "unsure", "deleting"]),
                name="post_due",
            ),
            # Gaps, days and budgets of an account are counted over what it posted lately.
            models.Index(fields=["account", "-sent_at"], name="post_latest"),
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
            # One article, one account, one variant, and it is posted once.
            models.UniqueConstraint(
                fields=["account", "article", "variant"],
                condition=Q(parent=None)
                & ~Q(variant="")
                & ~Q(state__in=["cancelled", "deleting", "deleted"]),
                name="post_variant_once",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, thread__isnull=True)
                | Q(parent__isnull=False, thread__isnull=False),
                name="post_part_of_thread",
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.pk} on {self.account.name}"


class Medium(models.Model):
    """A picture or video of a post, as it is uploaded; nothing is posted before all are ready.

    waiting → uploading → ready | failed; after `give_up_at` it has failed. A network forgets
    uploads, so `ready` holds for a while only, until `forgotten_at`.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        UPLOADING = "uploading"
        READY = "ready"
        FAILED = "failed"

    VIDEO = "video/mp4"

    post = models.ForeignKey(Post, models.CASCADE, related_name="media")
    position = models.PositiveSmallIntegerField(default=0)
    # Fitted to the network when the post was written, below MEDIA_ROOT.
    path = models.CharField(max_length=300)
    media_type = models.CharField(max_length=100)
    alt = models.TextField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # It is the picture of the card behind the link, and no picture of its own.
    is_card = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # What the network calls it.
    reference = models.TextField(blank=True)
    check_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["post", "position"], name="medium_once"),
            models.CheckConstraint(condition=~Q(alt=""), name="medium_has_alt"),
        ]

    def __str__(self) -> str:
        return f"{self.path} of {self.post}"

    @property
    def kind(self) -> str:
        """Return what people call it."""
        return "video" if self.media_type == self.VIDEO else "picture"


class Outcome(models.Model):
    """What came of a post, read back from the network; None where it does not say."""

    post = models.OneToOneField(Post, models.CASCADE, related_name="outcome")
    impressions = models.PositiveBigIntegerField(null=True)
    likes = models.PositiveBigIntegerField(null=True)
    reposts = models.PositiveBigIntegerField(null=True)
    replies = models.PositiveBigIntegerField(null=True)
    clicks = models.PositiveBigIntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    # When it is read next; None when no more.
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The dispatcher asks whose figures are to be read.
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="outcome_due"),
        ]

    def __str__(self) -> str:
        return f"figures of {self.post}"
