"""`publisher posts`."""

import pytest

from publisher.social.models import Post
from tests.cli.conftest import Ask, Run
from tests.factories import NOW, AccountFactory, ArticleFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def courier() -> None:
    """Have an account and an article."""
    AccountFactory.create(name="courier")
    ArticleFactory.create(slug="ferry", title="The ferry is late")


def test_writing_one_prints_its_id_alone(publisher: Run) -> None:
    result = publisher("posts", "create", "courier", "--article", "ferry")
    assert result.stdout == f"{Post.objects.get().pk}\n"


def test_with_a_time_it_is_scheduled_at_once(ask: Ask) -> None:
    made = ask("posts", "create", "courier", "--text", "The ferry sails.", "--at", "+10m")
    assert (made["state"], made["text"], made["length"]) == ("scheduled", "The ferry sails.", 16)
    assert {"due_at", "posted_at", "url", "reason"} <= made.keys()


def test_a_preview_makes_nothing(publisher: Run) -> None:
    result = publisher("posts", "preview", "courier", "--article", "ferry")
    assert "The ferry is late" in result.stdout
    assert not Post.objects.exists()


def test_a_kind_and_a_link_may_be_chosen(ask: Ask) -> None:
    words = ("posts", "preview", "courier", "--article", "ferry")
    hook = ask(*words, "--variant", "hook", "--no-link")
    assert (hook["text"], hook["variant"]) == ("Passengers wait on the quay.", "hook")
    assert ask(*words, "--breaking")["text"].startswith("Breaking: The ferry is late")


def test_it_is_cancelled_once(publisher: Run) -> None:
    post = PostFactory.create()
    assert publisher("posts", "cancel", post.pk).stdout == f"Post {post.pk} is cancelled.\n"
    assert publisher("posts", "cancel", post.pk).exit_code == 1


def test_where_approval_is_needed_it_waits_for_it(ask: Ask) -> None:
    AccountFactory.create(name="careful", needs_approval=True)
    made = ask("posts", "create", "careful", "--text", "The ferry sails.", "--at", "+10m")
    assert made["state"] == "draft"
    assert ask("posts", "approve", made["id"])["state"] == "scheduled"


def test_a_draft_needs_a_time_to_be_scheduled(ask: Ask, publisher: Run) -> None:
    draft = ask("posts", "create", "courier", "--text", "The ferry sails.")["id"]
    assert "say it with --at" in publisher("posts", "schedule", draft).stderr
    assert ask("posts", "schedule", draft, "--at", "+1h")["state"] == "scheduled"


def test_a_doubt_is_settled(ask: Ask) -> None:
    post = PostFactory.create(state=Post.State.UNSURE, sent_at=NOW)
    assert ask("posts", "settle", post.pk, "--posted")["state"] == "posted"


def test_the_list_has_them_all(ask: Ask) -> None:
    post = PostFactory.create()
    assert [each["id"] for each in ask("posts", "list")] == [post.pk]
    assert ask("posts", "show", post.pk)["text"] == post.text


def test_a_post_is_taken_back_and_another_takes_its_place(ask: Ask, publisher: Run) -> None:
    old = PostFactory.create(state="posted", posted_at=NOW, text="The fery")
    new = int(publisher("posts", "replace", str(old.pk), "--text", "The ferry").stdout)
    assert ask("posts", "show", str(old.pk))["state"] == "deleting"
    assert ask("posts", "show", str(new))["text"] == "The ferry"


def test_a_deleted_post_says_so(publisher: Run) -> None:
    post = PostFactory.create(state="posted", posted_at=NOW)
    assert (
        publisher("posts", "delete", str(post.pk)).stdout == f"Post {post.pk} is being deleted.\n"
    )
