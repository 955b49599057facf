"""One edition with every kind of story, that never changes: what the golden files show."""

from dataclasses import dataclass, replace

from publisher.newsletters import contexts

SITE = "https://courier.example"


@dataclass(frozen=True, slots=True)
class Reader:
    """Ada, as the slots of a mail are filled for her."""

    name: str = "Ada"
    unsubscribe_url: str = f"{SITE}/unsubscribe/token/"
    preferences_url: str = f"{SITE}/preferences/token/"
    confirm_url: str = f"{SITE}/confirm/token/"


NEWSLETTER = contexts.Newsletter(
    name="The Morning Tide",
    description="The day's stories, before the first ferry.",
    url=f"{SITE}/newsletters/daily/",
    sender_name="The Harbour Courier",
    postal_address="The Harbour Courier, Oude Kade 14, 4099 Veldhaven",
    language="en",
    direction="ltr",
)
PLAIN = contexts.Story(
    title="Kraan bridge closed on Monday",
    standfirst="",
    section="",
    byline="",
    minutes=0,
    url=f"{SITE}/articles/kraan-bridge/",
    image="",
    image_alt="",
    image_credit="",
    is_video=False,
    language="en",
    direction="ltr",
)
LEAD = replace(
    PLAIN,
    title="The wall and the water: how Veldhaven learned to live below the tide",
    standfirst="For almost ninety years a wall has kept the sea out of the city.",
    section="City",
    byline="Kwabena Osei-Dijkman and Siân Ørsted",
    minutes=14,
    url=f"{SITE}/articles/wall/?utm_source=newsletter&utm_medium=email&utm_campaign=daily-7",
    image=f"{SITE}/media/wall.jpg",
    image_alt="A sea wall between rooftops and the sea.",
    image_credit="Photo: Zoë Brînzescu",
)
WATCHED = replace(
    PLAIN,
    title="The Lantern cinema reopens",
    standfirst="Watch the first reel being threaded.",
    section="Culture",
    minutes=1,
    image=f"{SITE}/media/cinema.png",
    image_alt="A projector.",
    is_video=True,
)
ARABIC = replace(
    PLAIN,
    title="مهرجان يُقرأ من اليمين إلى اليسار",
    standfirst="أربعة أيام لبيت الجمارك القديم.",
    section="ثقافة",
    byline="محمد النجار",
    minutes=3,
    language="ar",
    direction="rtl",
)
HOSTILE = replace(PLAIN, title="{{7*7}} {% raw %} <script>alert('Söhne & Co')</script>")
EDITION = contexts.Edition(
    subject="The wall & the water",
    preheader="What the council must decide by spring.",
    date="Saturday, 21 November 2026",
    url=f"{SITE}/newsletters/daily/7/",
    stories=(LEAD, WATCHED, ARABIC, HOSTILE),
)
