"""How an account words an article: by turns, never twice, and as it was previewed."""

from dataclasses import replace
from datetime import datetime

import pytest

from publisher import wiring
from publisher.articles.models import Article
from publisher.errors import Refused
from publisher.social import kinds, posts, shortening, templates, wording
from publisher.social.models import Account, Link, Post
from publisher.social.posts import Plan
from publisher.social.posts.writing import chain
from tests.factories import AccountFactory, ArticleFactory, PostFactory
from tests.social.samples import night_ferry

pytestmark = pytest.mark.django_db


@pytest.fixture
def courier() -> Account:
    return AccountFactory.create(name="courier")


@pytest.fixture
def ferry(now: datetime) -> Article:
    return night_ferry(now)


def kinds_of(account: Account, article: Article, plan: Plan | None = None) -> list[str]:
    return [draft.variant for draft in wording.variants(account, article, plan)]


def post(plan: Plan, now: datetime) -> Post:
    """Write a post down and return it."""
    return Post.objects.get(pk=posts.create(plan, by=None, now=now))


# ---- Turns


def test_every_kind_that_an_article_has_something_for_takes_its_turn(
    courier: Account, ferry: Article
) -> None:
    assert set(kinds_of(courier, ferry)) == set(kinds.KINDS) - {"breaking"}


def test_an_article_with_nothing_but_a_title_is_a_headline(courier: Account) -> None:
    bare = ArticleFactory.create(standfirst="", body="")
    assert kinds_of(courier, bare) == ["headline"]


def test_each_article_begins_with_another_kind(courier: Account) -> None:
    articles = [ArticleFactory.create(quote="At last.", body="") for _ in range(3)]
    assert len({kinds_of(courier, each)[0] for each in articles}) == 3


def test_the_turns_of_an_article_stay_the_same(courier: Account, ferry: Article) -> None:
    assert wording.variants(courier, ferry) == wording.variants(courier, ferry)


def test_breaking_news_begins_with_that(courier: Account, ferry: Article) -> None:
    first, *others = wording.variants(courier, ferry, Plan("courier", is_breaking=True))
    assert (first.variant, len(others)) == ("breaking", 6)
    assert first.text.startswith("Breaking: The night ferry returns\n\n")


def test_what_an_account_words_itself_goes_first(
    courier: Account, ferry: Article, now: datetime
) -> None:
    own = templates.Wish("headline", "Read this: {{ article.title }} {{ article.url }}", "courier")
    templates.add(own, now=now)
    assert kinds_of(courier, ferry)[0] == "headline"


def test_a_person_who_asks_for_no_kind_gets_the_headline_and_then_another(
    courier: Account, ferry: Article, now: datetime
) -> None:
    made = [post(Plan("courier", "night-ferry"), now).variant for _ in range(3)]
    assert made[0] == "headline"
    assert len(set(made)) == 3


# ---- Never twice


def test_what_was_said_is_not_offered_again(
    courier: Account, ferry: Article, now: datetime
) -> None:
    post(Plan("courier", "night-ferry", variant="hook"), now)
    assert "hook" not in kinds_of(courier, ferry)
    with pytest.raises(Refused) as refusal:
        posts.compose(Plan("courier", "night-ferry", variant="hook"))
    assert str(refusal.value) == (
        "'courier' has said of 'night-ferry' all that its templates say as a hook; add a template"
        " with other words, or write your own."
    )


@pytest.mark.parametrize("gone", ["cancelled", "failed", "deleted"])
def test_what_never_stood_there_may_be_said(
    courier: Account, ferry: Article, gone: str, now: datetime
) -> None:
    said = post(Plan("courier", "night-ferry", variant="hook"), now)
    Post.objects.filter(pk=said.pk).update(state=gone)
    again = posts.compose(Plan("courier", "night-ferry", variant="hook"))
    assert again.text.startswith("After eleven years")


