"""Attack: a webhook's URL on the inside, on each verb: the same guard on all.

Seen elsewhere as Postiz CVE-2026-34590 and Mautic CVE-2026-9557.
"""

from collections.abc import Iterator
from datetime import datetime

import pytest

from publisher import secrecy, wiring
from publisher.errors import Refused
from publisher.social import actions, posting
from publisher.social.models import Account, Post
from tests.factories import AccountFactory, PostFactory
from tests.loopback import Site, serving

pytestmark = pytest.mark.django_db
# Public by its number: no test asks a resolver.
OUTSIDE = "https://9.9.9.9/hook"
SECRET = "whsec_dHdlbnR5LWZvdXIgb2N0ZXRzIG9mIGl0"
INSIDE = [
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://localhost./",
    "http://10.0.0.1/",
    "https://10.0.0.1/",
    "https://ada:secret@9.9.9.9/",
    "https://9.9.9.9@127.0.0.1/",
    "file:///etc/passwd",
    "gopher://9.9.9.9/",
    # In the clear.
    "http://9.9.9.9/",
]


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve on this machine, where nothing may come."""
    with serving() as found:
        yield found


def moved_inside(site: Site) -> Account:
    """Keep an account whose address was public once and leads to this machine now."""
    secrets = {"url": f"{site.url}/hook", "secret": SECRET}
    return AccountFactory.create(network="webhook", credentials=secrecy.seal(secrets))


@pytest.mark.parametrize("url", INSIDE)
def test_an_inner_address_is_refused_when_an_account_is_created(url: str, now: datetime) -> None:
    with pytest.raises(Refused):
        actions.add_account("hook", "webhook", {"url": url, "secret": SECRET}, now=now)
    assert not Account.objects.exists()


@pytest.mark.parametrize("url", INSIDE)
def test_an_inner_address_is_refused_when_an_account_is_updated(url: str, now: datetime) -> None:
    kept = {"url": OUTSIDE, "secret": SECRET}
    account_id = actions.add_account("hook", "webhook", kept, now=now)
    with pytest.raises(Refused):
        actions.renew("hook", kept | {"url": url}, now=now)
    account = Account.objects.get(pk=account_id)
    assert secrecy.unseal(bytes(account.credentials)) == kept


def test_an_inner_address_is_refused_when_an_account_is_tried(site: Site, now: datetime) -> None:
    account = moved_inside(site)
    with pytest.raises(Refused, match=r"127\.0\.0\.1, which is not on the public internet"):
        posting.check(account.name, now=now, connect=wiring.network)
    assert (site.connections, site.posted) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_an_inner_address_is_refused_when_something_is_posted(site: Site, now: datetime) -> None:
    post = PostFactory.create(account=moved_inside(site))
    posting.publish(post.pk, now=now, connect=wiring.network)
    post.refresh_from_db()
    assert post.state == Post.State.SCHEDULED
    assert "not on the public internet" in Account.objects.get().stopped_reason
    assert (site.connections, site.posted) == (0, [])


def test_what_nothing_can_be_signed_with_is_refused_at_once(now: datetime) -> None:
    with pytest.raises(Refused, match=r"^The webhook's secret has to be 'whsec_'"):
        actions.add_account("hook", "webhook", {"url": OUTSIDE, "secret": "hush"}, now=now)
