"""Posts at the desk: written, counted, scheduled, and settled where nobody is sure."""

from datetime import datetime, time
from io import BytesIO
from pathlib import Path

import pytest
from pytest_django import Settings

from publisher.social import posts
from publisher.social.models import Account, Medium, Outcome, Post
from publisher.social.posts import Plan
from tests.factories import AccountFactory, ArticleFactory, PostFactory
from tests.social.films import film
from tests.social.images import drawn
from tests.web.conftest import At

pytestmark = pytest.mark.django_db
NEW = "/desk/posts/new/"


@pytest.fixture(autouse=True)
def _account() -> None:
    AccountFactory.create(name="courier")


def test_a_look_shows_words_and_count_and_makes_nothing(at_the_desk: At) -> None:
    ArticleFactory.create(slug="ferry", title="The ferry is late")
    form = {"account": "courier", "article": "ferry", "text": "", "look": "yes"}
    page = at_the_desk("author").post(NEW, form).content.decode()
    assert "<p>The ferry is late" in page
    assert "of 280 characters" in page
    assert not Post.objects.exists()


def test_own_words_become_a_draft(at_the_desk: At) -> None:
    form = {"account": "courier", "article": "", "text": "Fish & <chips>"}
    page = at_the_desk("author").post(NEW, form, follow=True).content.decode()
    assert Post.objects.get().state == "draft"
    assert "<p>Fish &amp; &lt;chips&gt;</p>" in page
    assert "14 of 280 characters" in page


def test_an_article_that_cannot_be_is_refused(at_the_desk: At) -> None:
    form = {"account": "courier", "article": "a\0b"}
    assert at_the_desk("author").post(NEW, form).status_code == 422
    assert at_the_desk("author").get(NEW, form).status_code == 200


def test_too_many_words_are_refused_and_kept(at_the_desk: At) -> None:
    form = {"account": "courier", "text": "long " * 60}
    answer = at_the_desk("author").post(NEW, form)
    assert answer.status_code == 422
    assert "shorten it by 19" in answer.content.decode()
    assert "long long" in answer.content.decode()


def test_a_time_is_read_in_the_newsrooms_zone(at_the_desk: At) -> None:
    post = PostFactory.create(state="draft", due_at=None)
    answer = at_the_desk("editor").post(
        f"/desk/posts/{post.pk}/schedule/", {"due_at": "2999-01-01T07:00"}, follow=True
    )
    post.refresh_from_db()
    assert post.state == "scheduled"
    assert "at 07:00 (UTC)" in answer.content.decode()


def test_a_post_that_is_gone_cannot_be_cancelled(at_the_desk: At, now: datetime) -> None:
    post = PostFactory.create(state="posted", posted_at=now)
    answer = at_the_desk("editor").post(f"/desk/posts/{post.pk}/cancel/")
    assert answer.status_code == 422
    assert "is posted already, so it cannot be cancelled" in answer.content.decode()


@pytest.mark.parametrize(("said", "state"), [("yes", "posted"), ("no", "scheduled")])
def test_an_editor_settles_what_nobody_is_sure_of(
    at_the_desk: At, now: datetime, said: str, state: str
) -> None:
    post = PostFactory.create(state="unsure", sent_at=now, unsure_since=now, due_at=None)
    desk = at_the_desk("editor")
    assert "It is out" in desk.get(f"/desk/posts/{post.pk}/").content.decode()
    desk.post(f"/desk/posts/{post.pk}/settle/", {"posted": said})
    post.refresh_from_db()
    assert post.state == state


def test_a_careful_account_waits_for_a_chief(at_the_desk: At) -> None:
    careful = AccountFactory.create(needs_approval=True)
    post = PostFactory.create(account=careful, state="draft", due_at=None)
    here = f"/desk/posts/{post.pk}/"
    assert "Approve" not in at_the_desk("editor").get(here).content.decode()
    page = at_the_desk("chief").post(f"{here}approve/", follow=True).content.decode()
    assert "Approved; nothing happens until somebody schedules it" in page


# ---- Pictures, threads, and what is taken back


