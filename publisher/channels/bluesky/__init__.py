"""Bluesky, and every other server of the AT Protocol that keeps an account (a PDS)."""

from publisher.channels.bluesky.channel import Bluesky
from publisher.channels.bluesky.sessions import Credentials

__all__ = ["Bluesky", "Credentials"]
