"""What is posted and where: accounts, post templates, posts with their pictures, short links."""

from publisher.social.models.accounts import Account, Announcement, Expense, Slot
from publisher.social.models.links import Link
from publisher.social.models.posts import Medium, Outcome, Post
from publisher.social.models.templates import Handle, PostTemplate

__all__ = [
    "Account",
    "Announcement",
    "Expense",
    "Handle",
    "Link",
    "Medium",
    "Outcome",
    "Post",
    "PostTemplate",
    "Slot",
]
