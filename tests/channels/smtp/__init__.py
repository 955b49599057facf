"""The relay against mail servers that behave and servers that do not."""
