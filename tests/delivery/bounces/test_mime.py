"""A mail is cut into its parts as RFC 2046 has it, as far as reports need."""

import base64

from publisher.delivery.bounces import mime

TEXT = b"Content-Type: text/plain; charset=utf-8\n\nfirst\n"


def multipart(*parts: bytes, boundary: bytes = b"b") -> bytes:
    body = b"".join(b"--" + boundary + b"\n" + part + b"\n" for part in parts)
    head = b"Content-Type: multipart/mixed; boundary=" + boundary
    return head + b"\n\n" + body + b"--" + boundary + b"--\n"


def test_parts_within_parts_come_out_in_order() -> None:
    raw = multipart(multipart(TEXT, TEXT.replace(b"first", b"second"), boundary=b"in"), TEXT)
    assert [part.text.strip() for part in mime.split(raw).parts] == ["first", "second", "first"]


def test_a_returned_mail_is_one_part_whatever_it_holds() -> None:
    raw = multipart(TEXT, b"Content-Type: message/rfc822\n\n" + multipart(TEXT, boundary=b"in"))
    assert [part.media_type for part in mime.split(raw).parts] == ["text/plain", "message/rfc822"]


def test_an_outer_boundary_closes_what_was_left_open() -> None:
    inner = multipart(TEXT, boundary=b"in").replace(b"--in--\n", b"")
    assert len(mime.split(multipart(inner, TEXT)).parts) == 2


def test_text_is_decoded_by_encoding_and_charset() -> None:
    body = base64.b64encode("Empfänger unbekannt".encode("iso-8859-1"))
    head = b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n"
    assert mime.split(head + body).parts[0].text == "Empfänger unbekannt"
    assert (
        mime.split(b"Content-Transfer-Encoding: quoted-printable\n\nf=C3=BCr=\n dich").parts[0].text
        == "für dich"
    )


def test_a_page_is_read_without_its_tags() -> None:
    page = b"Content-Type: text/html\n\n<style>a{}</style><p>User&nbsp;<b>unknown</b><br>Sorry"
    assert mime.split(page).parts[0].text.split() == ["User", "unknown", "Sorry"]


def test_folded_and_encoded_headers_are_read() -> None:
    headers = mime.split(b"Subject: =?utf-8?q?Nicht?=\n =?utf-8?B?IHp1Z2VzdGVsbHQ=?=\n\n").headers
    assert mime.unworded(mime.first(headers, "subject")) == "Nicht zugestellt"


def test_a_charset_that_is_a_door_stays_shut() -> None:
    raw = b"Content-Type: text/plain; charset=unicode_escape\n\n\\x41"
    assert mime.split(raw).parts[0].text == "\\x41"
