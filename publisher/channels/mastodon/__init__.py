"""Mastodon, and what speaks as Mastodon does: GoToSocial, Pleroma, Akkoma, Pixelfed.

channel.py     an account, and what it can be asked to do
finding.py     whether a post on the timeline is the one that was sent
connecting.py  OAuth: how an account's token is come by
"""

from publisher.channels.mastodon.channel import Credentials, Mastodon
from publisher.channels.mastodon.connecting import App, register

__all__ = ["App", "Credentials", "Mastodon", "register"]
