"""Whose template words a post: the account's, the newsroom's or ours, and for which articles."""

from datetime import datetime

import pytest

from publisher.articles.models import Article, Author, Tag
from publisher.errors import Refused
from publisher.social import actions, templates
from publisher.social.models import Account, PostTemplate
from publisher.social.templates import Wish
from tests.factories import AccountFactory
from tests.social.samples import night_ferry

pytestmark = pytest.mark.django_db


@pytest.fixture
def courier() -> Account:
    return AccountFactory.create(name="courier")


@pytest.fixture
def ferry(now: datetime) -> Article:
    return night_ferry(now)


def hooks(account: Account, article: Article) -> tuple[str, ...]:
    return templates.wordings(account, article)["hook"].sources


def test_an_account_goes_before_its_network_and_that_before_the_newsroom(
    courier: Account, ferry: Article, now: datetime
) -> None:
    (ours,) = hooks(courier, ferry)
    assert "article.standfirst" in ours
    for wish in (
        Wish("hook", "all"),
        Wish("hook", "x", network="x"),
        Wish("hook", "own", "courier"),
    ):
        templates.add(wish, now=now)
        assert hooks(courier, ferry) == (wish.source,)


def test_another_accounts_and_networks_templates_are_not_its_own(
    courier: Account, ferry: Article, now: datetime
) -> None:
    AccountFactory.create(name="gazette")
    ours = hooks(courier, ferry)
    templates.add(Wish("hook", "theirs", "gazette"), now=now)
    PostTemplate.objects.create(kind="hook", network="bluesky", source="sky", created_at=now)
    assert hooks(courier, ferry) == ours


def test_the_template_that_an_account_was_added_with_words_its_headlines(
    ferry: Article, now: datetime
) -> None:
    secrets = {"access_token": "t", "instance": "https://social.example"}
    actions.add_account("gulls", "mastodon", secrets, now=now, template="first")
    templates.add(Wish("headline", "second", "gulls"), now=now)
    gulls = Account.objects.get()
    assert templates.wordings(gulls, ferry)["headline"].sources == ("first", "second")
    assert [each.source for each in templates.listed()] == ["first", "second"]


@pytest.mark.parametrize(
    ("wish", "is_for"),
    [
        (Wish("hook", "own", sections=("harbour",)), True),
        (Wish("hook", "own", tags=("NIGHT SHIFT",)), True),
        (Wish("hook", "own", authors=("Ben Bakker",)), True),
        (Wish("hook", "own", sections=("Harbour",), tags=("other",)), False),
        (Wish("hook", "own", tags=("other", "night shift")), True),
        (Wish("hook", "own", authors=("Cleo",)), False),
    ],
)
def test_a_template_may_be_for_some_articles_only(
    courier: Account, ferry: Article, wish: Wish, *, is_for: bool, now: datetime
) -> None:
    Tag.objects.create(slug="other", name="Other")
    Author.objects.create(slug="cleo", name="Cleo")
    templates.add(wish, now=now)
    assert (hooks(courier, ferry) == ("own",)) == is_for


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (Wish("hok", "x"), "There is no kind of post 'hok'; choose one of headline, hook"),
        (Wish("hook", "{{ x }}"), "line 1 of the post template does not work: there is no 'x'"),
        (Wish("hook", "x", account="gazette"), "There is no account 'gazette'"),
        (Wish("hook", "x", network="minitel"), "There is no network 'minitel'"),
        (Wish("hook", "x", account="courier", network="x"), "not both"),
        (Wish("hook", "x", tags=("nothing",)), "No article has the tag 'nothing'"),
        (Wish("hook", "{{ ''.__class__ }}"), "unsafe"),
        (Wish("hook", "{% include '/etc/passwd' %}"), "'include' is not for post templates"),
        (Wish("hook", "{{ settings }}{{ request }}"), "there is no 'settings'"),
    ],
)
def test_a_template_that_cannot_be_kept_is_refused(
    courier: Account, wish: Wish, sentence: str, now: datetime
) -> None:
    with pytest.raises(Refused) as refusal:
        templates.add(wish, now=now)
    assert sentence in str(refusal.value)
    assert not PostTemplate.objects.exists()


def test_an_account_without_threads_has_no_templates_for_them(
    courier: Account, now: datetime
) -> None:
    AccountFactory.create(name="gulls", network="facebook")
    assert "thread" in templates.ladder("courier")
    assert "thread" not in templates.ladder("gulls")


def test_templates_are_listed_and_removed(courier: Account, ferry: Article, now: datetime) -> None:
    template_id = templates.add(Wish("hook", "own", "courier", tags=("night shift",)), now=now)
    (line,) = templates.listed()
    assert (line.id, line.account, line.filters) == (template_id, "courier", ("night shift",))
    templates.remove(template_id, now=now)
    with pytest.raises(Refused, match=f"no template {template_id}"):
        templates.remove(template_id, now=now)
