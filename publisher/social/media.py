"""A post's pictures, or its video: the article's own, or what an editor adds; each is described."""

import io
import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from publisher import fetching, links
from publisher.articles import shelf
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import pictures, videos
from publisher.social.models import Account, Medium, Post
from publisher.social.posts import rows
from publisher.staff import trail
from publisher.staff.models import Member

# Networks that show the picture of a link as we give it, and do not look at the page themselves.
_CARDS_ARE_OURS = frozenset({"bluesky", "linkedin"})
_ACCEPT = "image/jpeg, image/png, image/webp, image/gif"


def attach_lead(post: Post, article: Article) -> str:
    """Give a post its article's picture, or the card behind its link; return why not, "" if so.

    Where the account has no pictures but its network's cards are ours, it is the card's.
    """
    account = post.account
    is_card = not account.has_pictures and account.network in _CARDS_ARE_OURS and bool(post.link)
    if not (account.has_pictures or is_card) or account.network not in pictures.FRAMES:
        return ""
    if not article.image:
        return "The article has no picture."
    alt = article.image_alt.strip() or (article.title if is_card else "")
    if not alt:
        return "The article's picture has no description, so it is not posted; write one."
    try:
        picture = _fitted(_content(article.image), account)
    except Refused as refusal:
        return str(refusal)
    _keep(post, picture, alt, is_card=is_card)
    return ""


@transaction.atomic
def add(post_id: int, content: bytes, alt: str, *, by: Member | None, now: datetime) -> int:
    """Give a post one more picture and return its id; what was approved must be approved again.

    Raises Refused for what is no picture, without a description, and for more than the network
    takes.
    """
    post = _changeable(post_id, by)
    frame = _frame(post.account)
    words = _described(post.account, alt)
    own = post.media.filter(is_card=False)
    if own.filter(media_type=Medium.VIDEO).exists():
        raise Refused("The post has a video, which stands alone; remove it first.")
    if own.count() >= frame.most:
        raise Refused(f"A post on {post.account.network} has at most {frame.most} pictures.")
    post.media.filter(is_card=True).delete()
    medium = _keep(post, pictures.fit(content, frame), words, is_card=False)
    _unapprove(post, f"picture added: {words}", by, now)
    return medium.pk


@transaction.atomic
def add_video(post_id: int, file: BinaryIO, alt: str, *, by: Member | None, now: datetime) -> int:
    """Give a post a video in place of all pictures and return its id; else as `add`.

    Raises Refused for what its network does not take as well, and beside pictures of its own.
    """
    post = _changeable(post_id, by)
    account = post.account
    if account.network not in videos.CLIPS:
        raise Refused(f"{account.network} takes no videos from us; add a picture instead.")
    words = _described(account, alt)
    if post.media.filter(is_card=False).exists():
        raise Refused("A video stands alone; remove what else is with the post first.")
    video, path = _shelved(file, account)
    post.media.filter(is_card=True).delete()
    medium = _written(post, path, Medium.VIDEO, (video.width, video.height), words)
    _unapprove(post, f"video added: {words}", by, now)
    return medium.pk


@transaction.atomic
def remove(post_id: int, medium_id: int, *, by: Member | None, now: datetime) -> None:
    """Take one off a post that is not out; what was approved must be approved again."""
    post = _changeable(post_id, by)
    medium = post.media.filter(pk=medium_id).first()
    if medium is None:
        raise Refused(f"Post {post_id} has no picture {medium_id}.")
    medium.delete()
    _unapprove(post, f"{medium.kind} removed", by, now)


def _described(account: Account, alt: str) -> str:
    """Return a description as the network takes it; raises Refused."""
    words, most = alt.strip(), _frame(account).alt_characters
    if not words:
        raise Refused("It has no description; say what is to be seen.")
    if len(words) > most:
        raise Refused(
            f"The description has {len(words)} characters, and {account.network} takes {most};"
            " shorten it."
        )
    return words


def _shelved(file: BinaryIO, account: Account) -> tuple[videos.Video, str]:
    """Return what a video is like and where it is kept, without what its camera wrote into it."""
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        video = videos.read(copy)
        octets = copy.seek(0, os.SEEK_END)
        most = account.limits.get("video_bytes")
        videos.check(video, octets, account.network, most_octets=most)
        videos.hide(copy)
        copy.seek(0)
        return video, shelf.keep("posts", "mp4", copy, digits=32)


def _changeable(post_id: int, by: Member | None) -> Post:
    post = rows.post(post_id)
    if post.state not in rows.reach(by, Post.CHANGEABLE):
        raise rows.refusal(post_id, "changed")
    return post


def _unapprove(post: Post, did: str, by: Member | None, now: datetime) -> None:
    if post.account.needs_approval:
        rows.move(post, Post.CHANGEABLE, "changed", state=Post.State.DRAFT)
    trail.note(by, f"post {post.pk}", did, now=now)


def _frame(account: Account) -> pictures.Frame:
    frame = pictures.FRAMES.get(account.network)
    if frame is None:
        raise Refused(f"{account.network} takes no pictures from us.")
    return frame


def _fitted(content: bytes, account: Account) -> pictures.Picture:
    return pictures.fit(content, _frame(account), name="The article's picture")


def _content(image: str) -> bytes:
    """Return an article's picture: one of our own, or one that is fetched from where it lies."""
    if image.startswith(settings.MEDIA_URL):
        return _own(image.removeprefix(settings.MEDIA_URL))
    fetched = fetching.fetch(links.absolute(image), accept=_ACCEPT)
    if fetched.status != 200:
        raise Refused(
            f"The article's picture cannot be fetched: {fetched.host} answers {fetched.status}."
        )
    return fetched.body


def _own(path: str) -> bytes:
    home = Path(settings.MEDIA_ROOT).resolve()
    file = (home / path).resolve()
    if not file.is_relative_to(home):
        raise Refused("The article's picture is not among ours; add it again.")
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"The article's picture cannot be read: {error.strerror}.") from error


def _keep(post: Post, picture: pictures.Picture, alt: str, *, is_card: bool) -> Medium:
    suffix = "png" if picture.media_type == "image/png" else "jpg"
    path = shelf.keep("posts", suffix, io.BytesIO(picture.content), digits=32)
    words = alt[: _frame(post.account).alt_characters]
    size = picture.width, picture.height
    return _written(post, path, picture.media_type, size, words, is_card=is_card)


def _written(
    post: Post,
    path: str,
    media_type: str,
    size: tuple[int, int],
    alt: str,
    *,
    is_card: bool = False,
) -> Medium:
    last = post.media.aggregate(last=Max("position"))["last"]
    return Medium.objects.create(
        post=post,
        position=0 if last is None else last + 1,
        path=path,
        media_type=media_type,
        alt=alt,
        width=size[0],
        height=size[1],
        is_card=is_card,
    )
