import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.urls import set_script_prefix

from apps.attendance.rules import Period
from apps.core.templatetags import look

FRIDAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        (Decimal("13.50"), None, "13,5"),
        (Decimal("10.00"), None, "10"),
        (Decimal(0), None, "0"),
        (Decimal(100), None, "100"),
        (Decimal("13.905"), 2, "13,91"),
        (18, 2, "18,00"),
        (None, 2, "–"),
    ],
)
def test_numbers_are_french(value, places, written):
    assert look.number(value, places) == written


def test_a_mark_keeps_its_decimals_in_a_slot_of_their_own():
    assert look.mark(Decimal("15.50")) == '<b class="n">15<i>,5</i></b>'
    assert look.mark(Decimal(15)) == '<b class="n">15<i></i></b>'
    assert look.mark(Decimal(18), 2) == '<b class="n">18<i>,00</i></b>'
    assert look.mark(None) == '<b class="n">–<i></i></b>'
    assert look.mark("<Abs>") == '<b class="n"><abbr>&lt;Abs&gt;</abbr><i></i></b>'


def test_ranks_and_class_names_are_raised():
    assert [look.rank(place) for place in (1, 2)] == ["1<sup>er</sup>", "2<sup>e</sup>"]
    assert look.raised("3e 2") == "3<sup>e</sup>\u00a02"
    assert look.raised("2nde C & D") == "2<sup>nde</sup>\u00a0C &amp; D"
    assert look.raised("Elève 12") == "Elève 12"


def test_dates_are_said_as_one_says_them():
    assert look.day(FRIDAY) == "vendredi 20 novembre"
    assert look.day(dt.date(2027, 2, 1)) == "lundi 1er février"
    assert look.short_day(FRIDAY) == "20 nov."
    assert look.hour(dt.datetime(2026, 11, 20, 7, 5, tzinfo=dt.UTC)) == "7\u202fh\u202f05"
    assert look.hour(dt.time(8)) == "8\u202fh"
    assert look.margin_date(FRIDAY) == '<time class="m" datetime="2026-11-20"><b>20</b> nov.</time>'


def test_an_icon_is_drawn_where_it_stands():
    drawn = look.icon("p", "m p")
    assert drawn.startswith('<svg aria-hidden="true" viewBox="0 0 20 20" class="m p"><path d="')
    with pytest.raises(KeyError):
        look.icon("no such shape")


def test_the_strip_places_the_pupil():
    figures = look.strip(Decimal(14), low=Decimal(5), middle=Decimal(10), high=Decimal(16))
    assert (figures["x_low"], figures["x_middle"], figures["x_value"]) == ("25.0%", "50.0%", "70.0%")


class Reply(forms.Form):
    phone = forms.CharField(label="Téléphone", help_text="10 chiffres")
    text = forms.CharField(label="Message", required=False)
    reason = forms.ChoiceField(label="Motif", choices=[("m", "Malade")], widget=forms.RadioSelect)


def test_a_field_carries_its_hint_and_its_error_to_the_screen_reader():
    field = render_to_string("components/field.html", {"field": Reply({})["phone"]})
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in field
    assert 'aria-invalid="true"' in field
    assert 'id="id_phone_helptext"' in field
    assert 'id="id_phone_error"' in field
    assert "facultatif" in render_to_string("components/field.html", {"field": Reply()["text"]})
    assert "<legend>Motif</legend>" in render_to_string("components/field.html", {"field": Reply()["reason"]})


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500", "503", "errors/suspended"])
def test_error_pages_need_nothing(code):
    assert '<html lang="fr">' in render_to_string(f"{code}.html")


def test_a_page_of_no_school_is_reached_from_inside_a_school(settings):
    set_script_prefix("/sainte-anne/")
    try:
        page = Template('{% load look %}{% outside "account_login" %}').render(Context())
    finally:
        set_script_prefix("/")
    assert page == "/connexion/"


@pytest.mark.parametrize(
    ("days", "hours", "said"),
    [
        ((20, 20), (None, None), "vendredi 20 novembre"),
        ((20, 20), (8, 10), "vendredi 20 novembre, 8\u202fh à 10\u202fh"),
        ((20, 20), (8, None), "vendredi 20 novembre, à partir de 8\u202fh"),
        ((20, 20), (None, 10), "vendredi 20 novembre, jusqu’à 10\u202fh"),
        ((20, 21), (None, None), "du vendredi 20 novembre au samedi 21 novembre"),
        ((20, 21), (8, 10), "du vendredi 20 novembre, 8\u202fh, au samedi 21 novembre, 10\u202fh"),
    ],
)
def test_days_and_hours_are_said(days, hours, said):
    starts_on, ends_on = (dt.date(2026, 11, number) for number in days)
    starts_at, ends_at = (number and dt.time(number) for number in hours)
    assert look.period(Period(starts_on, ends_on, starts_at, ends_at)) == said
