"""How families are warned, and what became of each warning."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from apps.accounts.admin_site import school_admin
from apps.accounts.models import STUDENT_LIFE
from apps.accounts.school_admin import Question, ReadOnlyAdmin, ReadOnlyInline, SchoolAdmin, SchoolInline
from apps.core.clock import now
from apps.core.jobs import nudge

from . import services, tasks
from .forms import SmsGatewayForm
from .models import (
    Alert,
    AlertRule,
    AlertSettings,
    Delivery,
    DeliveryChange,
    Mailing,
    Receipt,
    Rung,
    SmsGateway,
)
from .selectors import AgainPage, again_page


@admin.register(AlertSettings, site=school_admin)
class AlertSettingsAdmin(SchoolAdmin):
    """One row for the whole school."""

    list_display = [
        "__str__", "grace_minutes", "digest_minutes", "quiet_from", "quiet_until", "sends_sms", "sms_a_day",
        "budget",
    ]  # fmt: skip
    list_filter_reason = search_reason = "there is one row"
    ordering = ["pk"]

    def has_add_permission(self, request: HttpRequest, obj: AlertSettings | None = None) -> bool:
        return super().has_add_permission(request, obj) and not AlertSettings.objects.exists()


class RungInline(SchoolInline):
    """In their order; each has what came before it to wait for."""

    model = Rung
    fields = ["position", "channel", "after_minutes"]
    ordering = ["position", "pk"]


@admin.register(AlertRule, site=school_admin)
class AlertRuleAdmin(SchoolAdmin):
    """A row for each kind of fact, made when the school opens."""

    list_display = ["kind", "is_on", "audience", "ignores_quiet", "channels", "wording"]
    list_filter_reason = search_reason = "there is one row of each kind"
    ordering = ["kind"]
    inlines = [RungInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("rungs")

    @admin.display(description="voies, après le portail")
    def channels(self, rule: AlertRule) -> str:
        rungs = sorted(rule.rungs.all(), key=lambda rung: (rung.position, rung.pk))
        waits = (
            f"{rung} après {rung.after_minutes} min" if rung.after_minutes else str(rung) for rung in rungs
        )
        return ", ".join(waits) or "aucune"

    def get_readonly_fields(self, request: HttpRequest, obj: AlertRule | None = None) -> list[str]:
        return ["kind", "trial"] if obj else []

    @admin.display(description="essai du modèle")
    def trial(self, rule: AlertRule) -> str:
        """Where its words are tried, with their cost."""
        if rule.kind not in services.WORDED:
            return "ses mots sont ceux de chaque message"
        page = reverse("notifications:wording", args=[rule.kind])
        return format_html('<a href="{}">Voir ce qu’il donne et ce qu’il coûte</a>', page)


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    fields = [
        "channel", "gateway", "recipient", "text", "segments", "cost", "state", "detail", "may_be_double",
        "updated_at",
    ]  # fmt: skip
    ordering = ["created_at"]


@admin.register(Alert, site=school_admin)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "student", "guardian", "state", "due_at"]
    list_filter = ["state", "kind", "created_at"]
    list_select_related = ["student", "guardian"]
    search_fields = ["student__sort_key", "guardian__sort_key"]
    ordering = ["-created_at", "-pk"]
    inlines = [DeliveryInline]
    actions = ["send_again"]

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        return request.member.holds(*STUDENT_LIFE)

    @admin.action(description="Renvoyer les alertes en échec", permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Another try, by another delivery, of what failed."""
        ids = [alert.pk for alert in queryset]
        if request.POST.get("confirmed") != "yes":
            page = again_page(Alert.objects.all(), ids)
            failed = {row.pk for row in page.rows}
            question = Question(
                title="Renvoyer des alertes",
                sentence=_cost_of(page),
                button="Renvoyer",
                rows=[f"{row.student}, à {row.guardian} : {row.word}" for row in page.rows],
                left_out=[f"{alert} : {alert.student}" for alert in queryset if alert.pk not in failed],
                left_out_because="rien n’a échoué, ou personne à prévenir",
            )
            return self.ask_first(request, queryset, "send_again", question)
        again = services.send_again(alert_ids=ids, by=request.member, now=now())
        for alert in again:
            self.note_done(request, alert, "renvoyée")
        messages.success(request, f"Alertes renvoyées : {len(again)}.")
        return None


def _cost_of(page: AgainPage) -> str:
    leave = "repartiront" if page.messages > 1 else "repartira"
    said = f"{page.messages} SMS {leave}, pour {page.segments * services.price_of_sms(now())} F environ."
    if page.doubtful:
        received = "reçus" if page.doubtful > 1 else "reçu"
        said += f" {page.doubtful} peut-être déjà {received} : lu deux fois, il sera marqué."
    return said


class DeliveryChangeInline(ReadOnlyInline):
    model = DeliveryChange
    fields = ["changed_at", "state", "detail"]
    ordering = ["changed_at", "pk"]


@admin.register(Delivery, site=school_admin)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at", "recipient", "alert", "channel", "gateway", "state", "detail", "cost", "attempts",
    ]  # fmt: skip
    list_filter = ["state", "channel", "may_be_double", "created_at"]
    list_select_related = ["alert", "gateway"]
    search_fields = ["recipient", "text"]
    ordering = ["-created_at", "-pk"]
    inlines = [DeliveryChangeInline]


@admin.register(Mailing, site=school_admin)
class MailingAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "author", "audience", "count", "text"]
    list_filter = ["created_at"]
    list_select_related = ["author__user"]
    search_fields = ["text", "audience"]
    ordering = ["-created_at", "-pk"]


@admin.register(SmsGateway, site=school_admin)
class SmsGatewayAdmin(SchoolAdmin):
    """Whoever may change a gateway types its secrets; nobody reads them again."""

    form = SmsGatewayForm
    fields = [
        "rank", "kind", "is_active", "client_id", "secret", "sender", "sender_number", "price", "url",
        "status_url", "knows_references", "signing_key", "options", "receipts_at", "subscribed_at", "balance",
        "balance_at", "down_until",
    ]  # fmt: skip
    readonly_fields = ["receipts_at", "subscribed_at", "balance", "balance_at", "down_until"]
    list_display = ["rank", "kind", "is_active", "sender", "price", "balance", "balance_at", "down_until"]
    list_display_links = ["rank", "kind"]
    list_filter_reason = search_reason = "there are two at most"
    ordering = ["rank"]

    def save_model(self, request: HttpRequest, obj: SmsGateway, form: SmsGatewayForm, change: bool) -> None:
        """Its receipts have an address of their own, asked of the operator as soon as possible."""
        super().save_model(request, obj, form, change)
        key = services.receipts_key(obj) or services.new_receipts_key()
        path = reverse("notifications:receipts", args=[key])
        obj.receipts_at = request.build_absolute_uri(path)
        obj.save(update_fields=["receipts_at"])
        nudge(tasks.look_after_gateway, obj.pk)


@admin.register(Receipt, site=school_admin)
class ReceiptAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "gateway", "word", "reason", "provider_reference", "settled_at"]
    list_filter = ["word", "gateway", "received_at"]
    list_select_related = ["gateway"]
    search_fields = ["provider_reference", "reference", "recipient"]
    ordering = ["-received_at", "-pk"]
