"""The pages hold together: links lead somewhere, every page is found from the README, and every command in a page is tried
by some test."""
import pathlib
import re
import unittest

from cli import documents_test
from support.suite import ROOT

PLACES = ["*.md", "docs/**/*.md", "src/**/*.md", "web/*.md", "bench/**/*.md", "tests/**/*.md"]
PAGES = sorted({page for place in PLACES for page in ROOT.glob(place)})
LINK = re.compile(r"\]\(([^)\s]+)\)")


def prose(page):
    """The text without samples, in which brackets mean other things."""
    return re.sub(r"`[^`\n]*`", "", re.sub(r"```.*?```", "", page.read_text(), flags=re.S))


def anchors(page):
    """The names of a page's headings in links, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.*?) *$", re.sub(r"```.*?```", "", page.read_text(), flags=re.S), re.M)
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower())) for heading in headings}


def links(page):
    """(as written, file, name of a heading or nothing) of each link to a place in the project."""
    for link in LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:", link):
            file, _, heading = link.partition("#")
            yield link, (page.parent / file).resolve() if file else page, heading


class Links(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        followed = 0
        for page in PAGES:
            for link, file, heading in links(page):
                with self.subTest(page=str(page.relative_to(ROOT)), link=link):
                    self.assertTrue(file.exists(), "there is no such file")
                    self.assertTrue(file.is_relative_to(ROOT), "leads out of the project")
                    if heading:
                        self.assertIn(heading, anchors(file))
                    followed += 1
        self.assertGreater(followed, 100)

    def test_every_page_is_found_from_the_readme(self):
        found, todo = set(), [ROOT / "README.md"]
        while todo:
            page = todo.pop()
            if page in found or page.suffix != ".md":
                continue
            found.add(page)
            todo += [file for _, file, _ in links(page) if file.is_file()]
        self.assertEqual([str(page.relative_to(ROOT)) for page in PAGES if page not in found], [])

    def test_every_command_in_a_page_is_tried_by_a_test(self):
        # The pages of sources by sources_test.py and tests/retail. CONTRIBUTING builds an analysis of the reader's own.
        elsewhere = {*(ROOT / "docs/guides/sources").glob("*.md"), ROOT / "CONTRIBUTING.md"}
        # Building and testing are what the tests begin with; a demo's workspace is what they are run on.
        tried_always = re.compile(r"script/(build|test|demo)\b|export PATH=|peregrine demo shop$")
        for page in PAGES:
            if page in elsewhere:
                continue
            asked = set()
            if page in documents_test.PAGES:
                asked = {*documents_test.commands(page), *documents_test.own_commands(page)}
            for command in documents_test.samples(page):
                with self.subTest(page=str(page.relative_to(ROOT))):
                    self.assertTrue(command in asked or tried_always.match(command), f"nothing tries {command}")


class Anchors(unittest.TestCase):
    def test_headings_are_named_as_in_links(self):
        page = ROOT / "docs/guides/ask.md"
        self.assertIn("which-events-which-customers-where", anchors(page))
        self.assertNotIn("peregrine-analyses", anchors(page))
