"""The index against the store: whatever is done to articles, what is found is what pages show, and nothing else."""

import itertools
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select

from chassis import sql
from chassis.errors import Problem
from publisher import indexing
from publisher.articles import article_texts
from publisher.body.block_texts import plain_texts
from publisher.body.blocks import Paragraph
from publisher.editing import clockwork, post_editing
from publisher.editing.moving import ANY_VERSION, move
from publisher.editing.post_editing import Sent
from publisher.editing.publishing import Writing, publish, withdraw
from publisher.following import Hand
from publisher.house import House
from publisher.search.asked import Filter
from publisher.search.query import read
from publisher.search_text import normalised
from publisher.shown import as_shown, shown_text
from publisher.states import KILLED
from publisher.store import articles, search, translating, variants
from publisher.store.tables import article, search_document
from publisher.variants import MACHINE, ORIGINAL, Variant
from tests.publisher.newsroom import an_article

HAND = Hand("tests")
WORDS = ("amber", "birch", "cedar")
NAMES = ("one", "two")
names = st.sampled_from(NAMES)
some_words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(" ".join)
later = st.sampled_from((None, 10_000, 20_000))


class Walk(RuleBasedStateMachine):
    """Does to two articles what newsrooms, translators and the clock do."""

    house: House
    set_clock: Callable[[int], None]

    def __init__(self) -> None:
        super().__init__()
        with sql.write(self.house.engine) as connection:
            connection.execute(delete(article))
        self.now = 1_790_000_000_000
        self.set_clock(self.now)

    @rule(name=names, headline=some_words, text=some_words, usable=st.booleans(), embargo=later, expiry=later)
    def write(self, name: str, headline: str, text: str, usable: bool, embargo: int | None, expiry: int | None) -> None:
        made = an_article(slug=name, headline=headline, blocks=(Paragraph("b1", text),), description=None, byline=None)
        times = {"embargoed_until_ms": embargo and self.now + embargo, "expires_ms": expiry and self.now + expiry}
        there = self._load(name) is not None
        status = "usable" if usable else "withheld"
        writing = Writing(expected=ANY_VERSION if there else None, status=status, times=times, hand=HAND)
        self._do(lambda: publish(self.house.engine, name, made, writing, self.house.offer))

    @rule(name=names, action=st.sampled_from(("publish", "unpublish", "schedule", "kill", "draft")))
    def move(self, name: str, action: str) -> None:
        at_ms = self.now + 10_000
        self._do(lambda: move(self.house.engine, name, action, HAND, self.house.offer, publish_ms=at_ms))

    @rule(name=names)
    def withdraw(self, name: str) -> None:
        self._do(lambda: withdraw(self.house.engine, name, ANY_VERSION, HAND))

    @rule(name=names, word=st.sampled_from(WORDS), whole=st.booleans())
    def translate(self, name: str, word: str, whole: bool) -> None:
        revision = self._load(name)
        if revision is None:
            return
        texts = dict.fromkeys(list(article_texts(revision.article))[: None if whole else 1], word)
        with sql.write(self.house.engine) as connection:
            translating.store(connection, name, "es", revision.number, texts, "Apertium", "3.8", self.now)
            indexing.index_variant(connection, revision, "es")

    @rule(name=names, word=st.sampled_from(WORDS))
    def edit(self, name: str, word: str) -> None:
        with sql.read(self.house.engine) as connection:
            variant = variants.load(connection, name, "es")
        was = (variant.texts or {}).get("headline", "") if variant else ""
        sent = {"headline": Sent(was, word)}
        self._do(lambda: post_editing.edit(self.house.engine, name, "es", sent, (), HAND))

    @rule(name=names)
    def retranslate(self, name: str) -> None:
        self._do(lambda: post_editing.retranslate(self.house.engine, name, "es", HAND, self.house.offer))

    @rule(seconds=st.sampled_from((5, 10, 15)), clock_runs=st.booleans())
    def wait(self, seconds: int, clock_runs: bool) -> None:
        self.now += seconds * 1000
        self.set_clock(self.now)
        if clock_runs:
            clockwork.run_due(self.house.engine, self.house.offer)

    @rule(name=names)
    def index_again(self, name: str) -> None:
        indexing.index_article(self.house.engine, name)

    @invariant()
    def found_is_what_pages_show(self) -> None:
        with sql.read(self.house.engine) as connection:
            shown = {
                (revision.article_id, variant.language): (self._text(revision, variant), revision.is_public(self.now))
                for revision in articles.load_all(connection, NAMES)
                for variant in variants.of_article(connection, revision.article_id)
                if revision.state != KILLED and self._text(revision, variant)
            }
            documents = connection.execute(select(search_document.c.article, search_document.c.language)).all()
            for language, word in itertools.product(("en", "es"), WORDS):
                wanted = {
                    name for (name, at), (text, public) in shown.items() if public and at == language and word in text
                }
                found = search.matching(connection, read(word, language), Filter(), self.now, 10)
                assert {place.article for place in found} == wanted, (language, word)
        assert sorted(map(tuple, documents)) == sorted(shown), "nothing is left of what nobody can read"

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Problem:
            return  # the state does not allow it

    def _load(self, name: str) -> articles.Revision | None:
        with sql.read(self.house.engine) as connection:
            return articles.load(connection, name)

    def _text(self, revision: articles.Revision, variant: Variant) -> list[str]:
        """Words of a page; none where the article cannot be read in the language."""
        variant = as_shown(revision.article, variant, self.now)
        if variant.state not in (ORIGINAL, MACHINE):
            return []
        text, _ = shown_text(revision.article, variant)
        parts = [text.headline, *(part for block in text.blocks for part in plain_texts(block))]
        return normalised(" ".join(parts)).split()


def test_what_is_found_is_what_pages_show_whatever_is_done(any_house: House, set_clock: Callable[[int], None]) -> None:
    walk = type("WalkHere", (Walk,), {"house": any_house, "set_clock": staticmethod(set_clock)})
    few = settings(max_examples=6, stateful_step_count=14, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(walk, settings=few)
