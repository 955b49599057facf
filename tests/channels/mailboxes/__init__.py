"""Mailboxes, against servers on this machine."""
