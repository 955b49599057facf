"""`publisher migrate`: bring the database's tables up to date."""

from publisher.cli import engines, printing, schema
from publisher.cli.printing import AsJson


def migrate(*, as_json: AsJson = False) -> None:
    """Bring the database's tables up to date."""
    with engines.running():
        applied = schema.apply()
    sentence = f"Applied {', '.join(applied)}." if applied else "The database is up to date."
    printing.say(sentence, {"applied": applied}, as_json=as_json)
