"""An edition until it leaves: created, changed, approved, scheduled, and refused in time."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from publisher.articles.models import Article
from publisher.audience import actions as audience
from publisher.delivery.models import Delivery, Mailing
from publisher.errors import Refused
from publisher.newsletters import editions, queries
from publisher.newsletters.editions import Manner, Plan
from publisher.newsletters.models import Edition, Newsletter
from publisher.staff import trail
from publisher.staff.models import Member
from tests.factories import (
    ArticleFactory,
    MemberFactory,
    NewsletterFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ben() -> Member:
    return MemberFactory.create()


@pytest.fixture
def ada() -> Member:
    return MemberFactory.create(
        email="ada@courier.example", first_name="Ada", role=Member.Role.CHIEF
    )


@pytest.fixture
def daily() -> Newsletter:
    """Return a newsletter with one reader."""
    return SubscriptionFactory.create(newsletter=NewsletterFactory.create(slug="daily")).newsletter


@pytest.fixture
def strict(daily: Newsletter) -> Newsletter:
    """Return a newsletter that needs approval."""
    Newsletter.objects.filter(pk=daily.pk).update(needs_approval=True)
    daily.needs_approval = True
    return daily


@pytest.fixture
def plan() -> Plan:
    return Plan((ArticleFactory.create(title="The ferry is late").pk,))


def created(
    newsletter: Newsletter, plan: Plan, now: datetime, due_at: datetime | None = None
) -> int:
    return editions.create(newsletter.pk, plan, by=None, now=now, due_at=due_at)


def test_a_new_edition_is_a_draft_under_its_first_title(
    daily: Newsletter, plan: Plan, ben: Member, now: datetime
) -> None:
    edition = queries.edition(editions.create(daily.pk, plan, by=ben, now=now))
    assert (edition.state, edition.subject) == ("draft", "The ferry is late")
    assert edition.recipients == 1
    assert [(line.who, line.did) for line in trail.of(f"edition {edition.id}")] == [
        ("Ben", "created it")
    ]


def test_an_edition_with_a_time_is_scheduled_at_once(
    daily: Newsletter, plan: Plan, now: datetime
) -> None:
    edition = queries.edition(created(daily, plan, now, now + HOUR))
    assert (edition.state, edition.due_at) == ("scheduled", now + HOUR)
    assert Mailing.objects.get().state == "prepared"
    assert trail.of(f"edition {edition.id}")[0].did == (
        "scheduled it for 23 November 2026, 10:00 (Europe/Amsterdam)"
    )


def test_an_edition_may_be_due_now(daily: Newsletter, plan: Plan, now: datetime) -> None:
    assert created(daily, plan, now, now) in editions.claim_due(now=now)


def test_where_approval_is_needed_it_waits_with_its_time(
    strict: Newsletter, plan: Plan, ada: Member, now: datetime
) -> None:
    edition_id = created(strict, plan, now, now + HOUR)
    assert queries.edition(edition_id).state == "in review"
    assert not Mailing.objects.exists()
    editions.approve(edition_id, by=ada, now=now)
    assert queries.edition(edition_id).state == "scheduled"


def test_an_approval_that_comes_late_does_not_send(
    strict: Newsletter, plan: Plan, ada: Member, now: datetime
) -> None:
    edition_id = created(strict, plan, now, now + HOUR)
    editions.approve(edition_id, by=ada, now=now + 2 * HOUR)
    assert queries.edition(edition_id).state == "approved"


def test_a_draft_that_needs_approval_cannot_be_scheduled(
    strict: Newsletter, plan: Plan, ada: Member, now: datetime
) -> None:
    edition_id = created(strict, plan, now)
    with pytest.raises(Refused, match="needs approval"):
        editions.schedule(edition_id, now + HOUR, by=ada, now=now)
    editions.submit(edition_id, by=None, now=now)
    editions.approve(edition_id, by=ada, now=now)
    editions.schedule(edition_id, now + HOUR, by=ada, now=now)
    assert queries.edition(edition_id).state == "scheduled"


def test_only_a_chief_approves_and_an_author_schedules_nothing(
    daily: Newsletter, plan: Plan, ben: Member, now: datetime
) -> None:
    cleo = MemberFactory.create(email="cleo@courier.example", role=Member.Role.AUTHOR)
    edition_id = created(daily, plan, now)
    with pytest.raises(Refused, match="is an editor and may not approve"):
        editions.approve(edition_id, by=ben, now=now)
    with pytest.raises(Refused, match="is an author and may not schedule"):
        editions.schedule(edition_id, now + HOUR, by=cleo, now=now)
    with pytest.raises(Refused, match="is an author and may not schedule"):
        editions.create(daily.pk, plan, by=cleo, now=now, due_at=now + HOUR)
    assert Edition.objects.count() == 1


def test_an_edition_without_articles_is_refused(daily: Newsletter, now: datetime) -> None:
    with pytest.raises(Refused, match="needs at least one article"):
        created(daily, Plan(()), now)
    with pytest.raises(Refused, match="There is no article 404404404"):
        created(daily, Plan((404404404,)), now)
    assert not Edition.objects.exists()


def test_an_edition_in_the_past_is_refused(daily: Newsletter, plan: Plan, now: datetime) -> None:
    with pytest.raises(
        Refused, match=r"23 November 2026, 08:00 \(Europe/Amsterdam\) is in the past"
    ):
        created(daily, plan, now, now - HOUR)
    assert not Edition.objects.exists()


def test_an_edition_for_nobody_is_refused(plan: Plan, now: datetime) -> None:
    quiet = NewsletterFactory.create(name="The Quiet Hour")
    with pytest.raises(Refused, match="Nobody has subscribed to 'The Quiet Hour'"):
        created(quiet, plan, now, now + HOUR)
    assert not Edition.objects.exists()


def test_a_late_embargo_is_refused(daily: Newsletter, now: datetime) -> None:
    secret = ArticleFactory.create(title="The budget", embargo_until=now + 2 * HOUR)
    with pytest.raises(
        Refused, match="'The budget' is under embargo until 23 November 2026, 11:00"
    ):
        created(daily, Plan((secret.pk,)), now, now + HOUR)
    assert created(daily, Plan((secret.pk,)), now, now + 2 * HOUR)


def test_an_article_that_comes_out_later_is_refused(daily: Newsletter, now: datetime) -> None:
    later = ArticleFactory.create(title="Tomorrow", published_at=now + 2 * HOUR)
    with pytest.raises(Refused, match="'Tomorrow' is published at 23 November 2026, 11:00"):
        created(daily, Plan((later.pk,)), now, now + HOUR)


def test_a_broken_template_is_refused_when_the_edition_is_made(
    daily: Newsletter, plan: Plan, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "templates" / "email" / "digest"
    folder.mkdir(parents=True)
    for name in ("subject.txt", "body.txt", "body.html"):
        (folder / name).write_text("{{ edition.sbject }}")
    settings.ROOT = tmp_path
    with pytest.raises(Refused, match=r"digest/subject.txt, line 1: .*'sbject'"):
        created(daily, plan, now, now + HOUR)
    assert not Edition.objects.exists()


def test_a_subject_on_two_lines_is_refused(daily: Newsletter, plan: Plan, now: datetime) -> None:
    with pytest.raises(Refused, match="subject contains a line break"):
        created(daily, replace(plan, subject="x\r\nBcc: cleo@stranger.example"), now)


def test_an_unpublished_article_appears_with_its_edition(daily: Newsletter, now: datetime) -> None:
    fresh = ArticleFactory.create(published_at=None)
    edition_id = created(daily, Plan((fresh.pk,)), now, now + 2 * HOUR)
    assert Article.objects.get().published_at == now + 2 * HOUR
    editions.schedule(edition_id, now + HOUR, by=None, now=now)
    assert Article.objects.get().published_at == now + HOUR


def test_scheduling_again_replaces_what_was_frozen(
    daily: Newsletter, plan: Plan, now: datetime
) -> None:
    edition_id = created(daily, plan, now, now + HOUR)
    first = Mailing.objects.get().pk
    editions.schedule(edition_id, now + 2 * HOUR, by=None, now=now)
    assert Mailing.objects.get().pk != first
    assert editions.claim_due(now=now + HOUR) == []


def test_a_scheduled_edition_that_is_changed_is_frozen_anew(
    daily: Newsletter, plan: Plan, now: datetime
) -> None:
    edition_id = created(daily, plan, now, now + HOUR)
    editions.change(edition_id, replace(plan, subject="The ferry came"), by=None, now=now)
    assert queries.edition(edition_id).state == "scheduled"
    assert b"The ferry came" in bytes(Mailing.objects.get().frozen)


def test_what_was_approved_is_approved_again_after_a_change(
    strict: Newsletter, plan: Plan, ada: Member, now: datetime
) -> None:
    edition_id = created(strict, plan, now, now + HOUR)
    editions.approve(edition_id, by=ada, now=now)
    editions.change(edition_id, replace(plan, subject="Other words"), by=None, now=now)
    edition = queries.edition(edition_id)
    assert (edition.state, edition.due_at) == ("in review", now + HOUR)
    assert not Mailing.objects.exists()


def test_breaking_news_leaves_by_its_own_lane(daily: Newsletter, plan: Plan, now: datetime) -> None:
    created(daily, replace(plan, manner=Manner(breaking=True)), now, now + HOUR)
    mailing = Mailing.objects.get()
    assert (mailing.lane, mailing.spread) == ("breaking", None)
    assert trail.of("edition " + str(Edition.objects.get().pk))[0].did.endswith("as breaking news")


def test_a_spread_edition_tells_its_mailing(daily: Newsletter, plan: Plan, now: datetime) -> None:
    edition_id = created(daily, replace(plan, manner=Manner(spread=2 * HOUR)), now, now + HOUR)
    mailing = Mailing.objects.get()
    assert (mailing.lane, mailing.spread) == ("bulk", 2 * HOUR)
    assert trail.of(f"edition {edition_id}")[0].did.endswith("spread over 2 hours")


def test_a_manner_stays_until_another_is_chosen(
    daily: Newsletter, plan: Plan, now: datetime
) -> None:
    edition_id = created(daily, replace(plan, manner=Manner(spread=HOUR)), now, now + HOUR)
    editions.schedule(edition_id, now + 2 * HOUR, by=None, now=now)
    assert Mailing.objects.get().spread == HOUR
    as_fast_as_it_can = Manner(spread=timedelta(0))
    editions.schedule(edition_id, now + 2 * HOUR, by=None, now=now, manner=as_fast_as_it_can)
    assert Mailing.objects.get().spread is None


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        (Manner(breaking=True, spread=HOUR), "choose one or the other"),
        (Manner(spread=25 * HOUR), "a day at most"),
        (Manner(spread=-HOUR), "a day at most"),
    ],
)
def test_a_manner_that_makes_no_sense_is_refused(
    daily: Newsletter, plan: Plan, now: datetime, manner: Manner, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        created(daily, replace(plan, manner=manner), now)
    assert not Edition.objects.exists()


def test_an_author_has_no_say_in_how_an_edition_leaves(
    daily: Newsletter, plan: Plan, now: datetime
) -> None:
    cleo = MemberFactory.create(email="cleo@courier.example", role=Member.Role.AUTHOR)
    edition_id = created(daily, plan, now)
    hasty = replace(plan, manner=Manner(breaking=True))
    with pytest.raises(Refused, match="is an author and may not schedule"):
        editions.create(daily.pk, hasty, by=cleo, now=now)
    with pytest.raises(Refused, match="is an author and may not schedule"):
        editions.change(edition_id, hasty, by=cleo, now=now)
    with pytest.raises(Refused, match="is an author and may not schedule"):
        editions.schedule(edition_id, now + HOUR, by=cleo, now=now, manner=hasty.manner)
    assert not Edition.objects.get().breaking


def test_a_test_mail_goes_to_one_address_and_changes_nothing(
    daily: Newsletter, plan: Plan, ben: Member, now: datetime
) -> None:
    edition_id = created(daily, plan, now)
    editions.test(edition_id, "Ben@Courier.example", by=ben, now=now)
    delivery = Delivery.objects.select_related("mailing").get()
    assert (delivery.address, delivery.mailing.lane) == ("ben@courier.example", "urgent")
    assert delivery.mailing.newsletter_id is None
    assert b"Subject: The ferry is late\\r\\n" in bytes(delivery.mailing.frozen)
    assert queries.edition(edition_id).state == "draft"


def test_a_test_of_a_scheduled_edition_is_what_will_leave(
    daily: Newsletter, plan: Plan, now: datetime
) -> None:
    edition_id = created(daily, plan, now, now + HOUR)
    editions.test(edition_id, "ben@courier.example", by=None, now=now)
    bulk, urgent = (Mailing.objects.get(lane=lane) for lane in ("bulk", "urgent"))
    assert bytes(bulk.frozen) == bytes(urgent.frozen)


def test_an_unknown_edition_is_named(now: datetime) -> None:
    for verb in (editions.submit, editions.pause, editions.cancel):
        with pytest.raises(Refused, match="There is no edition 7"):
            verb(7, by=None, now=now)


def test_nothing_is_tested_on_who_must_not_be_written_to(
    daily: Newsletter, plan: Plan, now: datetime
) -> None:
    edition_id = created(daily, plan, now)
    audience.suppress("cleo@stranger.example", "complained", now=now)
    with pytest.raises(Refused, match="is suppressed, so nothing may be sent"):
        editions.test(edition_id, "Cleo@Stranger.example", by=None, now=now)
    assert not Mailing.objects.exists()


def test_an_edition_and_its_test_go_by_the_newsletters_route(
    plan: Plan, daily: Newsletter, now: datetime
) -> None:
    Newsletter.objects.update(route="europe")
    edition_id = editions.create(daily.pk, plan, by=None, now=now, due_at=now)
    editions.test(edition_id, "ben@courier.example", by=None, now=now)
    assert list(Mailing.objects.values_list("lane", "route").order_by("lane")) == [
        ("bulk", "europe"),
        ("urgent", "europe"),
    ]
