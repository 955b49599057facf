"""`publisher accounts change`, `show` and `hours`: when an account speaks, and what it costs."""

from dataclasses import replace
from typing import Annotated

import typer

from publisher import clock
from publisher.cli import engines, printing
from publisher.cli.printing import AsJson, Record
from publisher.social import habits, hours, prices, queries, spoken
from publisher.social.queries import HabitsLine, PostLine

Name = Annotated[str, typer.Argument(metavar="NAME")]
_Flag = bool | None
_Words = list[str] | None
# Of a post's words, in a list.
_SHOWN = 60


def change(  # an option for each habit
    name: Name,
    *,
    announce: Annotated[
        _Flag, typer.Option("--announce/--no-announce", help="Speak of new articles by itself.")
    ] = None,
    timeline: Annotated[str, typer.Option("--timeline", metavar="'now +2h +1d'")] = "",
    slots: Annotated[
        str, typer.Option("--slots", metavar="'mon-fri 08:00 12:30; sat 10:00'|none")
    ] = "",
    quiet: Annotated[str, typer.Option("--quiet", metavar="22:00-07:00|none")] = "",
    gap: Annotated[str, typer.Option("--gap", metavar="10m", help="Between two posts.")] = "",
    most_per_day: Annotated[str, typer.Option("--most-per-day", metavar="NUMBER|none")] = "",
    most_late: Annotated[
        str, typer.Option("--most-late", metavar="2h", help="What is later asks an editor.")
    ] = "",
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="ZONE|none", help="none: the newsroom's.")
    ] = "",
    budget: Annotated[
        str, typer.Option("--budget", metavar="DOLLARS|none", help="For a calendar month.")
    ] = "",
    evergreen: Annotated[
        int | None, typer.Option("--evergreen", min=0, max=100, help="How often one is repeated.")
    ] = None,
    evergreen_gap: Annotated[str, typer.Option("--evergreen-gap", metavar="30d")] = "",
    section: Annotated[
        _Words, typer.Option("--section", help="Only for these; several times, or 'none'.")
    ] = None,
    tag: Annotated[_Words, typer.Option("--tag", help="As --section.")] = None,
    author: Annotated[_Words, typer.Option("--author", help="As --section.")] = None,
    hashtags: Annotated[
        int | None, typer.Option("--hashtags", min=0, max=30, help="At most so many.")
    ] = None,
    pictures: Annotated[_Flag, typer.Option("--pictures/--no-pictures")] = None,
    short_links: Annotated[_Flag, typer.Option("--short-links/--no-short-links")] = None,
    number_threads: Annotated[_Flag, typer.Option("--number-threads/--no-number-threads")] = None,
    links_first: Annotated[_Flag, typer.Option("--links-first/--links-last")] = None,
    visibility: Annotated[
        str, typer.Option("--visibility", metavar="public|unlisted|private|none")
    ] = "",
    utm_source: Annotated[
        str, typer.Option("--utm-source", metavar="WORD|none", help="none: the network.")
    ] = "",
    utm_medium: Annotated[
        str, typer.Option("--utm-medium", metavar="WORD|none", help="none: social.")
    ] = "",
    utm_campaign: Annotated[
        str, typer.Option("--utm-campaign", metavar="WORD|none", help="none: the account.")
    ] = "",
    figures: Annotated[
        int | None, typer.Option("--figures", min=0, help="Of at most so many posts a day.")
    ] = None,
    needs_approval: Annotated[_Flag, typer.Option("--needs-approval/--no-approval")] = None,
    as_json: AsJson = False,
) -> None:
    """Change when and of what an account speaks, and what it may cost."""
    written = {
        "timeline": timeline,
        "gap": gap,
        "most_per_day": most_per_day,
        "most_late": most_late,
        "budget": budget,
        "evergreen": _written(evergreen),
        "evergreen_gap": evergreen_gap,
        "time_zone": time_zone,
        "slots": slots,
        "quiet": quiet,
        "sections": "\n".join(section or []),
        "tags": "\n".join(tag or []),
        "authors": "\n".join(author or []),
        "hashtags": _written(hashtags),
        "figures": _written(figures),
        "visibility": visibility,
        "utm_source": utm_source,
        "utm_medium": utm_medium,
        "utm_campaign": utm_campaign,
    }
    ticked = {
        "pictures": pictures,
        "short_links": short_links,
        "number_threads": number_threads,
        "links_first": links_first,
        "needs_approval": needs_approval,
    }
    wanted = replace(habits.read(written, ticked), announces=announce)
    habits.change(name, wanted, by=None, now=clock.now())
    printing.say(f"'{name}' is changed.", _record(name), as_json=as_json)


