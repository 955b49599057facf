"""Templates of posts at the desk: read, tried, kept, changed and forgotten."""

import pytest

from publisher.articles.models import Tag
from publisher.social import templates
from publisher.social.models import Account, PostTemplate
from publisher.staff import trail
from tests.factories import AccountFactory, ArticleFactory
from tests.web.conftest import At

pytestmark = pytest.mark.django_db
LISTING, NEW = "/desk/templates/", "/desk/templates/new/"
OWN = "Ferry! {{ article.title }} {{ article.url }}"
FORM = {"kind": "hook", "whose": "account:courier", "source": OWN}


@pytest.fixture(autouse=True)
def courier() -> Account:
    ArticleFactory.create(slug="ferry", title="The ferry sails")
    return AccountFactory.create(name="courier", network="x")


def kept() -> PostTemplate:
    """Keep one of the account's own, and return it."""
    return PostTemplate.objects.create(
        account=Account.objects.get(), kind="hook", source=OWN, created_at="2026-11-23T08:00Z"
    )


def stamp(template: PostTemplate) -> str:
    """Return what the form of a template says of what it was filled with."""
    return templates.template(template.pk).stamp


def test_an_editor_keeps_a_template_of_an_account(at_the_desk: At) -> None:
    page = at_the_desk("editor").post(NEW, FORM, follow=True).content.decode()
    template = PostTemplate.objects.get()
    assert (template.account.name if template.account else "", template.source) == ("courier", OWN)
    assert "Ferry! {{ article.title }}" in page
    assert trail.of(f"template {template.pk}")[0].who == "Ben"


def test_what_an_account_says_is_shown_with_whose_it_is(at_the_desk: At) -> None:
    kept()
    page = at_the_desk("editor").get(f"{LISTING}?account=courier").content.decode()
    assert "ours, without a link" in page
    hook = page.partition('id="kind-hook"')[2].partition("</section>")[0]
    assert hook.index("the account&#39;s own") < hook.index("ours")


def test_what_an_account_says_of_an_article_is_shown_in_turn(at_the_desk: At) -> None:
    kept()
    desk, address = at_the_desk("author"), f"{LISTING}?account=courier"
    page = desk.get(f"{address}&article=ferry").content.decode()
    assert page.index("<h3>hook</h3>") < page.index("Ferry! The ferry sails http")
    assert "<h3>headline</h3>" in page
    assert desk.get(f"{address}&article=gulls").status_code == 422
    assert desk.get(f"{address}&article=%00").status_code == 422


def test_a_new_one_begins_with_what_is_said_now(at_the_desk: At) -> None:
    page = at_the_desk("editor").get(f"{NEW}?kind=quote&account=courier").content.decode()
    assert "{{ article.quote }}" in page
    assert '<option value="account:courier" selected>' in page


def test_it_is_tried_before_it_is_kept(at_the_desk: At) -> None:
    trial = {"look": "yes", "account": "courier", "article": "ferry"}
    page = at_the_desk("editor").post(NEW, {**FORM, **trial}).content.decode()
    assert "Ferry! The ferry sails http" in page
    assert "of 280 characters" in page
    assert not PostTemplate.objects.exists()


def test_it_is_tried_on_the_newest_article_that_has_something_for_it(at_the_desk: At) -> None:
    ArticleFactory.create(slug="fish", title="Fish", quote="At last.")
    ArticleFactory.create(slug="gulls", title="Gulls")
    trial = {"look": "yes", "kind": "quote", "source": "{{ article.quote }} {{ article.url }}"}
    page = at_the_desk("editor").post(NEW, {**FORM, **trial}).content.decode()
    assert "At last." in page
    assert '<option value="fish" selected>' in page


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"source": "{{ article.headline }}"}, "headline"),
        ({"source": "{% if %}"}, "line 1"),
        ({"source": "a\0b"}, "cannot be stored"),
        ({"whose": "account:a\0b"}, "cannot be stored"),
        ({"look": "yes", "whose": "", "account": "a\0b"}, "cannot be stored"),
        ({"look": "yes", "article": "a\0b"}, "cannot be stored"),
        ({"kind": "poem"}, "There is no kind of post"),
        ({"whose": "account:gull"}, "There is no account"),
        ({"whose": "network:pigeon"}, "There is no network"),
        ({"tags": "Mars"}, "No article has the tag"),
        ({"look": "yes", "whose": ""}, "There is no account to try it on"),
        ({"look": "yes", "kind": "quote"}, "No article of late has anything for a quote"),
        ({"look": "yes", "kind": "quote", "article": "ferry"}, "has nothing for a post"),
    ],
)
def test_what_does_not_work_is_refused_and_nothing_typed_is_lost(
    at_the_desk: At, change: dict[str, str], why: str
) -> None:
    answer = at_the_desk("editor").post(NEW, {**FORM, "authors": "Ada", **change})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert ">Ada</textarea>" in answer.content.decode()
    assert not PostTemplate.objects.exists()


