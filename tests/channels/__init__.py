"""The outside world, stood in for on this machine."""
