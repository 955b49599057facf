"""What in a post is a link to X, by the tables of the package twitter-text-parser.

Where the package departs from X's own library, the case is named.
"""

import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain

with warnings.catch_warnings():
    # The package reads its emoji table through setuptools' deprecated pkg_resources.
    warnings.simplefilter("ignore")
    from twitter_text.regexp.extract_url import extract_url
    from twitter_text.regexp.spaces_group import spaces_group
    from twitter_text.regexp.valid_ascii_domain import valid_ascii_domain
    from twitter_text.regexp.valid_cctld import valid_cctld
    from twitter_text.regexp.valid_domain_chars import valid_domain_chars
    from twitter_text.regexp.valid_gtld import valid_gtld
    from twitter_text.regexp.valid_punycode import valid_punycode
    from twitter_text.regexp.valid_tco_url import valid_tco_url

# X leaves longer URLs alone; it counts the protocol twice, and so do we.
_LONGEST_URL = 4096
_LONGEST_TCO_SLUG = 40
_LONGEST_HOST_LABEL = 63  # RFC 1035, section 2.3.4

# A word comes with the space before it, because the grammar looks at what a link is preceded by.
_WORD = re.compile(rf"[{spaces_group}]?[^{spaces_group}]+")
_TLD = re.compile(
    rf"\.(?:{valid_gtld.pattern}|{valid_cctld.pattern}|{valid_punycode.pattern})", re.IGNORECASE
)
_LABEL_SEPARATOR = re.compile(r"[\u3002\uFF0E\uFF61]")
# What a host may be made of; it may also be far too long to be one.
_HOST = re.compile(rf"(?:{valid_domain_chars.pattern}|[._-])+")
_LONG_WORD = 300
_LONG_LABEL = re.compile(rf"[^.\u3002\uFF0E\uFF61]{{{_LONG_WORD},}}")
_BEFORE_HOST = len(" https://")
# Where case does not matter Python takes dotless i, dotted I and long s for ASCII letters, X does
# not, and a link beside one of them would be missed. They are swapped for a letter of the same
# class before matching; positions stay.
_NOT_ASCII_LETTERS = str.maketrans("\u0131\u0130\u017f", "\u0101\u0101\u0101")


def links(text: str) -> list[tuple[int, int]]:
    """Return where in `text` the links are that X will shorten, as start and end of each.

    Bare domains (`example.com`) are links to X, with any other script right beside them.
    """
    found = []
    text = text.translate(_NOT_ASCII_LETTERS)
    for word in _WORD.finditer(text):
        # A link holds no space, so words are searched one by one: most have no top-level domain to
        # begin with.
        if _TLD.search(word[0]):
            found += [(word.start() + a, word.start() + b) for a, b in _links_in(word[0])]
    return found


def _links_in(word: str) -> Iterator[tuple[int, int]]:
    for match in _matches(word):
        before, url, protocol, path = match.group(2, 3, 4, 7)
        start, end = match.span(3)
        too_long = len(protocol or "https://") + len(url) > _LONGEST_URL
        if too_long or not _is_host(match[5]):
            continue
        if protocol:
            if (length := _shortened_length(url)) is not None:
                yield start, start + length
        elif before not in ("-", "_", ".", "/"):
            yield from _bare_domains(match.span(5), match[5], end if path else None)


def _matches(word: str) -> Iterator[re.Match[str]]:
    """Find what the grammar takes for a link, one after the other, however long `word` is.

    The grammar alone takes quadratic time where there are no spaces, so in a long word it is tried
    only where a host could begin that ends in a top-level domain.
    """
    if len(word) <= _LONG_WORD:
        yield from extract_url.finditer(word)
        return
    tried = 0
    for host in _HOST.finditer(word):
        labels = [label.end() for label in _LONG_LABEL.finditer(word, *host.span())]
        for tld in _TLD.finditer(word, *host.span()):
            # A link with a host that is too long for one, or with a label that is, is none; whether
            # there is one shows at the first places where it could begin.
            first = range(max(tried, host.start() - _BEFORE_HOST), host.start() + _LONG_WORD)
            long_label = max(labels[: bisect_right(labels, tld.start())], default=0)
            behind = max(first.stop, long_label - _LONGEST_HOST_LABEL, tld.start() - _LONGEST_URL)
            for start in chain(first, range(max(tried, behind), tld.start())):
                if match := extract_url.match(word, start):
                    yield match
                    tried = match.end()
                    break
            tried = max(tried, tld.start())


def _bare_domains(
    span: tuple[int, int], domain: str, path_end: int | None
) -> Iterator[tuple[int, int]]:
    """Find the ASCII domains inside `domain`; a path belongs to the last of them."""
    spans = [
        (span[0] + match.start(), span[0] + match.end())
        for match in valid_ascii_domain.finditer(domain)
    ]
    if spans and path_end is not None:
        spans[-1] = (spans[-1][0], path_end)
    yield from spans


def _shortened_length(url: str) -> int | None:
    """Return how much of `url` is the link: of X's own t.co addresses only host and slug count."""
    tco = valid_tco_url.search(url)
    if tco is None:
        return len(url)
    return tco.end() if len(tco[1]) <= _LONGEST_TCO_SLUG else None


def _is_host(domain: str) -> bool:
    if domain.startswith("xn--") and not valid_ascii_domain.search(domain):
        return False
    return all(_is_label(label) for label in domain.split("."))


def _is_label(label: str) -> bool:
    """Say whether a label fits into DNS once it is written in ASCII.

    Only the length is looked at, as in X's own library: Python's IDNA codec would also refuse
    mixed directions, and then a domain beside Arabic or Hebrew words would not count as a link.
    """
    if not 0 < len(label) <= _LONGEST_HOST_LABEL:
        return False
    parts = _LABEL_SEPARATOR.split(label)
    in_ascii = [p if p.isascii() else "xn--" + p.encode("punycode").decode() for p in parts]
    return len(".".join(in_ascii)) <= _LONGEST_HOST_LABEL
