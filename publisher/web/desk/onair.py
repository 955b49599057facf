"""The dashboard, and the part of it that is fetched again every two seconds."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from publisher import clock
from publisher.web.desk import door
from publisher.web.desk.board import Board, board


@dataclass(frozen=True, slots=True)
class OnAirPage:
    """The board."""

    board: Board


@require_safe
@door.members
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show what is on air."""
    return door.show(request, "desk/onair.html", OnAirPage(board(clock.now())))


@require_safe
@door.members
def fragment(request: HttpRequest) -> HttpResponse:
    """Show only the board, for the page that has the rest already."""
    return door.show(request, "desk/_board.html", OnAirPage(board(clock.now())))
