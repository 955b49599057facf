"""The networks that posts go to, and the doors to them."""

import threading
from collections import OrderedDict
from datetime import timedelta

from django.conf import settings

from publisher import clock
from publisher.channels.posts import Network
from publisher.errors import Refused
from publisher.wiring.kinds import Kind
from publisher.wiring.servers import guarded


def _x(secrets: dict[str, str]) -> Network:
    # Only who posts needs tweepy: a mail worker is smaller and starts faster without it.
    from publisher.channels.x import X, credentials

    return X(
        credentials.read(secrets),
        api_url=settings.PUBLISHER_X_API_URL,
        upload_url=settings.PUBLISHER_X_UPLOAD_URL,
    )


def _mastodon(secrets: dict[str, str]) -> Network:
    from publisher.channels.mastodon import Credentials, Mastodon

    return Mastodon(Credentials(**secrets), transport=guarded(secrets["instance"]))


def _bluesky(secrets: dict[str, str]) -> Network:
    from publisher.channels.bluesky import Bluesky, Credentials

    typed = secrets.get("service", "")
    return Bluesky(Credentials(**secrets), transport=guarded(typed) if typed else None)


def _telegram(secrets: dict[str, str]) -> Network:
    from publisher.channels.telegram import Credentials, Telegram

    server = secrets.get("server", "")
    return Telegram(Credentials(**secrets), transport=guarded(server) if server else None)


def _facebook(secrets: dict[str, str]) -> Network:
    from publisher.channels.facebook import Credentials, Facebook

    return Facebook(Credentials(**secrets))


def _threads(secrets: dict[str, str]) -> Network:
    from publisher.channels.threads import Credentials, Threads

    return Threads(Credentials(**secrets))


def _linkedin(secrets: dict[str, str]) -> Network:
    from publisher.channels.linkedin import Credentials, LinkedIn

    return LinkedIn(Credentials(**secrets))


def _webhook(secrets: dict[str, str]) -> Network:
    from publisher.channels.webhook import Credentials, Webhook

    return Webhook(Credentials(**secrets), clock=clock.now, transport=guarded(secrets["url"]))


def _check_webhook(secrets: dict[str, str]) -> None:
    from publisher.channels.webhook import signing_key

    signing_key(secrets["secret"])


_NO_TIME = timedelta(0)
# Threads and LinkedIn say so of their tokens.
_TWO_MONTHS = timedelta(days=60)
# Long before that, because nobody knows how old a token was when it was entered.
_SIX_WEEKS = timedelta(weeks=6)

NETWORKS: dict[str, Kind] = {
    "x": Kind(
        _x,
        # OAuth 1.0a, or 2.0.
        needs=("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
        instead=("client_id", "oauth2_access_token", "oauth2_refresh_token"),
        takes=("client_secret",),
        plain=("client_id",),
        # An access token of OAuth 2.0 holds for two hours, and nobody knows how many are over.
        lives=_NO_TIME,
        renews=True,
        most_figures=100,
    ),
    "bluesky": Kind(
        _bluesky,
        ("identifier", "app_password"),
        takes=("service",),
        keeps=("access_jwt", "refresh_jwt", "did"),
        addresses=("service",),
        plain=("identifier", "service"),
        repeats_harmlessly=True,
        renews=True,
        lives=_NO_TIME,
        # app.bsky.feed.getPosts.
        most_figures=25,
    ),
    "mastodon": Kind(
        _mastodon,
        ("instance", "access_token"),
        addresses=("instance",),
        plain=("instance",),
        # https://docs.joinmastodon.org/methods/statuses/#form-data-parameters
        visibilities=("public", "unlisted", "private"),
        most_figures=10,
    ),
    "telegram": Kind(
        _telegram,
        ("bot_token", "chat_id"),
        takes=("server",),
        addresses=("server",),
        plain=("chat_id", "server"),
        has_uploads=False,
        shows_posts=False,
    ),
    "facebook": Kind(
        _facebook,
        ("page_id", "access_token"),
        takes=("app_secret",),
        plain=("page_id",),
        has_threads=False,
        most_figures=10,
    ),
    "threads": Kind(
        _threads,
        ("user_id", "access_token"),
        plain=("user_id",),
        # A container is made, looked at and published, and its address asked for.
        sends_within=timedelta(seconds=90),
        lives=_TWO_MONTHS,
        renews=True,
        renew_before=_SIX_WEEKS,
        most_figures=10,
    ),
    "linkedin": Kind(
        _linkedin,
        ("organization", "access_token"),
        takes=("refresh_token", "client_id", "client_secret"),
        plain=("organization", "client_id"),
        has_threads=False,
        lives=_TWO_MONTHS,
        renews=True,
        renew_before=_SIX_WEEKS,
        most_figures=50,
    ),
    "webhook": Kind(
        _webhook,
        ("url", "secret"),
        takes=("account",),
        addresses=("url",),
        plain=("url", "account"),
        has_uploads=False,
        shows_posts=False,
        repeats_harmlessly=True,
        check=_check_webhook,
    ),
}


def network(name: str, secrets: dict[str, str]) -> Network:
    """Return the channel to a network with an account's credentials.

    Raises Refused where one is missing.
    """
    kind = NETWORKS[name]
    needed = kind.needed(secrets)
    if missing := [key for key in needed if not secrets.get(key)]:
        raise Refused(f"The account on {name} has no {missing[0].replace('_', ' ')}; give it one.")
    return kind.make(
        {key: secrets[key] for key in needed + kind.takes + kind.keeps if key in secrets}
    )


def kept_network(name: str, secrets: dict[str, str]) -> Network:
    """Return the same channel as long as this thread asks with the same credentials.

    So a post does not wait for a connection that the one before it has made. The channel that was
    used longest ago is closed where a thread has many.
    """
    key = (name, *sorted(secrets.items()))
    known: OrderedDict[tuple[object, ...], Network] = _of_thread.__dict__.setdefault(
        "networks", OrderedDict()
    )
    if key not in known:
        known[key] = network(name, secrets)
    known.move_to_end(key)
    if len(known) > _MOST_KEPT:
        known.popitem(last=False)[1].close()
    return known[key]


def close_networks() -> None:
    """Part from the networks that this thread has kept."""
    for each in _of_thread.__dict__.pop("networks", {}).values():
        each.close()


# Sessions are not for several threads at once.
_of_thread = threading.local()
_MOST_KEPT = 8
