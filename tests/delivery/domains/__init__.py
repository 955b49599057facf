"""In whose name mail leaves."""
