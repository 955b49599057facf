"""The invented newspaper in seeds/, loaded as often as one likes: what is there already stays."""

import csv
import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import yaml
from django.conf import settings

from publisher.articles import actions as articles
from publisher.articles import files
from publisher.articles import queries as known_articles
from publisher.audience import importing
from publisher.audience.importing import Import
from publisher.cli import arguments, credentials
from publisher.cli.credentials import Credentials
from publisher.newsletters import actions as newsletters
from publisher.newsletters import queries as known_newsletters
from publisher.newsletters.actions import Masthead
from publisher.social import actions as social
from publisher.social import queries as accounts
from publisher.staff import actions as staff
from publisher.staff import queries as members

SEEDS = settings.ROOT / "seeds"
CONSENT = "demo seeds"


def load(*, now: datetime) -> None:
    """Load the articles, newsletters and readers that are not there yet."""
    _load_articles(now)
    _load_newsletters(now)
    _load_readers(now)


def _load_articles(now: datetime) -> None:
    zone = arguments.newsroom_zone()
    for path in sorted(SEEDS.glob("articles/*.md")):
        if known_articles.any_by_slug(path.stem, now) is None:
            articles.add(files.read(path, zone=zone), now=now)


def _load_newsletters(now: datetime) -> None:
    known = {title.slug for title in known_newsletters.newsletters()}
    for row in yaml.safe_load((SEEDS / "newsletters.yaml").read_text(encoding="utf-8")):
        if row["slug"] not in known:
            newsletters.add(Masthead(**row), now=now)


def _load_readers(now: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for slug, rows in _readers_by_newsletter().items():
            title = known_newsletters.newsletter(slug)
            # Whoever was erased since must not come back with the next demo.
            if not title.readers:
                path = _written(rows, Path(folder) / f"{slug}.csv")
                importing.import_csv(path, Import(title.id, CONSENT, now), lambda _: None)


def _readers_by_newsletter() -> dict[str, list[dict[str, str]]]:
    """Return the rows of the seeds as they are imported, by the newsletters that each names."""
    wanted: dict[str, list[dict[str, str]]] = defaultdict(list)
    with (SEEDS / "subscribers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for slug in row.pop("newsletters").split(";"):
                wanted[slug].append(row)
    return wanted


def _written(rows: list[dict[str, str]], path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, importing.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def let_in(kept: Credentials, *, now: datetime) -> None:
    """Give the newsroom its editor and its account on X, with the demo's credentials."""
    if credentials.EDITOR not in {member.email for member in members.members()}:
        staff.add(credentials.EDITOR, "chief", password=kept.password, now=now)
    elif kept.is_new:
        staff.set_password(credentials.EDITOR, kept.password)
    if credentials.ACCOUNT not in {account.name for account in accounts.accounts()}:
        social.add_account(credentials.ACCOUNT, "x", kept.x, now=now)
    elif kept.is_new:
        social.renew(credentials.ACCOUNT, kept.x, now=now)
