"""What breaks in the middle: real engines, real worker processes, real signals."""
