"""Freezing a mail and filling it."""
