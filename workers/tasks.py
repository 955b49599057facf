"""Every task: ids in, one action called; and the tick that finds what is due."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from celery import Task

from publisher import clock, pulse
from publisher.articles import polling
from publisher.audience import actions as audience
from publisher.delivery import actions as ledger
from publisher.delivery import mailboxes, sending
from publisher.delivery.models import Mailing
from publisher.newsletters import confirmations, editions
from publisher.social import evergreens, figures, planning, posting, posts, shortening, tokens
from workers import queues
from workers.app import app


@app.task
def tick() -> None:
    """Look for what is due, unless somebody has a moment ago.

    After an hour without a dispatcher there are thousands of ticks.
    """
    now = clock.now()
    if not pulse.is_fresh(now=now):
        look(now=now)


def look(*, now: datetime) -> None:
    """Look for everything that is due and hand it out, where its queue is not full."""
    # Before anything is handed out: after hours of nothing an edition has to wait.
    editions.close_finished(now=now)
    editions.follow_ledger(now=now)
    full = queues.full()
    for claim, task in DUE:
        if app.conf.task_routes[task.name]["queue"] not in full:
            for row_id in claim(now=now):
                task.delay(row_id)
    pulse.beat(now=now)


def send_batch(batch_id: int, *, now: datetime) -> None:
    """Send, and say so where that was the last of an edition: nobody has to look first."""
    if sending.send_batch(batch_id, now=now):
        editions.close_finished(now=clock.now())


@app.task
def start_edition(edition_id: int) -> None:
    """Address an edition to its readers."""
    editions.start(edition_id, now=clock.now())
    look(now=clock.now())


@app.task
def address_readers(mailing_id: int) -> None:
    """Write deliveries for the readers of an edition that are still to be addressed."""
    while ledger.address_readers(mailing_id, now=clock.now()):
        pass


@app.task
def send_bulk(batch_id: int) -> None:
    """Send a batch of an edition, and others behind it."""
    send_batch(batch_id, now=clock.now())


@app.task
def send_breaking(batch_id: int) -> None:
    """Send a batch of an edition that goes before all others."""
    send_batch(batch_id, now=clock.now())


@app.task
def send_urgent(batch_id: int) -> None:
    """Send a confirmation, a test or another mail that somebody is waiting for."""
    send_batch(batch_id, now=clock.now())


@app.task
def answer_signup(signup_id: int) -> None:
    """Ask somebody who signed up to confirm."""
    confirmations.answer(signup_id, now=clock.now())


@app.task
def publish_post(post_id: int) -> None:
    """Post, or look up what became of a post."""
    posting.publish(post_id, now=clock.now())


@app.task
def renew_credentials(account_id: int) -> None:
    """Give an account new credentials before its own end."""
    tokens.renew(account_id, now=clock.now())


@app.task
def read_figures(account_id: int) -> None:
    """Ask a network what came of an account's posts."""
    figures.read(account_id, now=clock.now())


@app.task
def count_clicks(batch: int) -> None:
    """Add the clicks of a few seconds to their short links."""
    shortening.fold(batch)


@app.task
def announce(announcement_id: int) -> None:
    """Write the posts by which an account speaks of an article."""
    planning.announce(announcement_id, now=clock.now())


@app.task
def share_again(account_id: int) -> None:
    """Plan what an account shares again."""
    evergreens.plan(account_id, now=clock.now())


@app.task
def poll_feed(feed_id: int) -> None:
    """Take a feed's new items."""
    polling.poll(feed_id, now=clock.now())


@app.task
def poll_mailbox(mailbox_id: int) -> None:
    """Take what came back to a mailbox."""
    mailboxes.poll(mailbox_id, now=clock.now())


Claim = Callable[..., list[int]]
DUE: tuple[tuple[Claim, Task[[int], None]], ...] = (
    (audience.claim_signups, answer_signup),
    (partial(ledger.claim_due, Mailing.Lane.URGENT), send_urgent),
    (editions.claim_due, start_edition),
    (posts.claim_due, publish_post),
    (planning.claim_due, announce),
    (partial(ledger.claim_due, Mailing.Lane.BREAKING), send_breaking),
    (partial(ledger.claim_due, Mailing.Lane.BULK), send_bulk),
    (ledger.claim_unaddressed, address_readers),
    (tokens.claim_ending, renew_credentials),
    (polling.claim_due, poll_feed),
    (mailboxes.claim_due, poll_mailbox),
    (figures.claim_due, read_figures),
    (shortening.claim_counted, count_clicks),
    (evergreens.claim_due, share_again),
)
