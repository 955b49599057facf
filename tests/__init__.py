"""The tests mirror publisher/ and workers/.

Engines are real, fakes stand only for the world outside.
"""
