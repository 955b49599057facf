"""Everything that a mail template may ask for: the fields of these, and nothing else.

An edition's templates get `edition`, `newsletter` and `reader`, a confirmation's the last two.
`reader` is delivery.message.Marks, whose slots are filled for every recipient, or None in the
version on the web, which is everybody's.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """An article as a mail shows it; whatever it has not got is "" (or 0 minutes)."""

    title: str
    standfirst: str
    section: str
    # "Ann Ray, Ben Holt and Cleo Marsh".
    byline: str
    minutes: int
    url: str
    # Absolute, and of a format that mail programs show.
    image: str
    image_alt: str
    image_credit: str
    is_video: bool
    language: str
    # What HTML's dir attribute wants: "ltr" or "rtl".
    direction: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One issue of a newsletter with one story or more."""

    subject: str
    # The line that mail programs show behind the subject.
    preheader: str
    # In the newsletter's time zone: "Saturday, 21 November 2026".
    date: str
    # Of the version on the web.
    url: str
    stories: tuple[Story, ...]

    @property
    def lead(self) -> Story:
        """The first story, which is shown large."""
        return self.stories[0]

    @property
    def others(self) -> tuple[Story, ...]:
        """Every story but the lead."""
        return self.stories[1:]


@dataclass(frozen=True, slots=True)
class Newsletter:
    """The title that the mail belongs to, and who sends it."""

    name: str
    description: str
    url: str
    sender_name: str
    # One line; "" where the newsroom has not given any.
    postal_address: str
    language: str
    direction: str
