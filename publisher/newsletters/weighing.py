"""How large an edition's HTML is, and what Gmail makes of a large one.

Gmail shows about 102 KB of a mail's HTML and hides the rest, the link to unsubscribe with it,
behind "View entire message". Google does not say how it counts, and those who measured disagree:
the raw source (github.com/hteumeuleu/email-bugs, issue 41), or about 105 KB, more or less with the
encoding (spamresource.com, January 2022). Here the part counts as it leaves, filled and encoded:
that is the most that it can be, so that nothing is cut off unseen.
"""

from email import message_from_bytes

from publisher import links
from publisher.delivery.message import Frozen, Recipient, build
from publisher.errors import Refused
from publisher.newsletters import composing
from publisher.newsletters.models import Edition

CLIPPED_FROM = 102 * 1024
# Early enough to leave out a story rather than the end of the mail.
WARNED_FROM = 80 * 1024
# A number of a subscription as long as any: it stands in the links.
_ANYBODY = 10**9


class Clipped(Refused):
    """Gmail would cut it off, and nobody has said that this is all right."""


def html_octets(edition: Edition, frozen: bytes) -> int:
    """Return the size of the HTML part as a reader without a name gets it."""
    newsletter = edition.newsletter
    domain = composing.message_domain(newsletter)
    reader = Recipient(
        address=newsletter.sender_address,
        name="",
        date=composing.dated(edition),
        message_id=f"weighed@{domain}",
        values={"name": newsletter.nameless, **links.Personal(domain).links(_ANYBODY)},
    )
    mail = message_from_bytes(build(Frozen.from_bytes(frozen), reader))
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/html"]
    return len(str(part.get_payload()))


def check(edition: Edition) -> None:
    """Raise Clipped where an edition is too large for Gmail and nobody has accepted that."""
    if edition.html_octets >= CLIPPED_FROM and not edition.clipping_accepted:
        raise Clipped(
            f"The HTML of edition {edition.pk} is {_kilobytes(edition.html_octets)} as it leaves, "
            f"and Gmail cuts off what is beyond {_kilobytes(CLIPPED_FROM)}, the link to unsubscribe"
            " with it; leave something out, or accept the clipping."
        )


def warnings(octets: int) -> tuple[str, ...]:
    """Return what an editor should know of HTML of this size, nothing where it is small."""
    limit = _kilobytes(CLIPPED_FROM)
    if octets >= CLIPPED_FROM:
        return (f"Gmail cuts it off: its HTML is {_kilobytes(octets)}, and Gmail shows {limit}.",)
    if octets >= WARNED_FROM:
        return (f"Its HTML is {_kilobytes(octets)}; Gmail cuts off what is beyond {limit}.",)
    return ()


def _kilobytes(octets: int) -> str:
    return f"{octets / 1024:.0f} KB"
