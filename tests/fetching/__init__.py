"""Fetching: what comes back, and from where it never does."""
