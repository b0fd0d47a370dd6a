"""What keeps the look light, strict and whole."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from rjsmin import jsmin

from apps.core.templatetags.look import drawings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
OURS = [path for path in TEMPLATES if path.parent.name != "admin"]  # the admin speaks Django's own classes
STATIC = settings.BASE_DIR / "static"
CSS = STATIC / "app.css"


def test_the_stylesheet_travels_light():
    assert len(brotli.compress(CSS.read_bytes())) <= 6500


def weight(script: str) -> int:
    """As released, on the wire."""
    return len(gzip.compress(jsmin((STATIC / "js" / script).read_text()).encode()))


def scripts_of(template: Path) -> set[str]:
    """Our own scripts that a page loads."""
    text = template.read_text()
    queue = {"queue.js"} if "components/queue.html" in text else set()
    return set(re.findall(r"js/(\w+\.js)", text)) | queue | {"app.js"}


def test_no_page_loads_more_than_12_kilobytes_of_our_own_scripts():
    weights = {script.name: weight(script.name) for script in sorted((STATIC / "js").glob("*.js"))}
    print(weights)  # noqa: T201
    heaviest = max(sum(weights[script] for script in scripts_of(template)) for template in TEMPLATES)
    assert heaviest <= 12 * 1024


def test_the_mark_sheet_s_own_scripts_travel_light():
    """The queue is not its own: rolls and messages leave by it too."""
    assert sum(weight(script) for script in ("cells.js", "grid.js", "keypad.js")) <= 6 * 1024


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_templates_hold_nothing_that_the_csp_refuses(template):
    assert not re.search(
        r"\sstyle=|\son[a-z]+=|hx-on|javascript:|<style|<script(?! src=)", template.read_text()
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_every_icon_exists(template):
    assert set(re.findall(r'{% icon "(\w+)"', template.read_text())) <= drawings().keys()


@pytest.mark.parametrize("template", OURS, ids=lambda path: path.stem)
def test_every_class_is_a_word_of_the_stylesheet(template):
    literal = re.sub(r"{%.*?%}|{{.*?}}", " ", template.read_text(), flags=re.DOTALL)
    used = {word for words in re.findall(r'class="([^"]*)"', literal) for word in words.split()}
    assert used <= set(re.findall(r"\.([a-z][\w-]*)", CSS.read_text()))
