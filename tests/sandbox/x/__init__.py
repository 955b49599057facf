"""The stand-in for X keeps X's contract."""
