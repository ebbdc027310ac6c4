"""Every template compiles, and none holds what the content security policy refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

FOLDER = Path(__file__).parents[2] / "templates"
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
PUBLIC = [name for name in TEMPLATES if name.endswith(".html") and name.startswith(("layout", "public/", "partials/"))]
NOT_OURS = {
    "GeoJSON",
    "OWL",
    "owl-poster-page",
    "owl-public",
    "owl_cookies",
    "owl_language",
    "owl_place",
}  # names, the same in every language
# A script of type text/html is words that a script of ours shows later: no browser runs it.
INLINE = re.compile(r"<style|<script(?! type=.text/html.>|[^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(app: Flask, name: str) -> None:
    app.jinja_env.get_template(name)


@pytest.mark.parametrize(
    "name",  # a mail has no other place for its looks, nor has a file that somebody keeps
    [name for name in TEMPLATES if name.endswith(".html") and not name.startswith(("messages/", "files/"))],
)
def test_no_page_holds_a_script_or_a_style(name: str) -> None:
    assert not INLINE.search((FOLDER / name).read_text())


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_takes_the_name_of_what_translates(name: str) -> None:
    assert not re.search(r"{%-? *set [^=]*\b_\b *[,=]", (FOLDER / name).read_text()), "use {% do … %}"


@pytest.mark.parametrize("name", PUBLIC)
def test_every_sentence_of_a_public_page_can_be_translated(name: str) -> None:
    written = re.sub(r"{#.*?#}", "", (FOLDER / name).read_text(), flags=re.DOTALL)
    between_tags = re.sub(r"{{.*? -?}}|{%.*?%}|<[^>]*>", "\0", written, flags=re.DOTALL).split("\0")
    for_components = re.findall(
        r'"(?:text|titleText|visuallyHiddenText|label)": ("[^"]*"|[^,{}]* else "[^"]*")', written
    )
    spoken = re.findall(r'aria-label="([^"{]*)"', written)
    bare = {words.strip() for words in (*between_tags, *for_components, *spoken) if re.search("[A-Za-z]{2}", words)}
    assert {words.strip('– "') for words in bare} <= NOT_OURS
