"""Tests of how fast mail may leave."""
