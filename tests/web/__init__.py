"""Tests of the pages for readers and editors."""
