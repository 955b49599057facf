"""Tests of the social room."""
