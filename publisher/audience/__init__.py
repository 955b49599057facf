"""Who reads: subscribers, their consent, and those who must never be written to."""
