"""The links in a mail are keys: each opens one subscription for one purpose."""

from django.http import Http404

from publisher import links


def subscription(purpose: str, token: str) -> int:
    """Return the subscription that the link in somebody's mail is for; raises Http404."""
    subscription_id = links.subscription(purpose, token)
    if subscription_id is None:
        raise Http404(purpose)
    return subscription_id
