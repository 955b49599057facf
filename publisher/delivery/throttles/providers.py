"""Which mailboxes belong together: a group for each of the large providers.

By domain alone, without asking DNS: a company's own domain that Google or Microsoft runs is a group
by itself, and without limits until somebody sets one.
"""

import re
from functools import lru_cache

# What editors read.
NAMES = {
    "gmail": "Gmail",
    "microsoft": "Microsoft",
    "yahoo": "Yahoo",
    "apple": "Apple",
    "gmx": "GMX",
    "orange": "Orange",
}

# Apple's as in https://support.apple.com/en-us/102322; Microsoft's as in validator.js'
# normalizeEmail; Yahoo's with AOL's, which have the same servers; GMX, web.de and mail.com are one
# house (https://postmaster.gmx.com); Orange's with its old name.
_DOMAINS = {
    "gmail": "gmail.com googlemail.com",
    "microsoft": (
        "live.at live.be live.ca live.cl live.cn live.co.uk live.co.za live.com live.com.ar "
        "live.com.au live.com.mx live.com.my live.com.pt live.com.sg live.de live.dk live.fi "
        "live.fr live.hk live.ie live.in live.it live.jp live.nl live.no live.ru live.se msn.com "
        "passport.com windowslive.com outlook.at outlook.be outlook.cl outlook.co.id outlook.co.il "
        "outlook.co.nz outlook.co.th outlook.com outlook.com.ar outlook.com.au outlook.com.br "
        "outlook.com.gr outlook.com.pe outlook.com.tr outlook.com.vn outlook.cz outlook.de "
        "outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp "
        "outlook.kr outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk"
    ),
    "yahoo": "ymail.com rocketmail.com myyahoo.com aol.com aim.com",
    "apple": "icloud.com me.com mac.com",
    "gmx": "web.de mail.com",
    "orange": "orange.fr wanadoo.fr",
}
_GROUPS = {domain: group for group, domains in _DOMAINS.items() for domain in domains.split()}
# Names that their owner has under every country's domain.
_OWN_EVERYWHERE = {"yahoo": "yahoo", "hotmail": "microsoft", "gmx": "gmx"}
_COUNTRY = re.compile(r"com|net|[a-z]{2}|(com?|net)\.[a-z]{2}")
# Another company, with servers and limits of its own.
_APART = frozenset({"yahoo.co.jp"})


def group_of(address: str) -> str:
    """Return the group that an address belongs to: a provider's name, or the address's domain."""
    return of_domain(address[address.rfind("@") + 1 :])


# As many domains as an edition for a million readers has, in 20 MB at the most.
@lru_cache(maxsize=1 << 16)
def of_domain(domain: str) -> str:
    """Return the group that a domain belongs to."""
    domain = domain.lower()
    if domain in _APART:
        return domain
    brand, _, suffix = domain.partition(".")
    if brand in _OWN_EVERYWHERE and _COUNTRY.fullmatch(suffix):
        return _OWN_EVERYWHERE[brand]
    return _GROUPS.get(domain, domain)


def name_of(group: str) -> str:
    """Return what to call a group in a sentence."""
    return NAMES.get(group, group)
