"""RFC 2047 read to the letter, written apart from what writes it: nothing is forgiven."""

import base64
import re

_WORD = re.compile(r"=\?utf-8\?([qb])\?([!->@-~]+)\?=", re.IGNORECASE)
_Q = re.compile(r"(?:[!-<>@-^`-~]|_|=[0-9A-F]{2})*")


def header(raw: bytes, name: str) -> str:
    """Return the text of the one header of this name; any fault of it is an error."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    folded = [each for each in _fields(head) if each.lower().startswith(f"{name}: ".lower())]
    assert len(folded) == 1, f"{len(folded)} of {name}"
    for line in folded[0].split("\r\n"):
        assert len(line) <= 76 or "=?" not in line, "RFC 2047 section 2: 76 characters"
        assert len(line) <= 78, "RFC 5322 section 2.1.1"
    # RFC 5322 section 2.2.3: unfolding takes the line's end away and nothing else.
    return _decoded(folded[0].replace("\r\n", "").removeprefix(f"{name}: "))


def _fields(head: bytes) -> list[str]:
    text = head.decode("ascii")
    assert not re.search(r"\r(?!\n)|(?<!\r)\n", text), "a bare CR or LF"
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text), "a control character"
    fields = re.split(r"\r\n(?![ \t])", text)
    assert all(re.match(r"[!-9;-~]+: ", field) for field in fields), "no name"
    return fields


def _decoded(text: str) -> str:
    pieces = list[str]()
    after_word = False
    for token in re.split(r"( +)", text):
        word = _WORD.fullmatch(token)
        if word:
            assert len(token) <= 75, "RFC 2047 section 2: 75 characters"
            # Section 6.2: white space between two words is not shown.
            if after_word and pieces and not pieces[-1].strip(" "):
                pieces.pop()
            pieces.append(_word(word[1].lower(), word[2]))
        else:
            assert "=?" not in token, "half a word"
            pieces.append(token)
        after_word = bool(word) or (after_word and not token.strip(" "))
    return "".join(pieces)


def _word(scheme: str, text: str) -> str:
    """Return what a word says; section 5 (3): it holds whole characters."""
    if scheme == "b":
        return base64.b64decode(text, validate=True).decode()
    assert _Q.fullmatch(text), "no Q encoding"
    octets = re.sub("=([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), text.replace("_", " "))
    return octets.encode("latin-1").decode()
