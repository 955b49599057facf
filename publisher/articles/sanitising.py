"""Article bodies made harmless by an allow-list: nothing that runs, styles or names itself."""

import re
from html.parser import HTMLParser

import nh3

_BLOCKS = {
    *("p", "h2", "h3", "h4", "blockquote", "pre", "hr", "figure", "figcaption"),
    *("ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_PHRASES = {
    *("a", "img", "br", "em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small"),
    *("code", "kbd", "samp", "cite", "q", "abbr", "time", "bdi", "bdo", "mark", "ruby", "rt", "rp"),
}
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
# What stands in these was never meant to be read as text.
_DROPPED_WITH_CONTENT = {
    *("script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math"),
    *("title", "textarea", "select", "noembed", "noframes", "xmp", "plaintext"),
}
_CELLS = {"td", "th"}
_ROWS = {"li", "tr", "dt", "dd"}
_OUR_OWN = ("/media/", "/static/")
_PIXELS = re.compile(r"[1-9][0-9]{0,3}")
_SPACES = re.compile(r"\s+")
# Neither PostgreSQL nor an XML feed holds them all.
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
_H1 = re.compile(r"<(/?)h1(?=[ >])")


def clean(html: str) -> str:
    """Return a body of which every element and address is on the allow-list.

    The title is the page's only h1, so that one becomes an h2. Relative addresses stay only where
    they are below /media/ or /static/: elsewhere (a mail, a feed) they would lead nowhere.
    """
    # Behind the cleaner a "<" is always that of an element: in text and in attributes it is "&lt;".
    return _H1.sub(r"<\1h2", _cleaner.clean(html)).translate(_CONTROLS).strip()


def plain(html: str) -> str:
    """Return the words of a body that `clean` returned, its paragraphs divided by blank lines."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


# A reader needs as long for two ideographs or kana as for one word between spaces.
_KANA_AND_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(
    f"[{_KANA_AND_HAN}]{{1,2}}|[^\\W{_KANA_AND_HAN}]+(?:['\u2019.,-][^\\W{_KANA_AND_HAN}]+)*"
)


def words(html: str) -> int:
    """Return how many words a body that `clean` returned takes to read."""
    return sum(1 for _ in _WORD.finditer(plain(html)))


def _relative(url: str) -> str | None:
    is_ours = url.startswith(_OUR_OWN) and ".." not in url
    return url if is_ours else None


def _attribute(element: str, name: str, value: str) -> str | None:
    if element == "img" and name == "src":
        is_web = value.lower().startswith(("http://", "https://"))
        return value if is_web else _relative(value)
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if _PIXELS.fullmatch(value) else None
    return value


_cleaner = nh3.Cleaner(
    tags=_BLOCKS | _PHRASES | {"h1"},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    link_rel="noopener",
    url_schemes={"http", "https", "mailto"},
    url_relative=_relative,
)


class _Reader(HTMLParser):
    """Collects text by paragraph; cleaned HTML is regular enough for the standard library."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._line: list[str] = []
        self._mark = ""
        self._after_row = False
        self._in_pre = False

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._line.append("\n")
        elif tag in _CELLS:
            self._line.append(" ")
        elif tag in _BLOCKS:
            self._end_paragraph()
        self._in_pre = self._in_pre or tag == "pre"
        self._mark = "- " if tag == "li" else self._mark

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS - _CELLS:
            self._end_paragraph()
            self._after_row = tag in _ROWS
        self._in_pre = self._in_pre and tag != "pre"
        self._mark = "" if tag == "li" else self._mark

    def handle_data(self, data: str) -> None:
        self._line.append(data if self._in_pre else _SPACES.sub(" ", data))

    def text(self) -> str:
        self._end_paragraph()
        return self._text

    def _end_paragraph(self) -> None:
        words = "".join(self._line)
        self._line = []
        if not self._in_pre:
            words = "\n".join(" ".join(line.split()) for line in words.split("\n"))
        if not words.strip():
            return
        # Rows of a list or table stand together.
        gap = "\n" if self._after_row else "\n\n"
        self._text += (gap if self._text else "") + self._mark + words.strip("\n")
        self._mark, self._after_row = "", False
