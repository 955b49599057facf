"""Programs that follow links and are no readers.

What they call themselves: https://github.com/monperrus/crawler-user-agents, and each network's own
page on its crawler (developer.x.com: Twitterbot; developers.facebook.com: facebookexternalhit;
api.slack.com/robots: Slackbot). Bluesky's cards are made by "Bluesky Cardyb".
"""

import re

# Most say it themselves. Cubot makes telephones.
_KINDS = r"(?<!cu)bot\b|bot[/_;-]|crawl|spider|slurp|preview|scan|monitor|archiver|headless"
_PREVIEWS = (
    r"facebookexternalhit|facebookcatalog|meta-external|whatsapp|bluesky|cardyb|embedly|iframely"
    r"|google-inspectiontool|mediapartners-google|googleother|skypeuri|slack-imgproxy|lighthouse"
)
# Every server that holds a copy of a post fetches its card.
_FEDIVERSE = (
    r"mastodon|http\.rb|pleroma|akkoma|misskey|summaly|sharkey|firefish|lemmy|friendica|hubzilla"
    r"|peertube|pixelfed|gotosocial|bookwyrm|wordpress"
)
_LIBRARIES = (
    r"curl|wget|libwww|python|aiohttp|httpx|go-http-client|java/|apache-http|okhttp|node|axios"
    r"|undici|ruby|perl|php|guzzle|reqwest|dart"
)
_CRAWLER = re.compile("|".join((_KINDS, _PREVIEWS, _FEDIVERSE, _LIBRARIES)), re.IGNORECASE)


def is_one(user_agent: str) -> bool:
    """Return whether this is what a program calls itself; what has no name is one, too."""
    return not user_agent.strip() or bool(_CRAWLER.search(user_agent))
