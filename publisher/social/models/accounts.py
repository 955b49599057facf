"""A newsroom's accounts on networks, and when each of them speaks of what."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social.models.choosy import Choosy

# An article at once, in other words two hours later, and on the next day.
TIMELINE_SECONDS = (0, 7_200, 86_400)


def usual_timeline() -> list[int]:
    """Return when an article is spoken of, in seconds after it came out."""
    return list(TIMELINE_SECONDS)


class Accounts(models.QuerySet["Account"]):
    """Accounts, found by what people call them."""

    def named(self, name: str) -> "Account":
        """Return the account of this name; raises Refused where there is none."""
        found = self.filter(name=name).first()
        if found is None:
            raise Refused(f"There is no account '{name}'; add it first.")
        return found


class Account(Choosy):
    """A newsroom's account on one network; posting stops while `stopped_reason` is not empty.

    It speaks by itself of the articles that it is for, where `announces_since` is set: of those
    that come out from then on.
    """

    objects = Accounts.as_manager()

    name = models.SlugField(unique=True)
    # One of wiring.NETWORKS.
    network = models.CharField(max_length=20)
    # Encrypted JSON; see publisher/secrecy.py.
    credentials = models.BinaryField()
    # When the credentials end; None where they do not, or where the network does not say.
    expires_at = models.DateTimeField(null=True)
    # When they were renewed last, or a worker was told to.
    renewed_at = models.DateTimeField(null=True)
    # What the network calls the account, and its own limits: {"characters": 25000}, as
    # publisher/social/rules.py names them. Both were read when it was tried last, at `tried_at`.
    handle = models.CharField(max_length=300, blank=True)
    limits = models.JSONField(default=dict)
    tried_at = models.DateTimeField(null=True)
    needs_approval = models.BooleanField(default=False)
    # The network asked us to wait until then.
    quiet_until = models.DateTimeField(null=True)
    stopped_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()

    # ---- What its posts are made of.
    most_hashtags = models.PositiveSmallIntegerField(default=3)
    has_pictures = models.BooleanField(default=True)
    has_short_links = models.BooleanField(default=False)
    # "" for what is usual: the network, "social", the account's name.
    utm_source = models.CharField(max_length=100, blank=True)
    utm_medium = models.CharField(max_length=100, blank=True)
    utm_campaign = models.CharField(max_length=100, blank=True)
    numbers_threads = models.BooleanField(default=False)
    links_first = models.BooleanField(default=False)
    # Mastodon's: public, unlisted, private; "" for what is usual there.
    visibility = models.CharField(max_length=20, blank=True)

    # ---- When it speaks.
    # "" for the newsroom's.
    time_zone = models.CharField(max_length=60, blank=True)
    announces_since = models.DateTimeField(null=True)
    # In seconds after the article came out.
    timeline = models.JSONField(default=usual_timeline)
    # Between these hours of its day nothing goes out but breaking news; None: always.
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    gap = models.DurationField(default=timedelta(minutes=5))
    # None: as many as come.
    most_per_day = models.PositiveSmallIntegerField(null=True)
    # What waits for longer than this, after an outage say, goes out only if an editor says so.
    most_late = models.DurationField(default=timedelta(hours=2))
    evergreen_gap = models.DurationField(default=timedelta(days=30))
    evergreen_repeats = models.PositiveSmallIntegerField(default=0)
    # When it is looked next for one to share again; None: at once.
    evergreens_at = models.DateTimeField(null=True)

    # ---- What it costs, in millionths of a dollar a calendar month; None: no limit.
    budget_micros = models.BigIntegerField(null=True)
    # How many posts' figures are read back on a day; X wants to be paid for them, too.
    most_figures_per_day = models.PositiveIntegerField(default=200)
    # Not before this they are read again.
    figures_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
                name="account_quiet_both",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Slot(models.Model):
    """A time of the week at which an account speaks, in its own time zone; Monday is 0.

    An account without any speaks at all times.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField()
    at = models.TimeField()

    class Meta:
        ordering = ["weekday", "at"]
        constraints = [
            models.UniqueConstraint(fields=["account", "weekday", "at"], name="slot_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="slot_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.at:%H:%M}"


class Announcement(models.Model):
    """That an account has spoken of an article, or has chosen not to: it is not looked at again."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="announcements")
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    # Why nothing was posted, "" where something was.
    reason = models.TextField(blank=True)
    # When it is to be done; None once it is.
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The dispatcher asks which articles are still to be announced.
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="announcement_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "article"], name="announcement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article} on {self.account}"


class Expense(models.Model):
    """What an account's network charged in a month for all but its posts: for figures read back."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="expenses")
    # The first of the month, by the account's own calendar.
    month = models.DateField()
    # In millionths of a dollar.
    micros = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="expense_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} in {self.month:%Y-%m}"
