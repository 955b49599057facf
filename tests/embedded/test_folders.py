"""Folders that are ours, and the sentence for each that is not."""

import os
from pathlib import Path

import pytest

from publisher.embedded import folders
from publisher.errors import Refused


def test_a_home_is_made_with_all_above_it(tmp_path: Path) -> None:
    folders.make_home(tmp_path / "a" / "home")
    folders.make_home(tmp_path / "a" / "home")
    assert (tmp_path / "a" / "home").is_dir()


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match=r"file/home cannot be written: .*; set PUBLISHER_HOME"):
        folders.make_home(tmp_path / "file" / "home")


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refused, match=r"file cannot be written: .*; set PUBLISHER_HOME"):
        folders.make_home(tmp_path / "file")


def test_what_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    folders.passable(tmp_path / "new")
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o711


def test_a_private_folder_that_others_can_open_is_refused(tmp_path: Path) -> None:
    folders.private(tmp_path / "sockets")
    folders.private(tmp_path / "sockets")
    (tmp_path / "sockets").chmod(0o755)
    with pytest.raises(Refused, match="only the user with the id"):
        folders.private(tmp_path / "sockets")


def test_a_private_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    folders.private(tmp_path / "sockets")
    (tmp_path / "link").symlink_to(tmp_path / "sockets")
    with pytest.raises(Refused, match="link must be a directory"):
        folders.private(tmp_path / "link")


def test_a_private_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    folders.private(tmp_path / "sockets")
    with pytest.raises(Refused, match=f"the user with the id {os.geteuid() + 1}"):
        folders.private(tmp_path / "sockets", os.geteuid() + 1)


def test_a_full_disk_is_refused(tmp_path: Path) -> None:
    folders.require_space(tmp_path)
    with pytest.raises(Refused, match=r"has \d+ MB free and \d+ MB are needed; make room"):
        folders.require_space(tmp_path, least_bytes=10**18)
