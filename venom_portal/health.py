"""What a load balancer asks: whether the web process lives, and whether the portal can do its work."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, JsonResponse

from venom_portal.diagnosis import parts


def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer, and touch nothing on the way: whoever reads this knows that the web process lives."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part does its work, else 503; says which does, and nothing of how or where it runs."""
    answers = {"web": {"ok": True}}
    for check in (parts.database, parts.broker, parts.clock):
        finding = check()
        answers[finding.name] = {"ok": finding.is_ok}
    ready = all(answer["ok"] for answer in answers.values())
    return JsonResponse({"status": "ready" if ready else "not_ready", "parts": answers}, status=200 if ready else 503)


class HealthMiddleware:
    """Answers health checks before anything else looks at the request.

    A probe calls by IP address, so the check of the host name would refuse it, and it must get its answer
    when sessions cannot be read.
    """

    _VIEWS = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a health check, or hand the request on."""
        view = self._VIEWS.get(request.path_info, self.get_response)
        return view(request)
