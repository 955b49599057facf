"""Rows for tests: the least that is needed, with people who have names."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from publisher import secrecy
from publisher.articles.models import Article, Section
from publisher.audience import addresses
from publisher.audience.models import Subscriber, Subscription
from publisher.newsletters.models import Edition, Newsletter, Placement
from publisher.social.models import Account, Post
from publisher.staff.models import Member

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class SectionFactory(DjangoModelFactory[Section]):
    """A section."""

    class Meta:
        model = Section

    name = factory.Sequence("Section {}".format)
    slug = factory.Sequence("section-{}".format)


class ArticleFactory(DjangoModelFactory[Article]):
    """An article that was published an hour before NOW."""

    class Meta:
        model = Article

    title = factory.Sequence("The ferry is late again ({})".format)
    slug = factory.Sequence("ferry-{}".format)
    standfirst = "Passengers wait on the quay."
    body = "<p>The ferry was due at noon.</p>"
    section = factory.SubFactory(SectionFactory)
    published_at = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    created_at = NOW
    updated_at = NOW


class NewsletterFactory(DjangoModelFactory[Newsletter]):
    """A newsletter that needs no approval."""

    class Meta:
        model = Newsletter

    slug = factory.Sequence("daily-{}".format)
    name = factory.Sequence("The Daily {}".format)
    sender_name = "The Harbour Courier"
    sender_address = "daily@courier.example"
    time_zone = "Europe/Amsterdam"
    created_at = NOW


class SubscriberFactory(DjangoModelFactory[Subscriber]):
    """A reader."""

    class Meta:
        model = Subscriber

    email = factory.Sequence("reader{}@reader.example".format)
    digest = factory.LazyAttribute(lambda reader: addresses.digest(reader.email))
    name = factory.Sequence("Reader {}".format)
    created_at = NOW


class SubscriptionFactory(DjangoModelFactory[Subscription]):
    """A confirmed subscription."""

    class Meta:
        model = Subscription

    subscriber = factory.SubFactory(SubscriberFactory)
    newsletter = factory.SubFactory(NewsletterFactory)
    state = Subscription.State.ACTIVE
    source = "form"
    asked_at = NOW
    confirmed_at = NOW


class EditionFactory(DjangoModelFactory[Edition]):
    """A draft with one article."""

    class Meta:
        model = Edition

    newsletter = factory.SubFactory(NewsletterFactory)
    subject = "The ferry, and what else happened"
    created_at = NOW

    @classmethod
    def _create(
        cls,
        model_class: type[Edition],
        *args: object,
        articles: Sequence[Article] = (),
        **fields: Any,
    ) -> Edition:
        edition: Edition = super()._create(model_class, *args, **fields)
        for position, article in enumerate(articles or [ArticleFactory.create()]):
            Placement.objects.create(edition=edition, article=article, position=position)
        return edition


class AccountFactory(DjangoModelFactory[Account]):
    """An account on X."""

    class Meta:
        model = Account

    name = factory.Sequence("courier-{}".format)
    network = "x"
    credentials = factory.LazyFunction(
        lambda: secrecy.seal(
            dict.fromkeys(
                ("consumer_key", "consumer_secret", "access_token", "access_token_secret"), "abc"
            )
        )
    )
    created_at = NOW


class PostFactory(DjangoModelFactory[Post]):
    """A post that is due at NOW."""

    class Meta:
        model = Post

    account = factory.SubFactory(AccountFactory)
    text = factory.Sequence("The ferry is late again, part {}".format)
    state = Post.State.SCHEDULED
    due_at = NOW
    planned_at = factory.SelfAttribute("due_at")
    created_at = NOW


class MemberFactory(DjangoModelFactory[Member]):
    """Ben, an editor."""

    class Meta:
        model = Member

    email = factory.Sequence("ben{}@courier.example".format)
    first_name = "Ben"
    role = Member.Role.EDITOR
    password = factory.django.Password("a long enough one")
