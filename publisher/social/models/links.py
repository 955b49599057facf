"""Our own short links, which count who follows them."""

from django.db import models

from publisher.social.models.posts import Post


class Link(models.Model):
    """A short link of one post; `/s/<code>` leads to `target` and nowhere else."""

    code = models.CharField(max_length=12, unique=True)
    target = models.URLField(max_length=2000)
    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="links")
    clicks = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code
