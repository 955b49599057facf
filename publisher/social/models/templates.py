"""How posts are worded, and what people and organisations are called on each network."""

from django.db import models

from publisher.social.models.accounts import Account
from publisher.social.models.choosy import Choosy


class PostTemplate(Choosy):
    """One way to word a post; an account's own go before the newsroom's, and these before ours.

    `kind` is headline, hook, quote, question, numbers, breaking or thread. Without an account it is
    the newsroom's, for all networks or, where it names one, for that.
    """

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="templates")
    network = models.CharField(max_length=20, blank=True)
    kind = models.SlugField()
    # Jinja2 source.
    source = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "network", "kind", "position"],
                name="post_template_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Handle(models.Model):
    """What a person or an organisation, as articles name them, is called on a network."""

    name = models.CharField(max_length=200)
    network = models.CharField(max_length=20)
    # With no @ before it: courier, courier@mastodon.example, courier.bsky.social.
    handle = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(models.functions.Lower("name"), "network", name="handle_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: @{self.handle}"
