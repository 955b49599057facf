"""From an edition's rows to the mail it becomes: one function for preview, test and real send."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlencode, urlsplit

from django.utils.encoding import iri_to_uri

from publisher import links
from publisher.articles.models import Article
from publisher.articles.queries import direction
from publisher.delivery.message import Draft, Marks, freeze, new_marks
from publisher.errors import Refused
from publisher.newsletters import contexts, dates, rendering
from publisher.newsletters.models import Edition, Newsletter

# What every mail program shows; SVG is shown by hardly any.
_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp"))
# Adults read about 238 words of English a minute (Brysbaert, 2019), and a screen is slower.
_WORDS_A_MINUTE = 220


def draft(edition: Edition, marks: Marks) -> Draft:
    """Return the edition as a mail with marks in it; raises Refused where a template is wrong."""
    newsletter = edition.newsletter
    rendered = rendering.mail(
        newsletter.template,
        edition=_edition(edition, _campaign(edition)),
        newsletter=masthead(newsletter),
        reader=marks,
    )
    domain = message_domain(newsletter)
    return Draft(
        sender_name=newsletter.sender_name,
        sender_address=newsletter.sender_address,
        reply_to=newsletter.reply_to,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        message_domain=domain,
        list_id=f"{newsletter.slug}.{domain}",
        list_name=newsletter.name,
        # Also what tells filters that a list's mail may come from another address than it says.
        archive_url=links.newsletter(newsletter.slug),
        # No Auto-Submitted: an edition is an editor's (RFC 3834 section 5).
        headers={"Feedback-ID": feedback_id(newsletter, str(edition.pk), "edition")},
    )


def frozen(edition: Edition) -> bytes:
    """Return the edition's frozen mail as the ledger stores it; raises Refused."""
    marks = new_marks()
    return freeze(draft(edition, marks), marks).to_bytes()


def web(edition: Edition) -> str:
    """Return the edition as a page for everybody: no greeting, no link of any one reader."""
    return rendering.page(
        edition.newsletter.template,
        edition=_edition(edition, {}),
        newsletter=masthead(edition.newsletter),
        reader=None,
    )


def masthead(newsletter: Newsletter) -> contexts.Newsletter:
    """Return what templates may know of a newsletter."""
    return contexts.Newsletter(
        name=newsletter.name,
        description=newsletter.description,
        url=links.newsletter(newsletter.slug),
        sender_name=newsletter.sender_name,
        postal_address=newsletter.postal_address,
        language=newsletter.language,
        direction=direction(newsletter.language),
    )


def message_domain(newsletter: Newsletter) -> str:
    """Return the domain of the newsletter's message ids."""
    return newsletter.sender_address.rpartition("@")[2]


def feedback_id(newsletter: Newsletter, *groups: str) -> str:
    """Return the groups that Gmail counts complaints by, from the narrowest to the sender.

    Up to three groups, and last a sender of 5 to 15 characters that stays the same (Google,
    "Feedback Loop": a:b:c:SenderId); nothing in it is one reader's.
    """
    domain = message_domain(newsletter).lower()
    letters = "".join(filter(str.isalnum, domain))[:8]
    sender = f"{letters}{hashlib.sha256(domain.encode()).hexdigest()[:6]}"
    return ":".join((*groups, newsletter.slug, sender))


def dated(edition: Edition) -> datetime:
    """Return the moment that an edition is of: when it is due, or was begun."""
    return edition.due_at or edition.created_at


def _edition(edition: Edition, campaign: dict[str, str]) -> contexts.Edition:
    articles = (
        edition.articles.order_by("placement__position")
        .select_related("section")
        .prefetch_related("byline_set__author")
    )
    stories = [_story(article, campaign) for article in articles]
    if not stories:
        raise Refused(f"Edition {edition.pk} has no article; give it one.")
    return contexts.Edition(
        subject=edition.subject,
        preheader=edition.preheader or stories[0].standfirst,
        date=dates.day(dated(edition), edition.newsletter.time_zone),
        url=links.edition(edition.newsletter.slug, edition.pk),
        stories=tuple(stories),
    )


def _story(article: Article, campaign: dict[str, str]) -> contexts.Story:
    query = f"?{urlencode(campaign)}" if campaign else ""
    image = _picture(article.image)
    return contexts.Story(
        title=article.title,
        standfirst=article.standfirst,
        section=article.section.name if article.section else "",
        byline=_listed(byline.author.name for byline in article.byline_set.all()),
        minutes=max(1, round(article.words / _WORDS_A_MINUTE)) if article.words else 0,
        url=iri_to_uri(links.article(article.slug)) + query,
        image=image,
        # The picture is a link, and a link needs a name.
        image_alt=article.image_alt or article.title,
        image_credit=article.image_credit if image else "",
        is_video=bool(article.video),
        language=article.language,
        direction=direction(article.language),
    )


def _campaign(edition: Edition) -> dict[str, str]:
    return {
        "utm_source": "newsletter",
        "utm_medium": "email",
        "utm_campaign": f"{edition.newsletter.slug}-{edition.pk}",
    }


def _picture(image: str) -> str:
    url = links.absolute(image) if image else ""
    parts = urlsplit(url)
    is_shown = PurePosixPath(parts.path).suffix.lower() in _PICTURES
    return iri_to_uri(url) if is_shown and parts.scheme in ("http", "https") else ""


def _listed(names: Iterable[str]) -> str:
    *others, last = [*names] or [""]
    return f"{', '.join(others)} and {last}" if others else last
