"""Where everything is: the same for every process, and short enough for a socket."""

import os
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from redis import Redis

from publisher.embedded.places import Places, open_to_others


def test_asking_for_places_makes_nothing(tmp_path: Path) -> None:
    places = Places(tmp_path / "home")
    assert places.postgres
    assert places.redis_url
    assert list(tmp_path.iterdir()) == []


def test_a_home_is_the_same_however_it_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "home")
    plain = Places(tmp_path / "home")
    assert Places(tmp_path / "link") == plain
    assert Places(tmp_path / "other" / ".." / "home").database_url == plain.database_url


@pytest.mark.parametrize("length", [1, 100, 200])
def test_sockets_have_short_paths_however_deep_the_home_is(tmp_path: Path, length: int) -> None:
    places = Places(tmp_path / ("x" * length))
    assert len(os.fsencode(places.postgres_socket)) <= 103
    assert len(os.fsencode(places.redis_socket)) <= 103


def test_two_homes_never_share_a_socket(tmp_path: Path) -> None:
    one, other = (Places(tmp_path / ("x" * 200) / name) for name in ("one", "other"))
    assert one.postgres_socket != other.postgres_socket
    assert one.redis_socket != other.redis_socket


def test_the_addresses_are_read_back_as_they_are_meant(tmp_path: Path) -> None:
    places = Places(tmp_path / "a home?#%")
    read = conninfo_to_dict(places.database_url)
    assert read["host"] == str(places.postgres_sockets)
    assert (read["user"], read["dbname"], read["port"]) == ("postgres", "publisher", "5432")
    client = Redis.from_url(places.redis_url)
    assert client.connection_pool.connection_kwargs["path"] == str(places.redis_socket)


def test_data_stay_where_a_link_says_they_are(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "postgres").symlink_to(tmp_path / "elsewhere")
    assert Places(tmp_path).postgres == tmp_path / "elsewhere"


def test_a_folder_is_open_to_others_only_where_all_above_it_are(reachable: Path) -> None:
    closed = reachable / "closed"
    (closed / "open").mkdir(parents=True)
    assert open_to_others(closed / "open")
    closed.chmod(0o700)
    assert not open_to_others(closed / "open")
