"""What readers will see of the page behind a post's link: each network has its own card."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from publisher.social.models import Post

# X shows the headline over the picture on one line; the others show this much before they cut.
_TITLE_CHARACTERS = {"x": 70, "bluesky": 300, "mastodon": 200}
_DESCRIPTION_CHARACTERS = {"x": 0, "bluesky": 1_000, "mastodon": 0}
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Preview:
    """A card as a network will show it; `picture` is below /media/ or elsewhere, "" for none.

    `note` says what an editor might not expect, "" where nothing is.
    """

    network: str
    host: str
    title: str
    description: str
    picture: str
    alt: str
    note: str = ""


def preview(post: Post) -> Preview | None:
    """Return the card of a post's link; None where the network shows none."""
    article, network = post.article, post.account.network
    if article is None or not post.link or network not in _TITLE_CHARACTERS:
        return None
    has_pictures = post.media.filter(is_card=False).exists()
    # Its own pictures stand where the card would.
    if has_pictures:
        return None
    return Preview(
        network=network,
        host=(urlsplit(post.link).hostname or "").removeprefix("www."),
        title=_cut(article.title, _TITLE_CHARACTERS[network]),
        description=_cut(article.standfirst, _DESCRIPTION_CHARACTERS[network]),
        picture=article.image,
        alt=article.image_alt,
        note=_note(article.image),
    )


def _note(image: str) -> str:
    if not image:
        return "The article has no picture, so the card is a small one."
    if image.lower().endswith(".svg"):
        return "No network shows an SVG; give the article a JPEG or PNG."
    return ""


def _cut(words: str, characters: int) -> str:
    return (
        words
        if len(words) <= characters
        else words[: characters - 1].rstrip() + _ELLIPSIS * bool(characters)
    )
