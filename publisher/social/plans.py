"""What somebody wants to be posted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be posted: an editor's own words, or what a template makes of an article.

    `more` are the parts of a thread behind `text`. `variant` is the kind of template that is
    wanted ("hook", or its second post "hook-2"), "" for the next one that this account has not used
    for the article. A post without a link costs less on X.
    """

    account: str
    article_slug: str = ""
    text: str = ""
    more: tuple[str, ...] = ()
    variant: str = ""
    warning: str = ""
    is_breaking: bool = False
    has_link: bool = True
