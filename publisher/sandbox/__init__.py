"""Stands in for the outside world on one machine, for the demo and the tests."""
