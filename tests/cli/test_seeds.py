"""The invented newspaper."""

from datetime import datetime
from pathlib import Path

import pytest

from publisher.articles.models import Article
from publisher.audience import actions as audience
from publisher.audience.models import Subscriber, Subscription
from publisher.cli import credentials, seeds
from publisher.newsletters.models import Newsletter
from publisher.social.models import Account
from publisher.staff.models import Member

pytestmark = pytest.mark.django_db
KINDS = (Article, Newsletter, Subscriber, Subscription)


def test_loading_it_twice_adds_nothing(now: datetime) -> None:
    seeds.load(now=now)
    before = [kind.objects.count() for kind in KINDS]
    assert all(before)
    seeds.load(now=now)
    assert [kind.objects.count() for kind in KINDS] == before


def test_what_an_editor_changed_stays(now: datetime) -> None:
    seeds.load(now=now)
    article = Article.objects.order_by("pk")[0]
    Article.objects.filter(pk=article.pk).update(title="Corrected")
    seeds.load(now=now)
    article.refresh_from_db()
    assert article.title == "Corrected"


def test_who_was_erased_does_not_come_back(now: datetime) -> None:
    seeds.load(now=now)
    audience.erase("anneke.vos@reader.example")
    seeds.load(now=now)
    assert not Subscriber.objects.filter(email="anneke.vos@reader.example").exists()


def test_readers_have_agreed(now: datetime) -> None:
    seeds.load(now=now)
    found = Subscription.objects.values_list("state", "source").distinct()
    assert list(found) == [("active", "demo seeds")]


def test_credentials_are_made_up_once_and_for_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "demo.json"
    first, second = credentials.kept(file), credentials.kept(file)
    assert (first.is_new, second.is_new) == (True, False)
    assert (first.password, first.x) == (second.password, second.x)
    assert file.stat().st_mode & 0o077 == 0


def test_lost_credentials_are_replaced(tmp_path: Path, now: datetime) -> None:
    seeds.let_in(credentials.kept(tmp_path / "lost.json"), now=now)
    kept = credentials.kept(tmp_path / "demo.json")
    seeds.let_in(kept, now=now)
    assert Member.objects.get().check_password(kept.password)
    assert Account.objects.count() == 1
