"""Addresses as failure reports write them: bare, in brackets, source-routed, typed, mistyped."""

import re

# RFC 5321 section 4.5.3.1 has 64 octets and 255; a VERP address may be longer than it ought to
# be. The bounds also keep the search linear.
_DOMAIN = r"[A-Za-z0-9\u0080-\uffff](?:[A-Za-z0-9._\u0080-\uffff-]{0,253}[A-Za-z0-9\u0080-\uffff])?"
_ATOM = r"[^\s<>()\[\],;:@\"'\\`|]"
ADDRESS = re.compile(
    rf"(?:\"[^\"\n]{{1,64}}\"|(?<![^\s<>()\[\],;:@\"'\\`|]){_ATOM}{{1,128}}(?:'{_ATOM}{{1,64}})?)@{_DOMAIN}"
)
_ROUTE = re.compile(r"^@[^:\s]{1,255}:")
_TYPED = re.compile(r"^\s*[\w-]{1,20}\s*;\s*")


def found(text: str) -> list[str]:
    """Return the addresses in a text, in their order, with repetitions."""
    return [match[0] for match in ADDRESS.finditer(text)] if "@" in text else []


def cleaned(value: str) -> str:
    """Return the address in a report field such as `rfc822;<@hub:ada@example.org>`, or ""."""
    value = _TYPED.sub("", value).strip().strip("<>").strip()
    value = _ROUTE.sub("", value)
    whole = ADDRESS.fullmatch(value)
    if whole:
        return value
    candidates = found(value)
    return candidates[0] if candidates else ""


def same(one: str, other: str) -> bool:
    """Say whether two addresses are one, as far as spelling tells."""
    return one.strip('"').lower() == other.strip('"').lower()