@pytest.mark.parametrize("press", [{}, {"look": "yes", "account": "courier", "article": "ferry"}])
@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ article|attr('__class__') }}",
        "{{ ''['format']('x') }}",
        "{{ env('SECRET') }}",
        "{{ settings.SECRET_KEY }}",
        "{{ request }}",
        "{% include '/etc/passwd' %}",
        "{% for a in range(10**9) %}x{% endfor %}",
    ],
)
def test_a_template_reaches_nothing_but_the_article(
    at_the_desk: At, source: str, press: dict[str, str]
) -> None:
    answer = at_the_desk("editor").post(NEW, {**FORM, "source": source, **press})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not PostTemplate.objects.exists()


def test_it_is_changed(at_the_desk: At) -> None:
    template, desk = kept(), at_the_desk("editor")
    form = {"source": "New {{ article.url }}", "kind": "quote", "whose": ""}
    desk.post(f"{LISTING}{template.pk}/", {**form, "seen": stamp(template)})
    template.refresh_from_db()
    assert (template.source, template.kind) == ("New {{ article.url }}", "hook")
    assert template.account is not None
    page = desk.get(f"{LISTING}{template.pk}/").content.decode()
    assert "<b>Ben</b> changed" in page


@pytest.mark.parametrize("press", ["", "remove/"])
def test_what_somebody_else_has_changed_is_not_overwritten(at_the_desk: At, press: str) -> None:
    template, desk = kept(), at_the_desk("editor")
    form = {"source": "Mine {{ article.url }}", "seen": stamp(template)}
    template.tags.add(Tag.objects.create(slug="harbour", name="Harbour"))
    answer = desk.post(f"{LISTING}{template.pk}/{press}", form)
    assert answer.status_code == 422
    assert "Somebody has changed this template" in answer.content.decode()
    assert "Mine {{ article.url }}" in answer.content.decode() or press
    assert PostTemplate.objects.get().source == OWN


def test_words_for_a_template_that_is_gone_may_be_kept_as_a_new_one(at_the_desk: At) -> None:
    template, desk = kept(), at_the_desk("editor")
    form = {**FORM, "source": "Mine {{ article.url }}", "seen": stamp(template)}
    template.delete()
    answer = desk.post(f"{LISTING}999/", form)
    assert "Somebody has removed this template" in answer.content.decode()
    assert "Mine {{ article.url }}" in answer.content.decode()
    assert f'method="post" action="{NEW}"' in answer.content.decode()


def test_line_ends_of_a_browser_are_no_change(at_the_desk: At) -> None:
    template, source = kept(), "One\nTwo {{ article.url }}"
    form = {"source": "One\r\nTwo {{ article.url }}", "seen": stamp(template)}
    at_the_desk("editor").post(f"{LISTING}{template.pk}/", form)
    template.refresh_from_db()
    assert template.source == source


def test_it_is_forgotten(at_the_desk: At) -> None:
    template = kept()
    page = at_the_desk("editor").post(f"{LISTING}{template.pk}/remove/", follow=True)
    assert "words no more hook posts" in page.content.decode()
    assert not PostTemplate.objects.exists()


def test_an_author_reads_and_writes_none(at_the_desk: At) -> None:
    desk, template = at_the_desk("author"), kept()
    assert desk.get(f"{LISTING}?account=courier").status_code == 200
    assert desk.post(NEW, FORM).status_code == 403
    assert desk.post(f"{LISTING}{template.pk}/remove/").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "?account=gull",
        "?account=%00",
        "new/?account=gull",
        "new/?account=%00",
        "new/?kind=poem",
        "999/",
    ],
)
def test_what_is_not_there_is_not_found(at_the_desk: At, query: str) -> None:
    assert at_the_desk("editor").get(f"{LISTING}{query}").status_code == 404