def test_a_picture_is_added_with_its_description(
    at_the_desk: At, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    post = PostFactory.create(state="draft", due_at=None)
    form = {"picture": BytesIO(drawn()), "alt": "The quay at dawn"}
    page = at_the_desk("author").post(f"/desk/posts/{post.pk}/pictures/", form, follow=True)
    medium = Medium.objects.get()
    assert f'<img src="/media/{medium.path}"' in page.content.decode()
    assert "The quay at dawn" in page.content.decode()


def test_a_refused_picture_keeps_its_description(at_the_desk: At) -> None:
    post = PostFactory.create(state="draft", due_at=None)
    form = {"picture": BytesIO(b"<svg/>"), "alt": "The quay at dawn"}
    page = at_the_desk("author").post(f"/desk/posts/{post.pk}/pictures/", form)
    assert page.status_code == 422
    assert "is no picture that networks take" in page.content.decode()
    assert "The quay at dawn</textarea>" in page.content.decode()


def test_a_video_is_added_and_can_be_played(
    at_the_desk: At, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    post = PostFactory.create(state="draft", due_at=None)
    desk, here = at_the_desk("author"), f"/desk/posts/{post.pk}/"
    assert "up to 140 seconds and 100 MB" in desk.get(here).content.decode()
    form = {"video": BytesIO(film()), "alt": "The ferry sails"}
    page = desk.post(f"{here}video/", form, follow=True).content.decode()
    assert f'<video src="/media/{Medium.objects.get().path}"' in page
    assert "Add the picture" not in page


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"alt": "A ferry"}, "No video was chosen"),
        ({"alt": "A ferry", "video": b"mp4"}, "is cut off or damaged"),
        ({"alt": "", "video": b"mp4"}, "has no description"),
    ],
)
def test_a_refused_video_is_told_in_a_sentence(
    at_the_desk: At, form: dict[str, str | bytes], why: str
) -> None:
    post = PostFactory.create(state="draft", due_at=None)
    sent = {name: BytesIO(it) if isinstance(it, bytes) else it for name, it in form.items()}
    page = at_the_desk("author").post(f"/desk/posts/{post.pk}/video/", sent)
    assert (page.status_code, why in page.content.decode()) == (422, True)


def test_a_thread_is_one_page_and_its_parts_lead_there(at_the_desk: At, now: datetime) -> None:
    first = posts.create(Plan("courier", text="One.", more=("Two.",)), by=None, now=now)
    desk = at_the_desk("author")
    page = desk.get(f"/desk/posts/{first + 1}/", follow=True)
    assert page.redirect_chain == [(f"/desk/posts/{first}/", 302)]
    assert "Part 2 of 2" in page.content.decode()
    assert "thread of 2" in desk.get("/desk/posts/").content.decode()


def test_other_words_take_the_place_of_a_post(at_the_desk: At, now: datetime) -> None:
    post = PostFactory.create(state="posted", posted_at=now, text="The fery")
    form = {"instead": "The ferry"}
    page = at_the_desk("editor").post(f"/desk/posts/{post.pk}/replace/", form, follow=True)
    assert "takes the place of" in page.content.decode()
    assert list(Post.objects.order_by("pk").values_list("text", "state")) == [
        ("The fery", "deleting"),
        ("The ferry", "scheduled"),
    ]


def test_a_post_is_taken_back(at_the_desk: At, now: datetime) -> None:
    post = PostFactory.create(state="posted", posted_at=now)
    page = at_the_desk("editor").post(f"/desk/posts/{post.pk}/delete/", follow=True)
    assert f"Is being deleted from {post.account.name}." in page.content.decode()


def test_figures_stand_below_the_words(at_the_desk: At, now: datetime) -> None:
    post = PostFactory.create(state="posted", posted_at=now)
    Outcome.objects.create(post=post, likes=1_200, read_at=now)
    page = at_the_desk("author").get(f"/desk/posts/{post.pk}/").content.decode()
    assert "1,200" in page
    assert "reposts" not in page


# ---- The form of a new one


def test_a_button_adds_a_part_and_keeps_what_was_typed(at_the_desk: At) -> None:
    form = {"account": "courier", "text": "One.", "more": ["Two."], "part": "yes", "link": "on"}
    page = at_the_desk("author").post(NEW, form).content.decode()
    assert page.count('name="more"') == 2
    assert "Two.</textarea>" in page
    assert not Post.objects.exists()


def test_parts_become_a_thread(at_the_desk: At) -> None:
    form = {"account": "courier", "text": "One.", "more": ["Two.", " "], "link": "on"}
    at_the_desk("author").post(NEW, form)
    assert list(Post.objects.order_by("pk").values_list("text", flat=True)) == ["One.", "Two."]


def test_a_look_says_what_it_costs(at_the_desk: At) -> None:
    Account.objects.update(budget_micros=5_000_000)
    form = {"account": "courier", "text": "Read https://courier.com", "look": "yes"}
    page = at_the_desk("author").post(NEW, form).content.decode()
    assert "$0.20" in page
    assert "of $5.00" in page


def test_a_kind_that_the_article_has_nothing_for_is_refused(at_the_desk: At) -> None:
    ArticleFactory.create(slug="ferry")
    form = {"account": "courier", "article": "ferry", "variant": "quote", "look": "yes"}
    answer = at_the_desk("author").post(NEW, form)
    assert answer.status_code == 422
    assert "nothing for a post of the kind" in answer.content.decode()


def test_a_draft_is_offered_the_next_free_time(at_the_desk: At) -> None:
    Account.objects.update(quiet_from=time(0), quiet_to=time(23, 59))
    post = PostFactory.create(account=Account.objects.get(), state="draft", due_at=None)
    page = at_the_desk("editor").get(f"/desk/posts/{post.pk}/").content.decode()
    assert 'T23:59"' in page


def test_a_time_in_quiet_hours_is_warned_of(at_the_desk: At) -> None:
    Account.objects.update(quiet_from=time(0), quiet_to=time(12))
    post = PostFactory.create(account=Account.objects.get())
    page = at_the_desk("editor").get(f"/desk/posts/{post.pk}/").content.decode()
    assert 'class="warning"' in page
