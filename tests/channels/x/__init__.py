"""Tests of the channel to X."""
