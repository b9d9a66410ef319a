"""Which reports tell of one happening, and which reuse another's text. All places, people and outlets are invented."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportedly.stories import Arrival, OpenStories
from reportedly.values import CopyKind, Placement

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

ICE = """Port Elin reopens after nine days of ice
The harbour of Port Elin reopened on Friday after nine days of ice, the harbour master Ana Ruiz said.
Forty ships had waited in the bay of Skarn for the ice to break, among them two tankers bound for Vardoya.
Ruiz said that pilots would take in the smaller ships first and that the ferry to Lomma would sail on Saturday.
The ice was the thickest in the bay since 1987, according to the weather office in Skarn."""

ICE_REWRITTEN = """Ships sail again as Elin harbour thaws
After nine days Port Elin is open: Ana Ruiz, the harbour master, told reporters that the ice had broken in the night.
Two tankers for Vardoya lead a queue of forty ships waiting off Skarn.
The Lomma ferry is expected to sail on Saturday."""

FIRE = """Warehouse fire in Brakk kills two
Two workers died when a fire destroyed a paint warehouse in Brakk on Friday, the fire chief Pedro Moll said.
The fire began in the loading bay shortly after midnight and spread to a timber yard behind it.
Moll said that sixty firefighters had fought the flames until dawn, and that nobody else was missing."""

VOTE = """Parliament of Norland rejects the fisheries bill
Members voted 61 to 44 against the fisheries bill on Friday, a defeat for the minister Edda Torkelin.
The bill would have cut the herring quota by a third over two seasons.
Torkelin said she would bring a new bill before the summer."""


def an_arrival(id: int, text: str, *, outlet: str = "gull-post", at: datetime | None = None) -> Arrival:
    return Arrival(report_id=id, outlet=outlet, published=at or NOON + timedelta(minutes=id), text=text)


def placed(*texts: str) -> list[Placement]:
    stories = OpenStories()
    return [stories.place(an_arrival(id, text)) for id, text in enumerate(texts, 1)]


def test_reports_of_one_happening_stand_together_and_others_apart() -> None:
    assert [one.story_id for one in placed(ICE, FIRE, VOTE, ICE_REWRITTEN)] == [1, 2, 3, 1]


def test_the_first_report_opens_its_story() -> None:
    (first,) = placed(ICE)
    assert first == Placement(report_id=1, story_id=1, likeness=1.0, rule="centroids-1")
    assert first.opens


def test_the_same_words_are_an_exact_copy() -> None:
    *_, copy = placed(ICE, FIRE, ICE)
    assert (copy.story_id, copy.copy_of, copy.copy_kind, copy.likeness) == (1, 1, CopyKind.EXACT, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        ICE.replace("\n", "\nBRAKK (Gull Post) - ", 1),
        "\n".join(ICE.split("\n")[:3]),
        ICE + "\nSign up for our letter. Follow us everywhere. All rights reserved by the Skarn Courier.",
        ICE.replace("reopened", "opened again").replace("thickest", "heaviest").replace("Forty", "Some forty"),
        "\n".join([*ICE.split("\n")[:1], *reversed(ICE.split("\n")[1:])]),
    ],
    ids=["dateline", "cut short", "boilerplate", "words changed", "order changed"],
)
def test_a_text_that_is_reworked_a_little_is_a_near_copy(text: str) -> None:
    *_, copy = placed(FIRE, ICE, text)
    assert (copy.story_id, copy.copy_of, copy.copy_kind) == (2, 2, CopyKind.NEAR)


def test_an_own_report_of_the_same_happening_is_no_copy() -> None:
    assert placed(ICE, ICE_REWRITTEN)[1].copy_of is None


def test_a_copy_of_a_copy_joins_the_story_of_the_origin() -> None:
    shorter = "\n".join(ICE.split("\n")[:4])
    assert [one.story_id for one in placed(ICE, shorter, "\n".join(shorter.split("\n")[:3]))] == [1, 1, 1]


def test_copies_do_not_move_a_story() -> None:
    alone, crowded = OpenStories(), OpenStories()
    alone.place(an_arrival(1, ICE))
    crowded.place(an_arrival(1, ICE))
    for id in range(2, 40):
        crowded.place(an_arrival(id, ICE + f"\nSent to reader {id} of the Skarn Courier."))
    later = an_arrival(50, ICE_REWRITTEN)
    assert alone.place(later) == crowded.place(later)


def test_a_line_that_all_an_outlets_reports_carry_makes_no_copies() -> None:
    line = "The Skarn Courier is read in forty harbours and has been printed in Skarn since the year of the great ice."
    stories = OpenStories()
    found = [stories.place(an_arrival(id, f"{text}\n{line}")) for id, text in enumerate((ICE, FIRE, VOTE), 1)]
    assert [one.copy_of for one in found] == [None, None, None]


def test_a_line_that_many_outlets_carry_makes_no_copies() -> None:
    line = (
        "This wire service is paid for by forty harbours and has been printed in Skarn since the year of the great ice."
    )
    stories = OpenStories()
    for id in range(1, 12):
        body = " ".join(f"word{id}x{n}" for n in range(120))
        stories.place(an_arrival(id, f"Notice {id}\n{body}\n{line}", outlet=f"outlet-{id}"))
    assert stories.place(an_arrival(99, f"{FIRE}\n{line}", outlet="brakk-mail")).copy_of is None


def test_a_story_gains_nothing_after_its_window() -> None:
    stories = OpenStories()
    stories.place(an_arrival(1, ICE))
    late = stories.place(an_arrival(2, ICE_REWRITTEN, at=NOON + stories.window + timedelta(days=1)))
    assert late.opens


def test_one_report_of_an_odd_date_closes_nothing() -> None:
    stories = OpenStories()
    stories.place(an_arrival(1, ICE))
    for id, year in ((2, 1970), (3, 2070)):
        stories.place(an_arrival(id, f"{VOTE} {year}", at=datetime(year, 1, 1, tzinfo=UTC)))
    for id in range(4, 40):
        stories.place(an_arrival(id, f"Berth {id} let\nCaptain Orrin{id} has let berth {id}."))
    assert stories.place(an_arrival(99, ICE_REWRITTEN)).story_id == 1


@pytest.mark.parametrize("text", ["", "\n", "…", "a", "\ud800", "the and of", "\x00" * 50, "名" * 400])
def test_a_text_without_words_opens_a_story_of_its_own(text: str) -> None:
    assert [one.story_id for one in placed(ICE, text)] == [1, 2]


def test_two_titles_without_text_can_be_one_story() -> None:
    found = placed(
        "Ana Ruiz reopens Port Elin harbour after ice",
        "Brakk paint warehouse fire",
        "Port Elin harbour reopens after ice",
    )
    assert [one.story_id for one in found] == [1, 2, 1]


def test_what_was_placed_before_a_restart_is_taken_up_again() -> None:
    before = OpenStories()
    arrivals = [an_arrival(id, text) for id, text in enumerate((ICE, FIRE, VOTE, ICE + " Updated."), 1)]
    placements = [before.place(arrival) for arrival in arrivals]
    after = OpenStories()
    for arrival, placement in zip(arrivals, placements, strict=True):
        after.resume(arrival, placement)
    for id, text in enumerate((ICE_REWRITTEN, FIRE, VOTE.replace("third", "quarter")), 10):
        assert before.place(an_arrival(id, text)) == after.place(an_arrival(id, text))


def test_what_is_held_stays_bounded() -> None:
    stories = OpenStories(most_stories=50)
    for id in range(1, 200):
        stories.place(an_arrival(id, f"Berth {id} let\nCaptain Orrin{id} has let berth{id} to ship{id} of quay{id}."))
    assert len(stories) <= 50


def test_the_same_reports_end_in_the_same_stories_in_every_process() -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from datetime import UTC, datetime\n"
        "from reportedly.stories import Arrival, OpenStories\n"
        "stories = OpenStories()\n"
        "words = 'ice harbour fire vote ship tanker bay pilot quota bill chief dawn Skarn Brakk Elin Ruiz Moll'.split()\n"
        "for n in range(120):\n"
        "    text = ' '.join(words[(n * k + k * k) % len(words)] for k in range(1, 30))\n"
        "    at = datetime(2026, 1, 1, n % 24, tzinfo=UTC)\n"
        "    print(stories.place(Arrival(report_id=n, outlet='o', published=at, text=text)))\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program, *sys.path],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1
    assert "story_id" in runs.pop()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="abcdefg ABC.\n1", max_size=200), max_size=25))
def test_every_report_has_its_place_and_keeps_it(texts: list[str]) -> None:
    stories = OpenStories()
    ids: set[int] = set()
    for id, text in enumerate(texts, 1):
        placement = stories.place(an_arrival(id, text))
        ids.add(id)
        assert placement.report_id == id
        assert placement.story_id in ids
        assert 0.0 <= placement.likeness <= 1.0
        assert (placement.copy_of is None) == (placement.copy_kind is None)
