"""What is mailed: newsletters and their editions."""