def test_a_second_template_of_a_kind_makes_its_second_post(
    courier: Account, ferry: Article, now: datetime
) -> None:
    for words in ("One {{ article.url }}", "Two {{ article.url }}"):
        templates.add(templates.Wish("hook", words, account="courier"), now=now)
    first = post(Plan("courier", "night-ferry", variant="hook"), now)
    second = post(Plan("courier", "night-ferry", variant="hook"), now)
    assert (first.variant, second.variant) == ("hook", "hook-2")
    assert second.text.startswith("Two http")
    assert "utm_content=hook-2" in second.link


def test_a_short_link_does_not_make_old_words_new(
    courier: Account, ferry: Article, now: datetime
) -> None:
    Account.objects.update(has_short_links=True)
    post(Plan("courier", "night-ferry", variant="hook"), now)
    with pytest.raises(Refused, match="as a hook"):
        post(Plan("courier", "night-ferry", variant="hook"), now)


def test_without_a_link_even_another_articles_words_are_not_repeated(
    courier: Account, ferry: Article
) -> None:
    draft = wording.compose(Plan("courier", variant="hook", has_link=False), courier, ferry)
    PostFactory.create(account=courier, text=draft.text, state="posted")
    assert "hook" not in kinds_of(courier, ferry, Plan("courier", has_link=False))


# ---- What does not fit


@pytest.mark.parametrize("kind", ["quote", "question", "numbers"])
def test_nobodys_words_and_figures_are_cut(courier: Account, kind: str) -> None:
    article = ArticleFactory.create(**{kind: "They have 5,000 words to say, " * 12})
    assert kind not in kinds_of(courier, article)
    with pytest.raises(Refused, match=f"The {kind} of '{article.slug}' does not fit"):
        wording.compose(Plan("courier", variant=kind), courier, article)


def test_a_kind_that_the_article_has_nothing_for_is_refused_by_name(courier: Account) -> None:
    article = ArticleFactory.create(body="")
    with pytest.raises(Refused, match="nothing for a post of the kind 'quote'; write 'quote' into"):
        wording.compose(Plan("courier", variant="quote"), courier, article)


@pytest.mark.parametrize("variant", ["hok", "hook-", "{{7*7}}", "-2"])
def test_a_kind_that_nobody_knows_is_refused(
    courier: Account, ferry: Article, variant: str
) -> None:
    with pytest.raises(Refused, match="choose one of headline, hook"):
        wording.compose(Plan("courier", variant=variant), courier, ferry)


def test_a_template_that_fails_leaves_its_turn_to_the_next(
    courier: Account, ferry: Article, now: datetime
) -> None:
    source = "{{ article.key_points[1] | upper }} {{ article.url }}"
    templates.add(templates.Wish("hook", source, account="courier"), now=now)
    Article.objects.update(key_points="Only one")
    ferry.refresh_from_db()
    assert "headline" in kinds_of(courier, ferry)
    with pytest.raises(Refused, match="line 1 of the post template does not work"):
        wording.compose(Plan("courier", variant="hook"), courier, ferry)


@pytest.mark.parametrize("title", ["{{7*7}}", "{% raw %}", "{{ article.url }}"])
def test_what_an_article_says_is_never_a_template(courier: Account, title: str) -> None:
    article = ArticleFactory.create(title=title, standfirst=title, quote=title, question=title)
    for draft in wording.variants(courier, article):
        assert title in draft.text


def test_a_content_warning_is_one_short_line(courier: Account, now: datetime) -> None:
    made = post(Plan("courier", text="Ahoy", warning=" Flashing\nlights "), now)
    assert made.warning == "Flashing lights"
    with pytest.raises(Refused, match="content warning is 301 characters long"):
        post(Plan("courier", text="Land", warning="a" * 301), now)


# ---- Links


def test_a_link_is_of_one_account_and_variant(courier: Account, ferry: Article) -> None:
    courier.utm_source, courier.utm_campaign = "twitter", "sea change"
    draft = wording.compose(Plan("courier", variant="hook"), courier, ferry)
    assert draft.link.endswith(
        "/?utm_source=twitter&utm_medium=social&utm_campaign=sea+change&utm_content=hook"
    )
    assert draft.link in draft.text


