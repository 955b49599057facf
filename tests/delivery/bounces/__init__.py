"""What comes back is told apart and understood, whoever wrote it and however."""
