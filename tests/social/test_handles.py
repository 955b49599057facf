"""The directory: who is called what, and that nothing else gets behind an @."""

from datetime import datetime

import pytest

from publisher.errors import Refused
from publisher.social import handles

pytestmark = pytest.mark.django_db


def test_an_entry_is_kept_without_its_at_and_said_anew(now: datetime) -> None:
    handles.add("Ada  Vos", "x", "@ada", now=now)
    handles.add("ada vos", "x", "ada_vos", now=now)
    assert handles.listed() == [handles.HandleLine("ada vos", "x", "ada_vos")]


@pytest.mark.parametrize(
    ("network", "handle"),
    [
        ("x", "two words"),
        ("x", "ada\nvos"),
        ("x", "ada\u2028vos"),
        ("x", "@@ada"),
        ("x", "ada_who_is_far_too_long"),
        ("x", "{{7*7}}"),
        ("x", ""),
        ("bluesky", "ada"),
        ("bluesky", "ada.bsky.social/x"),
        ("mastodon", "ada@"),
        ("mastodon", "@ada@@social.example"),
        ("telegram", "ada"),
        ("threads", "ada#vos"),
        ("linkedin", "ada"),
        ("minitel", "ada"),
    ],
)
def test_what_a_network_would_not_link_is_refused(network: str, handle: str, now: datetime) -> None:
    with pytest.raises(Refused) as refusal:
        handles.add("Ada Vos", network, handle, now=now)
    assert "\n" not in str(refusal.value)
    assert handles.listed() == []


@pytest.mark.parametrize(
    ("network", "handle"),
    [
        ("bluesky", "ada.bsky.social"),
        ("mastodon", "ada@social.example"),
        ("mastodon", "ada"),
        ("telegram", "ada_vos"),
        ("threads", "ada.vos"),
    ],
)
def test_every_network_has_its_own_shape(network: str, handle: str, now: datetime) -> None:
    assert handles.add("Ada Vos", network, f"@{handle}", now=now).handle == handle


def test_who_is_named_is_mentioned_in_order(now: datetime) -> None:
    for name, handle in {"Port": "port", "Ada Vos": "ada", "Ben": "ben", "Cleo": "cleo"}.items():
        handles.add(name, "x", handle, now=now)
    handles.add("Port", "bluesky", "port.example", now=now)
    named = handles.named_in(["Ada Vos opens the Port", "Not for Benjamin"], ["CLEO"], "x")
    assert named.subjects == ("@ada", "@port", "@cleo")
    assert named.mentions["ada vos"] == "@ada"


def test_a_word_that_is_spelled_otherwise_is_nobody(now: datetime) -> None:
    handles.add("Will", "x", "will", now=now)
    assert handles.named_in(["It will sail"], [], "x").subjects == ()


def test_a_name_without_spaces_around_is_found_where_these_are_not_written(now: datetime) -> None:
    handles.add("東京港", "x", "port_tokyo", now=now)
    assert handles.named_in(["新しい東京港が開く"], [], "x").subjects == ("@port_tokyo",)


def test_nobody_mentions_themselves(now: datetime) -> None:
    handles.add("The Courier", "x", "courier", now=now)
    assert handles.named_in(["The Courier wins"], [], "x", but="courier").subjects == ()


def test_a_file_is_taken_whole_or_not_at_all(now: datetime) -> None:
    good = ["name,network,handle\n", "Ada Vos,x,@ada\n", "Ben,bluesky,ben.example\n"]
    with pytest.raises(Refused, match="Line 4: 'c d' is no handle on x"):
        handles.import_csv([*good, "Cleo,x,c d\n"], now=now)
    assert handles.listed() == []
    assert handles.import_csv(good, now=now) == 2


def test_a_file_without_a_column_is_refused_by_its_name(now: datetime) -> None:
    with pytest.raises(Refused, match="no column 'handle'"):
        handles.import_csv(["name,network\n"], now=now)


def test_an_entry_takes_no_other_ones_place(now: datetime) -> None:
    ada = handles.add("Ada", "x", "ada", now=now)
    ben = handles.add("Ben", "x", "ben", now=now)
    with pytest.raises(Refused, match="'ada' is in the directory on x already"):
        handles.keep(handles.HandleLine("ada", "x", "b"), seen=ben, now=now)
    assert handles.listed() == [ada, ben]


def test_who_is_removed_is_called_by_name_again(now: datetime) -> None:
    handles.add("Ada Vos", "x", "ada", now=now)
    handles.remove("ADA vos", "x", now=now)
    assert handles.named_in(["Ada Vos"], [], "x").mentions == {}
    with pytest.raises(Refused, match="no 'Ada Vos' on 'x'"):
        handles.remove("Ada Vos", "x", now=now)
