"""Tests of the channel to mail services."""
