"""Tests of the addresses that mail services report to."""
