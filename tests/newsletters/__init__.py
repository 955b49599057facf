"""Tests of the newsletters room."""
