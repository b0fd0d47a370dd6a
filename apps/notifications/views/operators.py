"""The door of operators who bring receipts."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.core.clock import now
from apps.gateways.api import NotAReceipt
from apps.notifications import services


@csrf_exempt
@login_not_required
@require_POST
def receipts(request: HttpRequest, key: str) -> HttpResponse:
    """What an operator says later of messages: on a secret path, signed where the operator can sign."""
    try:
        services.hear_operator(
            key=key, raw=request.body, signature=request.headers.get("X-Signature", ""), now=now()
        )
    except NotAReceipt:
        raise Http404 from None
    return HttpResponse(status=204)
