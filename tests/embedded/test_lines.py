"""What programs say arrives as whole, harmless lines."""

from publisher.embedded.lines import Splitter, prefixes


def heard(*octets: bytes) -> list[str]:
    lines: list[str] = []
    splitter = Splitter(lines.append)
    for some in octets:
        splitter.feed(some)
    splitter.finish()
    return lines


def test_a_line_is_handed_on_when_it_is_whole() -> None:
    assert heard(b"on", b"e\ntwo\n\nth", b"ree") == ["one", "two", "", "three"]


def test_a_letter_may_arrive_in_two_parts() -> None:
    assert heard(b"caf\xc3", b"\xa9\n", b"\xff\n") == ["café", "\ufffd"]


def test_no_line_moves_the_cursor() -> None:
    assert heard(b"a\x1b[2Jb\r\n\tc\xc2\x9b\n") == ["a[2Jb", "\tc"]


def test_an_endless_line_is_cut() -> None:
    assert [len(line) for line in heard(*[b"x" * 5000] * 3)] == [10000, 5000]


def test_names_are_padded_to_one_width() -> None:
    assert prefixes(["web", "worker"]) == {"web": "web    | ", "worker": "worker | "}
