"""What a network is told of a post: the same on every call for it."""

from django.conf import settings

from publisher import links, wiring
from publisher.channels.posts import Attachment, Card, Message
from publisher.social import keys
from publisher.social.models import Medium, Post


def message(post: Post) -> Message:
    """Return a post as its network is told it; its key has been chosen."""
    article = post.article
    pictures = [attachment(each) for each in post.media.all() if not each.is_card]
    return Message(
        text=post.text,
        key=post.key,
        written_at=keys.written_at(post.key),
        link=post.link,
        language=article.language if article else "en",
        reply_to=post.parent.network_id if post.parent else "",
        thread=post.thread.network_id if post.thread else "",
        attachments=tuple(pictures),
        card=None if pictures else _card(post),
        warning=post.warning,
        visibility=post.account.visibility,
    )


def attachment(medium: Medium) -> Attachment:
    """Return a picture as a network is given it, with its bytes where these are still to go."""
    return Attachment(
        media_type=medium.media_type,
        alt=medium.alt,
        width=medium.width,
        height=medium.height,
        content=b"" if _is_uploaded(medium) else _content(medium),
        url=links.absolute(f"{settings.MEDIA_URL}{medium.path}"),
        reference=medium.reference,
    )


def _is_uploaded(medium: Medium) -> bool:
    uploads = wiring.NETWORKS[medium.post.account.network].has_uploads
    return uploads and medium.state == Medium.State.READY


def _content(medium: Medium) -> bytes:
    return (settings.MEDIA_ROOT / medium.path).read_bytes()


def _card(post: Post) -> Card | None:
    if post.article is None or not post.link:
        return None
    picture = next((attachment(each) for each in post.media.all() if each.is_card), None)
    return Card(post.link, post.article.title, post.article.standfirst, picture)
