"""Fills a house: run inside it, by `benchmarks.house`.

python -m benchmarks.preparing readers 100000        prints the newsletter's id
python -m benchmarks.preparing edition 1 12288 bulk  prints the edition's id
python -m benchmarks.preparing signup 1              prints when
"""

import sys
from datetime import datetime, timedelta

import django

django.setup()

from django.db import connection  # noqa: E402 - not before the settings are read

from publisher import clock  # noqa: E402
from publisher.audience import actions as audience  # noqa: E402
from publisher.delivery import actions as ledger  # noqa: E402
from publisher.delivery.message import Draft, Frozen, freeze, new_marks  # noqa: E402
from publisher.newsletters.models import Edition, Newsletter  # noqa: E402

_DOMAIN = "publisher.example"
_SENDER = f"bench@{_DOMAIN}"
_LINKS = 10
# What a link and the headers of one copy take.
_FILLED = 58
_OWN_HEADERS = 150
_DUE_IN = timedelta(seconds=2)
_SENTENCE = "The ferry is late again, and nobody on the quay is surprised. "


def readers(count: int) -> int:
    """Make a newsletter with that many readers."""
    now = clock.now()
    newsletter = Newsletter.objects.create(
        slug=f"bench-{count}-{now:%H%M%S%f}",
        name="Bench",
        sender_name="Bench",
        sender_address=_SENDER,
        time_zone="UTC",
        created_at=now,
    )
    with connection.cursor() as cursor:
        cursor.execute(_READERS, {"count": count, "newsletter": newsletter.pk, "now": now})
        # Else PostgreSQL does so by itself, in the middle of what is measured.
        cursor.execute("VACUUM ANALYZE")
    return newsletter.pk


def signup(newsletter_id: int) -> datetime:
    """Have somebody ask for a newsletter, who gets a mail to confirm it; return when that was."""
    form = audience.Form(f"new.{newsletter_id}@reader.example", "Ada", "form")
    now = clock.now()
    audience.sign_up(form, newsletter_id, now=now)
    return now


def edition(newsletter_id: int, octets: int, lane: str) -> int:
    """Schedule an edition two seconds ahead, with a name and a dozen links of each reader's own."""
    now = clock.now()
    mailing_id = ledger.prepare(_frozen(octets), _addressing(newsletter_id, lane), now=now)
    made = Edition.objects.create(
        newsletter_id=newsletter_id,
        subject="What happened today",
        state=Edition.State.SCHEDULED,
        due_at=now + _DUE_IN,
        mailing_id=mailing_id,
        created_at=now,
    )
    return made.pk


def _frozen(octets: int) -> bytes:
    """Return a mail whose copies have that many octets, give or take a hundred."""
    bare = _frozen_with("")
    written = sum(len(part) if isinstance(part, bytes) else _FILLED for part in bare.segments)
    # It stands in both parts, and every line of quoted-printable has a soft break.
    length = (octets - _OWN_HEADERS - written) // 2 * 75 // 77
    filler = (_SENTENCE * (length // len(_SENTENCE) + 1))[:length]
    return _frozen_with(filler).to_bytes()


def _frozen_with(filler: str) -> Frozen:
    marks = new_marks()
    stories = (
        f'<p><a href="{marks.preferences_url}?story={n}">Story {n}</a> {filler[n::_LINKS]}</p>'
        for n in range(_LINKS)
    )
    leave = marks.unsubscribe_url
    draft = Draft(
        sender_name="Bench",
        sender_address=_SENDER,
        subject="What happened today",
        text=f"Dear {marks.name},\n\n{filler}\n\n{leave}\n",
        html=f'<p>Dear {marks.name},</p>{"".join(stories)}<a href="{leave}">Leave</a>',
        message_domain=_DOMAIN,
        list_id=f"bench.{_DOMAIN}",
        list_name="Bench",
    )
    return freeze(draft, marks)


def _addressing(newsletter_id: int, lane: str) -> ledger.Addressing:
    return ledger.Addressing(
        lane=lane, sender=_SENDER, domain=_DOMAIN, newsletter_id=newsletter_id, wants="active"
    )


_READERS = """
    WITH made AS (
        INSERT INTO audience_subscriber (email, digest, name, time_zone, tags, created_at)
        SELECT address, encode(sha256(address::bytea), 'hex'), 'Reader ' || n, '', '{}', %(now)s
        FROM generate_series(1, %(count)s) n,
            format('r%%s.%%s@reader.example', %(newsletter)s, n) AS address
        RETURNING id
    )
    INSERT INTO audience_subscription
        (subscriber_id, newsletter_id, state, source, asked_at, confirmed_at, ended_reason)
    SELECT id, %(newsletter)s, 'active', 'bench', %(now)s, %(now)s, '' FROM made
"""

if __name__ == "__main__":
    what, first, *rest = sys.argv[1:]
    if what == "readers":
        print(readers(int(first)))
    elif what == "edition":
        print(edition(int(first), int(rest[0]), rest[1]))
    else:
        print(signup(int(first)).isoformat())
