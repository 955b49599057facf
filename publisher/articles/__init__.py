"""What the newsroom writes, and how it comes in."""
