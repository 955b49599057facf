"""What Facebook and Threads have in common: the Graph API's errors, by its documentation."""

from tests.channels.networks.fakes import WAIT, Answer, in_json

# https://developers.facebook.com/docs/graph-api/guides/error-handling: the usual code of a status.
_CODES = {400: 100, 401: 190, 403: 200, 404: 803, 429: 4, 500: 2}


def refusal(status: int, words: str) -> Answer:
    """Say no with the code that goes with a status."""
    return error(_CODES[status], words, status=status)


def error(code: int, words: str = "No", *, subcode: int = 0, status: int = 400) -> Answer:
    """Say what the Graph API says: nearly always with status 400."""
    found = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "A1b2"}
    return in_json(status, {"error": found | ({"error_subcode": subcode} if subcode else {})})


def busy(code: int) -> Answer:
    """Refuse by rate, and say in whole minutes when that ends."""
    use = {"type": "pages", "call_count": 100, "total_cputime": 9, "total_time": 9}
    idle = use | {"call_count": 28, "estimated_time_to_regain_access": 0}
    full = use | {"estimated_time_to_regain_access": WAIT.seconds // 60}
    usage = in_json(0, {"1": [idle], "2": [full]}).body.decode()
    return Answer(400, error(code).body, {"X-Business-Use-Case-Usage": usage})


def metrics(**values: int) -> dict[str, object]:
    """Return the insights of a post."""
    data = [
        {"name": name, "period": "lifetime", "values": [{"value": value}]}
        for name, value in values.items()
    ]
    return {"data": data}
