"""A port that is taken is named before anything starts."""

import socket

import pytest

from publisher.embedded.ports import require_free
from publisher.errors import Refused


def test_a_taken_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {port} on 127.0.0.1 is taken, so the web server"):
            require_free("127.0.0.1", port, "the web server")
    require_free("127.0.0.1", port, "the web server")


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refused, match=r"192\.0\.2\.1 cannot be used, so the web server"):
        require_free("192.0.2.1", 8000, "the web server")


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(Refused, match=r"'::::' is no address of this machine"):
        require_free("::::", 8000, "the web server")