def test_a_link_has_no_letters_that_a_network_would_not_link(courier: Account) -> None:
    article = ArticleFactory.create(slug="夜のフェリー")
    assert wording.compose(Plan("courier"), courier, article).link.isascii()


def test_a_post_without_a_link_has_none(courier: Account, ferry: Article) -> None:
    for draft in wording.variants(courier, ferry, Plan("courier", has_link=False)):
        assert "http" not in draft.text
        assert draft.link == ""


def test_only_templates_without_a_link_are_asked_where_there_may_be_none(
    courier: Account, ferry: Article, now: datetime
) -> None:
    for words in ("Read {{ article.url }}", "Look {{ article['url'] }}", "{{ article.title }}!"):
        templates.add(templates.Wish("headline", words, account="courier"), now=now)
    draft = wording.compose(Plan("courier", has_link=False), courier, ferry)
    assert draft.text == "The night ferry returns!"


def test_a_short_link_is_kept_with_its_post(
    courier: Account, ferry: Article, now: datetime
) -> None:
    Account.objects.update(has_short_links=True)
    preview = posts.compose(Plan("courier", "night-ferry"))
    made = post(Plan("courier", "night-ferry"), now)
    link = Link.objects.get()
    assert (link.post, link.target.endswith("utm_content=headline")) == (made, True)
    assert made.link == shortening.url(link.code)
    assert preview.text.replace(shortening.PLACEHOLDER, link.code) == made.text


def test_whatever_is_written_down_gets_a_code_of_its_own(
    courier: Account, ferry: Article, now: datetime
) -> None:
    courier.has_short_links = True
    for draft in wording.variants(courier, ferry)[:2]:
        chain(Post(account=courier, article=ferry, variant=draft.variant, created_at=now), draft)
    assert Link.objects.values("code").distinct().count() == 2
    assert not Post.objects.filter(text__contains=shortening.PLACEHOLDER).exists()


def test_a_preview_keeps_no_link(courier: Account, ferry: Article) -> None:
    Account.objects.update(has_short_links=True)
    posts.compose(Plan("courier", "night-ferry"))
    assert not Link.objects.exists()


# ---- Threads


@pytest.mark.parametrize(("links_first", "part"), [(True, 0), (False, -1)])
def test_a_thread_is_a_chain_whose_link_is_first_or_last(
    ferry: Article, *, links_first: bool, part: int, now: datetime
) -> None:
    Article.objects.update(
        key_points="\n".join(f"Point {each} " + "is long " * 20 for each in "AB")
    )
    AccountFactory.create(name="courier", links_first=links_first)
    first = post(Plan("courier", "night-ferry", variant="thread"), now)
    parts = [first, *first.parts.order_by("pk")]
    assert [bool(each.link) for each in parts].index(True) == range(len(parts))[part]
    assert parts[part].link in parts[part].text


def test_a_network_without_threads_is_offered_none(
    courier: Account, ferry: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = replace(wiring.NETWORKS["x"], has_threads=False)
    monkeypatch.setitem(wiring.NETWORKS, "x", flat)
    assert "thread" not in kinds_of(courier, ferry)
    with pytest.raises(Refused, match="is on x, which has no threads"):
        wording.compose(Plan("courier", variant="thread"), courier, ferry)


# ---- Hashtags and handles


@pytest.mark.parametrize(("most", "tags"), [(0, ""), (1, "#HarbourBoard"), (3, "#HarbourBoard #N")])
def test_an_account_has_as_many_hashtags_as_it_likes(
    courier: Account, ferry: Article, most: int, tags: str
) -> None:
    courier.most_hashtags = most
    text = wording.compose(Plan("courier", variant="headline"), courier, ferry).text
    assert text.count("#") == most
    assert tags in text
