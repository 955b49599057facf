"""Where mail services report what became of the mail that they took.

signatures.py   who may report, and how long ago it may have been written
events.py       what a report says about a delivery
receiving.py    the address itself
"""
