"""The command line, as somebody who scripts against it sees it."""
