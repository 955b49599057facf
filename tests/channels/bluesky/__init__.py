"""Bluesky's channel: against a fake for what goes wrong, against a real PDS for what goes right."""
