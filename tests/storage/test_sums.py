"""What a run counted is what the ledger says; and whatever happens, no address is lost and none waits for nothing."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from crawler.completeness import Channel, ChannelKind, ChannelReport, Comparison, Named, Outcome
from crawler.identity import classify_link
from crawler.items import FeedEntry, Link, LinkState, Refusal, Source, SourceKind
from crawler.tally import Tally
from storage.store import Store
from tests.storage.world import NOON, OTHER, OUTLET, TEXT, World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"
B = A.replace("1001", "1002")


def tallied(world: World, *urls: str) -> Tally:
    """Return the tally of a run that polled these addresses."""
    recorded, tally = world.discover(*urls), Tally()
    tally.add_known(recorded.known)
    for outcome in recorded.counted:
        tally.settle(outcome)
    tally.add_pending(link.id for link in recorded.to_fetch)
    return tally


def faults(world: World, tally: Tally) -> tuple[str, ...]:
    """Return what does not agree; what the ledger knows better is taken over."""
    checked = world.store.check_sums(world.run_id, tally.columns(), world.now)
    tally.correct(checked.corrected)
    return checked.faults


def test_sums_that_agree_leave_no_note(world: World) -> None:
    tally = tallied(world, A, B, "http://elsewhere.test/x")
    (link, _) = world.store.pending_links("example", world.now)
    for outcome in world.write(world.article(link)):
        tally.settle(outcome)
    assert faults(world, tally) == ()
    assert tally.counts() | {"found": 3, "new": 1, "pending": 1, "skipped": 1} == tally.counts()
    assert world.value("SELECT count(*) FROM notes") == 0


def test_a_link_that_was_found_and_not_counted_is_noted_with_its_address(world: World) -> None:
    tallied(world, A)
    assert faults(world, Tally()) == (f"{A} was found and not counted",)
    assert A in str(world.value("SELECT text FROM notes WHERE kind = 'sums'"))
    assert world.store.status(world.now)["example"]["sums"]


def test_a_column_that_the_ledger_contradicts_is_noted(world: World) -> None:
    tally = tallied(world, A)
    (link,) = world.store.pending_links("example", world.now)
    world.write(world.article(link))
    (told,) = faults(world, tally)
    assert told == f"{A} was counted as pending; in the ledger it is new, its visit new"


def test_a_link_that_another_address_settled_meanwhile_is_counted_as_the_ledger_has_it(world: World) -> None:
    tally = tallied(world, A, B)
    first, second = world.store.pending_links("example", world.now)
    (outcome,) = world.write(world.article(first, page=world.page(first, url=B)))
    tally.settle(outcome)
    assert faults(world, tally) == ()
    assert tally.columns()[second.id] == "duplicate"


def test_a_duplicate_that_is_to_be_fetched_after_all_is_counted_as_pending(world: World) -> None:
    tally = tallied(world, A, A.replace("Bridge", "Other-slug"))
    (link,) = world.store.pending_links("example", world.now)
    (outcome,) = world.write(world.refusal(link, "http_404", retry=False))
    tally.settle(outcome)
    assert faults(world, tally) == ()
    assert sorted(tally.columns().values()) == ["failed", "pending"]


def test_a_recheck_that_leads_to_a_pending_address_gives_those_that_wait_for_it_their_article(
    world: World,
) -> None:
    stored = world.store_article(A)
    world.begin(hours=4)
    world.discover(B, B.replace("Bridge", "Other-slug"))
    link = world.recheck(stored.article_id or 0)
    world.write(world.article(link, page=world.page(link, url=B)))
    states = world.rows("SELECT state, article_id FROM links WHERE key_value = '1002'")
    assert states == [{"state": "duplicate", "article_id": stored.article_id}] * 2


def test_a_link_that_waits_for_nothing_is_told_and_let_go_by_the_next_run(world: World) -> None:
    (link,) = world.discover(A, A.replace("Bridge", "Other-slug")).to_fetch
    db = world.store._db
    db.execute("UPDATE links SET key_value = 'rekeyed' WHERE id = ?", (link.id,))
    assert any("wait for another address" in told for told in world.store.check())
    world.begin(minutes=5)
    assert world.store.check() == []
    assert len(world.store.pending_links("example", world.now)) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("state = 'lost'", "a state that there is none of"),
        ("state = 'failed', reason = ''", "without a reason"),
        ("state = 'new', article_id = NULL", "lead to no article"),
    ],
)
def test_a_link_that_no_link_may_be_is_told(world: World, change: str, told: str) -> None:
    stored = world.store_article(A)
    db = world.store._db
    db.execute(f"UPDATE links SET {change} WHERE id = {stored.link_id}")
    assert any(told in fault for fault in world.store.check())
    db.execute("UPDATE links SET state = 'new', reason = '', article_id = ?", (stored.article_id,))


# --- random worlds --------------------------------------------------------------------------------

NUMBERS = st.integers(1, 6)
SLUGS = st.sampled_from(["Bridge", "Other-slug", "Third"])
ADDRESSES = st.lists(
    st.builds(lambda n, slug: f"http://www.example.com/Detail/2026/11/23/{n}/{slug}", NUMBERS, SLUGS)
)
REASONS = st.sampled_from(["http_503", "http_404", "timeout", "challenge", "empty"])


class Ledger(RuleBasedStateMachine):
    """Feeds, answers, redirects, re-checks, comparisons and kills, in any order."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "newshawk.db"
        self.world = World(store=Store.open(path), path=path)
        self.world.store.sync_config((OUTLET, OTHER), (), NOON - timedelta(days=1))
        self.begin()
        self.world.make_known()
        self.found: set[str] = set()

    def begin(self) -> None:
        self.world.begin(minutes=30)
        self.tally = Tally()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.settle_all()
            self.world.store.close()
            self.folder.cleanup()

    def settle_all(self) -> None:
        """Whatever was left, crawls that go well settle it all."""
        for _ in range(6):
            self.finish()
            self.begin()
            self.fetch(list(self.world.store.pending_links("example", self.world.now, ignore_backoff=True)))
            self.world.now += timedelta(days=2)
        assert self.world.store.pending_links("example", self.world.now, ignore_backoff=True) == []
        assert self.world.rows("SELECT * FROM links WHERE state = 'duplicate' AND article_id IS NULL") == []
        known = "SELECT 1 FROM articles AS a WHERE a.outlet_id = l.outlet_id AND a.key_value = l.key_value"
        assert self.world.rows(f"SELECT * FROM links AS l WHERE reason = 'missed' AND EXISTS ({known})") == []

    def fetch(self, links: list[Link]) -> None:
        self.tally.add_pending(link.id for link in links)
        for link in links:
            text = f"{TEXT} {link.key.value} " * 2
            (outcome,) = self.world.write(self.world.article(link, f"Title {link.key.value}", text))
            self.tally.settle(outcome)

    @rule(urls=ADDRESSES)
    def poll(self, urls: list[str]) -> None:
        self.found |= set(urls)
        recorded = self.world.discover(*urls)
        self.tally.add_known(recorded.known)
        for outcome in recorded.counted:
            self.tally.settle(outcome)
        self.tally.add_pending(link.id for link in recorded.to_fetch)

    @rule(urls=ADDRESSES)
    def compare(self, urls: list[str]) -> None:
        named = tuple(Named(link=classify_link(OUTLET, url), entry=FeedEntry(url=url)) for url in urls)
        known = self.world.store.known_articles("example", [each.link for each in named])
        missing = tuple(each for each in named if each.link.key not in known)
        source = Source(kind=SourceKind.SECTION, url="http://www.example.com/")
        report = ChannelReport(
            channel=Channel(kind=ChannelKind.FRONT_PAGE, source=source),
            host="www.example.com",
            outcome=Outcome.COMPARED,
            missing=missing,
        )
        since = self.world.now - timedelta(days=2)
        comparison = Comparison(outlet_id="example", at=self.world.now, since=since, channels=(report,))
        self.world.store.record_comparison(OUTLET, comparison, "nightly", NOON)

    @rule()
    def ask(self) -> None:
        self.world.store.ask_missing("example")

    @rule(count=st.integers(1, 4))
    def answer(self, count: int) -> None:
        self.fetch(self.world.store.pending_links("example", self.world.now)[:count])

    @rule(number=NUMBERS, slug=SLUGS)
    def redirect(self, number: int, slug: str) -> None:
        for link in self.world.store.pending_links("example", self.world.now)[:1]:
            self.tally.add_pending([link.id])
            url = f"http://www.example.com/Detail/2026/11/23/{number}/{slug}"
            item = self.world.article(link, page=self.world.page(link, url=url))
            (outcome,) = self.world.write(item)
            self.tally.settle(outcome)

    @rule(reason=REASONS, retry=st.booleans(), skipped=st.booleans())
    def refuse(self, reason: str, retry: bool, skipped: bool) -> None:
        for link in self.world.store.pending_links("example", self.world.now)[:1]:
            self.tally.add_pending([link.id])
            refusal: Refusal = self.world.refusal(link, reason, retry=retry)
            if skipped:
                refusal = replace(refusal, state=LinkState.SKIPPED, reason="foreign", retry=False)
            (outcome,) = self.world.write(refusal)
            self.tally.settle(outcome)

    @rule()
    def recheck(self) -> None:
        self.world.now += timedelta(hours=4)
        for link in self.world.store.due_rechecks("example", self.world.now, 2):
            self.tally.add_pending([link.id])
            (outcome,) = self.world.write(self.world.article(link, "Edited", f"{TEXT} {self.world.now}"))
            self.tally.settle(outcome)

    @rule()
    def kill(self) -> None:
        """The process dies: what it counted is lost, what it wrote is not."""
        self.begin()

    @rule()
    def finish(self) -> None:
        assert faults(self.world, self.tally) == ()
        counts = self.tally.counts()
        self.world.store.finish_run(self.world.run_id, self.world.now, counts, None, None)
        self.begin()

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "world"):
            return
        assert self.world.store.check() == []
        urls = {row["ledger_key"] for row in self.world.rows("SELECT ledger_key FROM links")}
        assert {classify_link(OUTLET, url).ledger_key for url in self.found} <= urls
        funnel = self.world.store.status(self.world.now)["example"]["funnel"]["all"]
        parts = [n for name, n in funnel.items() if isinstance(n, int) and name not in ("found", "fetched")]
        reasons = sum(funnel["skipped"].values()) + sum(funnel["failed"].values())
        assert funnel["found"] == sum(parts) + reasons == len(urls)


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
