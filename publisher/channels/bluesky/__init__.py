"""Bluesky, and every other server of the AT Protocol that keeps an account (a PDS)."""
