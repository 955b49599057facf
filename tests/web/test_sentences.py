"""What happens next, in the words that an editor reads before and after every press."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publisher.newsletters.queries import Issue
from publisher.social.queries import PostLine
from publisher.web.desk import sentences

SATURDAY = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SPELLED = "Saturday 21 November at 07:00 (Europe/Amsterdam)"
STATES = ("queued", "sending", "sent", "deferred", "bounced", "refused", "skipped")
NOBODY = dict.fromkeys(STATES, 0)
ISSUE = Issue(
    id=7,
    newsletter="The Morning Tide",
    newsletter_slug="daily",
    time_zone="Europe/Amsterdam",
    subject="High water",
    preheader="",
    state="scheduled",
    due_at=SATURDAY,
    started_at=None,
    finished_at=None,
    needs_approval=False,
    articles=(),
    mailing_id=None,
    counts=NOBODY | {"sent": 12, "queued": 25},
    recipients=37,
    problem="",
    asks=False,
    breaking=False,
    spread=None,
    warnings=(),
)
POST = PostLine(
    id=3,
    account="courier",
    network="x",
    text="High water",
    state="scheduled",
    due_at=SATURDAY,
    posted_at=None,
    url="",
    reason="",
    article_slug="",
    article_title="",
    length=10,
    limit=280,
    variant="",
    origin="editor",
    is_breaking=False,
    warning="",
    price_micros=0,
    parts=1,
    replaces=None,
    figures=None,
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "draft"}, "until somebody schedules it; it would go to 37 readers."),
        ({"state": "draft", "needs_approval": True}, "until somebody submits it for approval"),
        ({"state": "in review"}, f"then it goes to 37 readers on {SPELLED}."),
        ({"state": "in review", "due_at": None}, "then it can be scheduled."),
        ({"state": "scheduled"}, f"Goes to 37 readers on {SPELLED}."),
        ({"state": "scheduled", "breaking": True}, f"on {SPELLED}, before everything else."),
        ({"state": "scheduled", "spread": timedelta(minutes=90)}, ", spread over 90 minutes."),
        ({"state": "sending"}, "Is going to 37 readers now; 12 readers got it so far."),
        ({"state": "paused"}, f"it was to go to 37 readers on {SPELLED}."),
        ({"state": "paused", "started_at": SATURDAY}, "Stopped after 12 readers of 37"),
        ({"state": "paused", "problem": "Late.", "asks": True}, "Waits for you to decide; it was"),
        (
            {"state": "paused", "problem": "Down.", "started_at": SATURDAY},
            "of 37; the rest follow by themselves as soon as they can.",
        ),
        (
            {"state": "paused", "problem": "Shut.", "asks": True, "started_at": SATURDAY},
            "of 37; the rest wait for you to decide.",
        ),
        (
            {"state": "paused", "started_at": SATURDAY, "counts": NOBODY},
            "Stopped before it reached any of its 37 readers; they wait until it resumes.",
        ),
        ({"state": "sent", "finished_at": SATURDAY}, f"Went to 12 readers; done on {SPELLED}."),
        ({"state": "cancelled"}, "Cancelled; 12 readers got it, and nobody else will."),
    ],
)
def test_an_edition_says_what_happens_next(changes: dict[str, object], said: str) -> None:
    assert said in sentences.of_edition(replace(ISSUE, **changes))  # type: ignore[arg-type]  # any


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Resume: send it to 37 readers now"),
        ({"due_at": SATURDAY + timedelta(hours=2)}, "Resume: as it was scheduled"),
        ({"started_at": SATURDAY}, "Resume: go on with 25 readers"),
        ({"started_at": SATURDAY, "problem": "Down."}, "Resume: try 25 readers again"),
    ],
)
def test_the_button_says_what_resuming_does(changes: dict[str, object], said: str) -> None:
    paused = replace(ISSUE, state="paused", **changes)  # type: ignore[arg-type]  # any
    assert sentences.of_resuming(paused, now=SATURDAY + timedelta(hours=1)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "draft"}, "until somebody schedules it for courier."),
        ({"state": "scheduled"}, "Goes out on courier on Saturday 21 November at 06:00 (UTC)."),
        ({"state": "posted", "posted_at": SATURDAY}, "Stands on courier since Saturday"),
        ({"state": "unsure"}, "courier is asked again on Saturday"),
        ({"state": "unsure", "due_at": None}, "look at courier and settle it below."),
        ({"state": "failed"}, "is not tried again by itself."),
        ({"state": "cancelled"}, "Cancelled; it does not go out."),
    ],
)
def test_a_post_says_what_happens_next(changes: dict[str, object], said: str) -> None:
    assert said in sentences.of_post(replace(POST, **changes))  # type: ignore[arg-type]  # any
