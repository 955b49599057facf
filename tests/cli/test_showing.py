"""The demo's judgement: everything arrived, each once, and nothing before its time."""

from datetime import datetime, timedelta

import pytest

from publisher.cli import showing
from publisher.cli.showing import Arrival
from publisher.errors import Refused
from publisher.social.models import Post
from tests.factories import AccountFactory, ArticleFactory, SubscriptionFactory


def judged(wanted: list[str], came: list[str], at: datetime, due_at: datetime) -> int:
    return showing.require_once("mail", wanted, [Arrival(whose, at) for whose in came], due_at)


def test_each_once_and_on_time_is_right(now: datetime) -> None:
    assert judged(["ada", "ben"], ["ben", "ada"], now, now) == 2


@pytest.mark.parametrize(
    ("came", "complaint"),
    [
        (["ada"], "1 mails did not arrive, the first of them: ben"),
        (["ada", "ben", "ada"], "arrived 2 times instead of once: ada"),
        (["ada", "ben", "cleo"], "went to somebody it was not meant for: cleo"),
    ],
)
def test_anything_else_is_not(now: datetime, came: list[str], complaint: str) -> None:
    with pytest.raises(Refused, match=complaint):
        judged(["ada", "ben"], came, now, now)


def test_before_its_time_is_wrong(now: datetime) -> None:
    with pytest.raises(Refused, match="before its time: ada"):
        judged(["ada"], ["ada"], now, now + timedelta(milliseconds=1))


@pytest.mark.django_db
def test_every_demo_has_something_new_to_post(now: datetime) -> None:
    ArticleFactory.create(slug="ferry")
    SubscriptionFactory.create(newsletter__slug="daily")
    AccountFactory.create(name="courier")
    shows = [showing.begin(now=now + timedelta(seconds=again)) for again in range(3)]
    assert len({show.text for show in shows}) == 3
    assert Post.objects.filter(article__slug="ferry").count() == 1
