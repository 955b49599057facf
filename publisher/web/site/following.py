"""Short links: each leads to the page that was stored with it, and nowhere else."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from publisher.social import shortening
from publisher.web.site import crawlers


@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Send a reader on, and count them."""
    target = shortening.target(code)
    if target is None:
        raise Http404(code)
    if _is_reader(request):
        shortening.count(target)
    # Kept by nobody on the way, or the next click of this reader would not be seen.
    return HttpResponseRedirect(target.url, headers={"Cache-Control": "no-store"})


def _is_reader(request: HttpRequest) -> bool:
    # A browser that fetches ahead says so: Sec-Purpose in Fetch, Purpose in older ones.
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    agent = request.headers.get("User-Agent", "")
    return request.method == "GET" and "prefetch" not in ahead and not crawlers.is_one(agent)
