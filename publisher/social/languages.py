"""The few words and marks that our own templates add, in the language of an article."""

# Unicode CLDR's "quotationStart" and "quotationEnd"; where a language is not here, the curly ones.
_MARKS = {
    "cs": "\u201e\u201c",
    "da": "\u201d\u201d",
    "de": "\u201e\u201c",
    "el": "\u00ab\u00bb",
    "es": "\u00ab\u00bb",
    "fi": "\u201d\u201d",
    "fr": "\u00ab\u00bb",
    "he": "\u201d\u201d",
    "hu": "\u201e\u201d",
    "it": "\u00ab\u00bb",
    "ja": "\u300c\u300d",
    "nb": "\u00ab\u00bb",
    "nl": "\u2018\u2019",
    "no": "\u00ab\u00bb",
    "pl": "\u201e\u201d",
    "ro": "\u201e\u201d",
    "ru": "\u00ab\u00bb",
    "sv": "\u201d\u201d",
    "tr": "\u201c\u201d",
    "uk": "\u00ab\u00bb",
    "zh-hant": "\u300c\u300d",
    "zh-tw": "\u300c\u300d",
}
_CURLY = "\u201c\u201d"
# As the newsrooms of each language head what is just in.
_BREAKING = {
    "ar": "\u0639\u0627\u062c\u0644",
    "de": "Eilmeldung",
    "en": "Breaking",
    "es": "\u00daltima hora",
    "fr": "Alerte info",
    "he": "\u05de\u05d1\u05d6\u05e7",
    "hi": "\u092c\u094d\u0930\u0947\u0915\u093f\u0902\u0917",
    "it": "Ultim\u2019ora",
    "ja": "\u901f\u5831",
    "ko": "\uc18d\ubcf4",
    "nl": "Net binnen",
    "pl": "Z ostatniej chwili",
    "pt": "\u00daltima hora",
    "ru": "\u0421\u0440\u043e\u0447\u043d\u043e",
    "sv": "Just nu",
    "th": "\u0e14\u0e48\u0e27\u0e19",
    "tr": "Son dakika",
    "uk": "\u0422\u0435\u0440\u043c\u0456\u043d\u043e\u0432\u043e",
    "zh": "\u5feb\u8baf",
    "zh-hant": "\u5feb\u8a0a",
    "zh-tw": "\u5feb\u8a0a",
}


_OPENING = tuple('"\u201c\u201e\u00ab\u2018\u201a\u300c\u300e')


def quoted(words: str, language: str) -> str:
    """Return somebody's words between the quotation marks of a language (BCP 47), "" for none.

    Words that begin with marks of their own keep these.
    """
    if words.startswith(_OPENING):
        return words
    marks = _of(_MARKS, language) or _CURLY
    # French sets its marks off from the words, by a space that does not break.
    gap = "\u202f" if language.lower().startswith("fr") else ""
    return f"{marks[0]}{gap}{words}{gap}{marks[1]}" if words else ""


def breaking(language: str) -> str:
    """Return what news that is just in is headed by, in a language (BCP 47)."""
    return _of(_BREAKING, language) or _BREAKING["en"]


def _of(table: dict[str, str], language: str) -> str:
    """Return the entry of `zh-Hant-TW`, or of `zh-hant`, or of `zh`."""
    subtags = language.lower().split("-")
    tags = ("-".join(subtags[:count]) for count in range(len(subtags), 0, -1))
    return next((table[tag] for tag in tags if tag in table), "")