def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show when and of what an account speaks, what it costs this month, and what it says next."""
    record = _record(name)
    if as_json:
        printing.one(record, as_json=True)
        return
    printing.one({**record, **_in_words(queries.habits(name, now=clock.now()))}, as_json=False)


def best_hours(name: Name, *, as_json: AsJson = False) -> None:
    """Propose slots from what came of the account's posts."""
    found = hours.proposed(name, now=clock.now())
    if found is None:
        sentence = (
            f"'{name}' has the figures of fewer than {hours.LEAST_POSTS} posts, which is too few"
            " to tell."
        )
        printing.say(sentence, {"slots": None, "hours": None}, as_json=as_json)
        return
    slots = spoken.spelled_slots(hours.slots(found))
    told = [
        {
            "weekday": spoken.WEEKDAYS[each.weekday],
            "at": f"{each.at:%H:%M}",
            "gain": round(each.gain, 2),
            "posts": each.posts,
        }
        for each in found
    ]
    sentence = f"publisher accounts change {name} --slots '{slots}'" if told else "No hour is best."
    printing.say(sentence, {"slots": slots, "hours": told}, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Make these verbs of accounts."""
    app.command()(engines.needed(change))
    app.command()(engines.needed(show))
    app.command("hours")(engines.needed(best_hours))


def _written(number: int | None) -> str:
    return "" if number is None else str(number)


def _record(name: str) -> dict[str, object]:
    line, account = queries.habits(name, now=clock.now()), queries.account(name)
    return {
        "id": account.id,
        "name": account.name,
        "network": account.network,
        "handle": account.handle,
        "state": "stopped" if account.stopped_reason else "ready",
        "reason": account.stopped_reason,
        "needs_approval": account.needs_approval,
        **_habits(line),
        "cost": {
            "budget": _dollars(line.cost.budget),
            "spent": _dollars(line.cost.spent),
            "planned": _dollars(line.cost.planned),
            "left": _dollars(line.cost.left),
        },
        "next": [_next(each) for each in line.next_posts],
        "unspoken": [{"article": slug, "reason": why} for slug, why in line.unspoken],
    }


def _habits(line: HabitsLine) -> Record:
    return {
        "announces_since": line.announces_since,
        "time_zone": line.time_zone,
        "timeline": line.timeline,
        "slots": line.slots,
        "quiet": line.quiet,
        "gap": line.gap,
        "most_per_day": line.most_per_day,
        "most_late": line.most_late,
        "evergreen": line.evergreen,
        "evergreen_gap": line.evergreen_gap,
        "sections": line.sections,
        "tags": line.tags,
        "authors": line.authors,
        "hashtags": line.hashtags,
        "pictures": line.has_pictures,
        "short_links": line.has_short_links,
        "number_threads": line.numbers_threads,
        "links_first": line.links_first,
        "visibility": line.visibility or spoken.NONE,
        "utm_source": line.utm_source or spoken.NONE,
        "utm_medium": line.utm_medium or spoken.NONE,
        "utm_campaign": line.utm_campaign or spoken.NONE,
        "figures": line.figures,
    }


def _next(post: PostLine) -> Record:
    return {
        "id": post.id,
        "state": post.state,
        "due_at": post.due_at,
        "price": _dollars(post.price_micros),
        "text": post.text,
    }


def _dollars(micros: int | None) -> str | None:
    return None if micros is None else prices.spoken(micros)


def _in_words(line: HabitsLine) -> Record:
    """Return what is several things at once as a person reads it."""
    amounts = {
        "spent": line.cost.spent,
        "planned": line.cost.planned,
        "left": line.cost.left,
        "budget": line.cost.budget,
    }
    told = (f"{_dollars(micros)} {what}" for what, micros in amounts.items() if micros is not None)
    return {
        "cost": ", ".join(told),
        "next": "\n".join(map(_in_a_line, line.next_posts)),
        "unspoken": "\n".join(f"{slug}: {why}" for slug, why in line.unspoken),
    }


def _in_a_line(post: PostLine) -> str:
    words = " ".join(post.text.split())[:_SHOWN]
    return f"{printing.shown(post.due_at)}  {post.state}  {_dollars(post.price_micros)}  {words}"
