"""An edition before anybody gets it: taken out of the very mail that would leave."""

from email import message_from_bytes, policy

from publisher import links
from publisher.audience import queries as audience
from publisher.audience.queries import Reader
from publisher.delivery.message import Frozen, Recipient, build
from publisher.newsletters import composing, editions, queries
from publisher.newsletters.models import Edition


def html(edition_id: int, subscriber_email: str | None = None) -> str:
    """Return the HTML part, as one reader or a nameless one would see it."""
    return _part(eml(edition_id, subscriber_email), "html")


def text(edition_id: int, subscriber_email: str | None = None) -> str:
    """Return the plain-text part, as one reader or a nameless one would see it."""
    return _part(eml(edition_id, subscriber_email), "plain")


def eml(edition_id: int, email: str | None = None) -> bytes:
    """Return the complete mail; raises Refused for an address that is no reader's."""
    edition = queries.row(edition_id)
    reader = audience.reader_at(email) if email else None
    frozen = Frozen.from_bytes(editions.as_sent(edition))
    return build(frozen, _recipient(edition, reader))


def web(edition_id: int) -> str:
    """Return the HTML of the version on the web, which has nothing of any one reader."""
    return composing.web(queries.row(edition_id))


def _recipient(edition: Edition, reader: Reader | None) -> Recipient:
    newsletter = edition.newsletter
    name = reader.name if reader else ""
    personal = links.Personal(composing.message_domain(newsletter))
    return Recipient(
        address=reader.email if reader else newsletter.sender_address,
        name=name,
        date=composing.dated(edition),
        message_id=f"preview-{edition.pk}@{composing.message_domain(newsletter)}",
        values={
            "name": name or newsletter.nameless,
            **personal.links(_subscription_id(reader, newsletter.slug)),
        },
    )


def _subscription_id(reader: Reader | None, newsletter_slug: str) -> int | None:
    wishes = reader.wishes if reader else ()
    return next((wish.id for wish in wishes if wish.newsletter_slug == newsletter_slug), None)


def _part(mail: bytes, subtype: str) -> str:
    body = message_from_bytes(mail, policy=policy.default).get_body((subtype,))
    if body is None:
        raise AssertionError(f"a mail was built without a {subtype} part")
    content: str = body.get_content()
    return content
