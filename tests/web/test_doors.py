"""Every address of the desk, for everybody: strangers log in, authors draft, chiefs approve."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern

from publisher import urls
from publisher.social.models import PostTemplate
from publisher.staff.models import Member
from tests.factories import (
    NOW,
    AccountFactory,
    ArticleFactory,
    EditionFactory,
    PostFactory,
    SubscriptionFactory,
)
from tests.web.conftest import At

pytestmark = pytest.mark.django_db

OPEN = {"desk_login", "desk_logout"}
# What nobody may do by looking, and who may do it at all.
PRESSED = {
    "desk_edition_submit": {"author", "editor", "chief", "admin"},
    "desk_edition_test": {"author", "editor", "chief", "admin"},
    "desk_edition_schedule": {"editor", "chief", "admin"},
    "desk_edition_pause": {"editor", "chief", "admin"},
    "desk_edition_resume": {"editor", "chief", "admin"},
    "desk_edition_cancel": {"editor", "chief", "admin"},
    "desk_edition_approve": {"chief", "admin"},
    "desk_post_change": {"author", "editor", "chief", "admin"},
    "desk_post_schedule": {"editor", "chief", "admin"},
    "desk_post_cancel": {"editor", "chief", "admin"},
    "desk_post_settle": {"editor", "chief", "admin"},
    "desk_post_approve": {"chief", "admin"},
    "desk_post_picture": {"author", "editor", "chief", "admin"},
    "desk_post_video": {"author", "editor", "chief", "admin"},
    "desk_post_picture_remove": {"author", "editor", "chief", "admin"},
    "desk_post_replace": {"editor", "chief", "admin"},
    "desk_post_delete": {"editor", "chief", "admin"},
    "desk_account_connect": {"chief", "admin"},
    "desk_account_test": {"chief", "admin"},
    "desk_template_remove": {"editor", "chief", "admin"},
    "desk_handle_remove": {"editor", "chief", "admin"},
    "desk_handles_import": {"editor", "chief", "admin"},
    "desk_article_publish": {"editor", "chief", "admin"},
    "desk_reader_unsubscribe": {"editor", "chief", "admin"},
    "desk_reader_suppress": {"editor", "chief", "admin"},
    "desk_reader_lift": {"editor", "chief", "admin"},
    "desk_suppression_lift": {"editor", "chief", "admin"},
}
# Pages that some do not see: who does not, and who does.
SHUT = {
    "desk_account_new": ("editor", "chief"),
    "desk_account_callback": ("editor", "chief"),
    "desk_template_new": ("author", "editor"),
    "desk_template": ("author", "editor"),
}
DESK = {
    page.name: str(page.pattern)
    for page in urls.urlpatterns
    if isinstance(page, URLPattern) and page.name and page.name.startswith("desk")
}


# What is there behind an address, made only for those that lead to it.
THINGS: dict[str, Callable[[], object]] = {
    "<slug:name>": lambda: AccountFactory.create().name,
    "<int:edition_id>": lambda: EditionFactory.create().pk,
    "<slug:look>": lambda: "text",
    "<int:post_id>": lambda: PostFactory.create().pk,
    "<int:medium_id>": lambda: 1,
    "<int:template_id>": lambda: (
        PostTemplate.objects.create(kind="hook", source="{{ article.url }}", created_at=NOW).pk
    ),
    "<word:slug>": lambda: ArticleFactory.create().slug,
    "<int:subscriber_id>": lambda: SubscriptionFactory.create().subscriber.pk,
}
_HOLE = re.compile("|".join(map(re.escape, THINGS)))


@pytest.fixture
def address(name: str) -> str:
    """Return the address that a test is about, which leads to something that is there."""
    return "/" + _HOLE.sub(lambda found: str(THINGS[found[0]]()), DESK[name])


@pytest.mark.parametrize("name", sorted(set(DESK) - OPEN))
def test_a_stranger_is_sent_to_log_in(client: Client, address: str, name: str) -> None:
    ask = client.post if name in PRESSED else client.get
    answer = ask(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"/desk/login/?next={address}"


@pytest.mark.parametrize("name", sorted(SHUT))
def test_some_pages_are_not_for_everybody(at_the_desk: At, address: str, name: str) -> None:
    outside, inside = SHUT[name]
    assert at_the_desk(outside).get(address).status_code == 403
    assert at_the_desk(inside).get(address, follow=True).status_code == 200


@pytest.mark.parametrize("name", sorted(set(DESK) - OPEN - set(PRESSED) - set(SHUT)))
def test_whoever_works_here_may_look(at_the_desk: At, address: str, name: str) -> None:
    answer = at_the_desk("author").get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", sorted(PRESSED))
def test_only_a_press_changes_anything(at_the_desk: At, address: str, name: str) -> None:
    assert at_the_desk("admin").get(address).status_code == 405


@pytest.mark.parametrize("name", sorted(PRESSED))
def test_a_press_is_for_those_whose_role_allows_it(
    at_the_desk: At, address: str, name: str
) -> None:
    roles = ("author", "editor", "chief", "admin")
    answers = {role: at_the_desk(role).post(address).status_code for role in roles}
    assert {role for role, status in answers.items() if status != 403} == PRESSED[name]


@pytest.mark.parametrize("name", sorted(PRESSED))
def test_a_press_without_the_forms_token_does_nothing(
    at_the_desk: At, address: str, name: str
) -> None:
    desk = at_the_desk("admin")
    desk.handler.enforce_csrf_checks = True
    answer = desk.post(address)
    assert answer.status_code == 403
    assert "That form is out of date" in answer.content.decode()


def test_a_member_who_left_is_out_at_once(at_the_desk: At) -> None:
    desk = at_the_desk("chief")
    assert desk.get("/desk/").status_code == 200
    Member.objects.update(is_active=False)
    assert desk.get("/desk/").status_code == 302


def test_logging_out_takes_a_press(at_the_desk: At) -> None:
    desk = at_the_desk("editor")
    assert desk.get("/desk/logout/").status_code == 405
    assert desk.post("/desk/logout/")["Location"] == "/desk/login/"
    assert desk.get("/desk/").status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/desk/editions/999999999/",
        "/desk/editions/999999999/change/",
        "/desk/editions/99999999999999999999/",
        "/desk/posts/999999999/",
        "/desk/articles/nothing/",
        "/desk/readers/999999999/",
    ],
)
def test_what_is_not_there_is_not_there(at_the_desk: At, address: str) -> None:
    assert at_the_desk("chief").get(address).status_code == 404
