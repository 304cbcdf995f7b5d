"""The counts of /metrics are those of ``status``."""

from __future__ import annotations

from tests.storage.world import World

A = "http://www.example.com/Detail/2026/11/23/1001/Bridge"


def test_figures_say_what_status_says(world: World) -> None:
    world.add_rule("bridge")
    link, _, other = world.discover(A, A.replace("1001", "1002"), A.replace("1001", "1003")).to_fetch
    world.write(world.article(link))
    world.write(world.refusal(other))
    world.begin(hours=1)
    figures, status = world.store.figures(world.now), world.store.status(world.now)
    assert figures["outbox"] == world.store.outbox_depth() == {"queued": 1}
    assert set(figures["outlets"]) == set(status)
    for outlet_id, row in figures["outlets"].items():
        told = status[outlet_id]
        assert (row["articles"], row["lag_seconds"]) == (told["articles"], told["lag_seconds"])
        assert row["links"] == told["links"]
        assert sum(row["hosts"].values()) == len(told["hosts"])
    assert figures["outlets"]["example"]["links"] == {"new": 1, "pending": 1, "failed": 1}
    assert figures["outlets"]["example"]["lag_seconds"] == 3600


def test_an_article_that_lives_on_in_another_one_is_not_counted(world: World) -> None:
    for number in ("1001", "1002"):
        world.write(world.article(world.found(A.replace("1001", number)), title=f"Bridge {number}"))
    with world.store._writing() as db:
        db.execute("UPDATE articles SET merged_into = 1 WHERE id = 2")
    counted = world.store.figures(world.now)["outlets"]["example"]["articles"]
    assert counted == world.store.status(world.now)["example"]["articles"] == 1
    with world.store._writing() as db:
        db.execute("UPDATE articles SET merged_into = NULL WHERE id = 2")


def test_kept_pages_are_summed_for_each_outlet_and_for_all(world: World) -> None:
    world.write(world.article(world.found(A)))
    world.write(
        world.article(world.found(A.replace("1001", "1002")), "Bread", "Wholly other words are here.")
    )
    world.store.drop_bodies([1], world.now)
    kept = world.store.kept()
    assert kept == world.store.status(world.now)["example"]["kept"] | {"chain": kept["chain"]}
    assert kept["pages"] == kept["dropped"] == 1
    row = world.rows("SELECT length(body) AS stored, body_size FROM captures WHERE id = 2")[0]
    assert (kept["stored"], kept["size"]) == (row["stored"], row["body_size"])
    assert world.store.figures(world.now)["outlets"]["other"]["kept"]["pages"] == 0
    last = world.rows("SELECT id, row_hash FROM captures ORDER BY id DESC")[0]
    assert (kept["chain"]["rows"], kept["chain"]["row_hash"]) == (last["id"], last["row_hash"])
