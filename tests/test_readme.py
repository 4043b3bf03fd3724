"""What the README and its pages link to is there."""

import re

import pytest
from samples import ROOT

README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))


def test_the_two_commands_are_there():
    text = README.read_text(encoding="utf-8")

    assert "make demo" in text
    assert "make test" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_linked_is_there(page):
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))

    assert [
        link for link in links if "://" not in link and not (page.parent / link).exists()
    ] == []


def test_every_page_is_linked_from_the_readme():
    text = README.read_text(encoding="utf-8")

    assert [page.name for page in PAGES[1:] if f"(docs/{page.name})" not in text] == []
