"""The desk: what the newsroom looks at and presses."""
