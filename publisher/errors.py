"""The one error that a person reads: refused, with what, which and what to do."""


class Refused(Exception):
    """Bad input or a wrong moment; the message is one sentence and nothing has changed."""
