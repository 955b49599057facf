"""The directory of handles at the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from publisher.social.models import Handle
from tests.web.conftest import At

pytestmark = pytest.mark.django_db
HANDLES = "/desk/handles/"
ADA = {"name": "Ada Vos", "network": "x", "handle": "@ada_vos"}


def test_an_editor_says_what_somebody_is_called(at_the_desk: At) -> None:
    page = at_the_desk("editor").post(HANDLES, ADA, follow=True).content.decode()
    assert "“Ada Vos” is @ada_vos on x." in page
    assert Handle.objects.get().handle == "ada_vos"


def test_what_a_network_would_not_link_is_refused_and_stays_in_the_form(at_the_desk: At) -> None:
    answer = at_the_desk("editor").post(HANDLES, {**ADA, "handle": "ada vos"})
    assert answer.status_code == 422
    assert 'value="ada vos"' in answer.content.decode()
    assert not Handle.objects.exists()


def test_somebody_who_is_known_is_not_overwritten(at_the_desk: At) -> None:
    Handle.objects.create(name="ADA Vos", network="x", handle="another_ada")
    answer = at_the_desk("editor").post(HANDLES, ADA)
    assert "is in the directory on x already" in answer.content.decode()
    assert Handle.objects.get().handle == "another_ada"


def test_an_entry_is_changed_where_nobody_else_has(at_the_desk: At) -> None:
    Handle.objects.create(name="Ada Fos", network="x", handle="ada")
    desk = at_the_desk("editor")
    page = desk.get(f"{HANDLES}?name=Ada+Fos&network=x").content.decode()
    assert 'name="seen-handle" value="ada"' in page
    seen = {"seen-name": "Ada Fos", "seen-network": "x", "seen-handle": "ada"}
    desk.post(HANDLES, {**ADA, **seen})
    assert str(Handle.objects.get()) == "Ada Vos: @ada_vos"
    answer = desk.post(HANDLES, {**ADA, "name": "Adah", **seen})
    assert "Somebody has changed" in answer.content.decode()
    assert 'value="Adah"' in answer.content.decode()


def test_who_is_not_in_the_directory_is_not_found(at_the_desk: At) -> None:
    assert at_the_desk("editor").get(f"{HANDLES}?name=Ada&network=x").status_code == 404
    assert at_the_desk("editor").get(f"{HANDLES}?name=%00&network=x").status_code == 404


def test_of_a_long_directory_the_first_are_shown(at_the_desk: At) -> None:
    Handle.objects.bulk_create(
        Handle(name=f"Ada {n:03}", network="x", handle="a") for n in range(201)
    )
    page = at_the_desk("editor").get(HANDLES).content.decode()
    assert "Ada 199" in page
    assert "Ada 200" not in page
    assert "the first 200" in page


def test_the_directory_is_searched_by_name_and_by_handle(at_the_desk: At) -> None:
    for name, handle in (("Ada Vos", "gull"), ("Ben Bakker", "ben"), ("Gull & Co", "harbour")):
        Handle.objects.create(name=name, network="x", handle=handle)
    page = at_the_desk("author").get(f"{HANDLES}?q=gull").content.decode()
    assert [name in page for name in ("Ada Vos", "Ben Bakker", "Gull &amp; Co")] == [1, 0, 1]


def test_somebody_is_only_a_name_again(at_the_desk: At) -> None:
    Handle.objects.create(name="Ada Vos", network="x", handle="ada")
    desk = at_the_desk("editor")
    desk.post(f"{HANDLES}remove/", {"name": "Ada Vos", "network": "x"})
    assert not Handle.objects.exists()
    answer = desk.post(f"{HANDLES}remove/", {"name": "Ada Vos", "network": "x"})
    assert "The directory has no" in answer.content.decode()


def test_a_file_is_taken_whole_or_not_at_all(at_the_desk: At) -> None:
    desk = at_the_desk("editor")

    def send(content: bytes) -> str:
        form = {"file": SimpleUploadedFile("handles.csv", content)}
        return desk.post(f"{HANDLES}import/", form, follow=True).content.decode()

    assert "Line 3: " in send(b"name,network,handle\nAda,x,ada\nBen,x,not one\n")
    assert not Handle.objects.exists()
    assert "2 of the file are in" in send(b"name,network,handle\nAda,x,ada\nBen,x,ben\n")
    assert "is not text in UTF-8" in send(b"\xff\xfe\x00")


@pytest.mark.parametrize("address", [HANDLES, f"{HANDLES}remove/"])
@pytest.mark.parametrize("field", ["name", "network"])
def test_what_cannot_be_stored_is_refused(at_the_desk: At, address: str, field: str) -> None:
    answer = at_the_desk("editor").post(address, {**ADA, field: "a\0b"})
    assert answer.status_code == 422
    assert "cannot be stored" in answer.content.decode()
    assert 'method="get" action="/desk/handles/"' in answer.content.decode()


def test_an_author_changes_nothing(at_the_desk: At) -> None:
    desk = at_the_desk("author")
    assert desk.post(HANDLES, ADA).status_code == 422
    assert desk.post(f"{HANDLES}remove/", ADA).status_code == 403
    assert not Handle.objects.exists()
