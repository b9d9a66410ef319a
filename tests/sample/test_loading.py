"""A broken file of the sample is told with its name and line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reportedly.sample.loading import BadSample, Block, SampleReport, Version, load_reports, load_sample
from reportedly.values import Notice

HEAD = '+++\ntitle = "Fog on the mole"\nstory = "fog"\npublished = 2026-11-03T06:00:00Z\n+++\n'


def put(folder: Path, text: str, name: str = "2026-11-03-fog.md", outlet: str = "gull") -> Path:
    file = folder / outlet / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def load(folder: Path) -> tuple[SampleReport, ...]:
    return load_reports(folder, {"gull", "ostrich"})


def test_a_report_is_its_front_matter_and_its_blocks(tmp_path: Path) -> None:
    put(tmp_path, HEAD + "Fog came in\nat five.\n\n> “A bank of it,”\n> he said.\n\n- one\n- two\n\n\n")
    assert load(tmp_path) == (
        SampleReport(
            id="gull/2026-11-03-fog",
            outlet="gull",
            slug="fog",
            story="fog",
            published=datetime(2026, 11, 3, 6, tzinfo=UTC),
            byline="",
            section="",
            summary="",
            credit="",
            carries=None,
            shows=frozenset(),
            versions=(
                Version(
                    title="Fog on the mole",
                    blocks=(
                        Block(tag="p", source="Fog came in at five."),
                        Block(tag="blockquote", source="“A bank of it,” he said."),
                        Block(tag="li", source="one"),
                        Block(tag="li", source="two"),
                    ),
                ),
            ),
        ),
    )


def test_a_day_stays_a_day_and_sorts_from_its_midnight(tmp_path: Path) -> None:
    put(tmp_path, HEAD + "Fog.")
    put(tmp_path, HEAD.replace("T06:00:00Z", "") + "Fog.", name="2026-11-03-mist.md")
    first, second = load(tmp_path)
    assert (first.slug, second.slug, second.published) == ("fog", "mist", date(2026, 11, 3))
    assert second.moment == datetime(2026, 11, 3, tzinfo=UTC)


def test_a_carrying_report_holds_the_carried_paragraphs_in_their_place(tmp_path: Path) -> None:
    put(tmp_path, HEAD + "One.\n\nTwo.\n\nThree.")
    carrying = 'carries = "gull/2026-11-03-fog"\ncarries_paragraphs = 2\ncredit = "Gull"\n+++\n'
    put(tmp_path, HEAD.removesuffix("+++\n") + carrying + "[carried]\n\nOurs.", outlet="ostrich")
    copy = next(report for report in load(tmp_path) if report.outlet == "ostrich")
    assert [block.source for block in copy.versions[0].blocks] == ["One.", "Two.", "Ours."]


def test_a_second_version_joins_its_first(tmp_path: Path) -> None:
    put(tmp_path, HEAD + "Fog.")
    second = '+++\ntitle = "Mist"\nupdated = 2026-11-04T06:00:00Z\nnotice = "corrected"\n+++\nMist.'
    put(tmp_path, second, name="2026-11-03-fog.v2.md")
    (report,) = load(tmp_path)
    assert report.versions[1] == Version(
        title="Mist",
        blocks=(Block(tag="p", source="Mist."),),
        updated=datetime(2026, 11, 4, 6, tzinfo=UTC),
        notice=Notice.CORRECTED,
    )


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "does not begin with +++"),
        ("Fog.", 1, "does not begin with +++"),
        ('+++\ntitle = "Fog"\n', 1, "the front matter is never closed by +++"),
        (HEAD, 6, "has no text"),
        (HEAD.replace('"fog"', "fog") + "Fog.", 3, "Invalid value"),
        (HEAD.replace("story", "tale") + "Fog.", 3, "tale is no key of a report; WORLD.md lists them"),
        (HEAD.replace('"fog"', "7") + "Fog.", 3, "story cannot be 7"),
        (HEAD.replace('"fog"', '""') + "Fog.", 3, "story is missing or empty"),
        (HEAD.replace("Z", "") + "Fog.", 4, "the time has no zone; end it with Z"),
        (HEAD.replace("-03", "-04") + "Fog.", 4, "the file is named for 2026-11-03, the report published 2026-11-04"),
        (
            HEAD.replace("published = 2026-11-03T06:00:00Z\n", "") + "Fog.",
            1,
            'a report has a published time or day, or "undated" among what it shows',
        ),
        (
            HEAD.removesuffix("+++\n") + 'shows = ["a bear"]\n+++\nFog.',
            5,
            "nothing is known of a bear; loading.SHOWS lists what there is",
        ),
        (
            HEAD.removesuffix("+++\n") + 'carries = "gull/none"\n+++\n[carried]',
            5,
            "a report that carries another needs its credit",
        ),
        (
            HEAD.removesuffix("+++\n") + 'carries = "gull/none"\ncredit = "Gull"\n+++\n[carried]',
            5,
            "there is no report gull/none",
        ),
        (
            HEAD.removesuffix("+++\n") + 'carries = "gull/none"\ncredit = "Gull"\n+++\nFog.',
            8,
            "the text says nowhere where the carried report stands: [carried]",
        ),
    ],
)
def test_a_broken_report_is_told_with_file_and_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    file = put(tmp_path, text)
    with pytest.raises(BadSample) as told:
        load(tmp_path)
    assert str(told.value) == f"{file}, line {line}: {why}"


def test_bytes_that_are_no_utf_8_are_told_with_their_line(tmp_path: Path) -> None:
    file = put(tmp_path, HEAD)
    file.write_bytes(HEAD.encode() + b"Fog \xe9t\xe9.\n")
    with pytest.raises(BadSample, match="line 6: is not UTF-8"):
        load(tmp_path)


def test_a_second_version_needs_a_first_and_a_known_notice(tmp_path: Path) -> None:
    second = '+++\ntitle = "Mist"\nupdated = 2026-11-04T06:00:00Z\nnotice = "mended"\n+++\nMist.'
    file = put(tmp_path, second, name="2026-11-03-fog.v2.md")
    with pytest.raises(BadSample, match="a second version without a first"):
        load(tmp_path)
    put(tmp_path, HEAD + "Fog.")
    with pytest.raises(BadSample) as told:
        load(tmp_path)
    assert str(told.value) == f"{file}, line 4: 'mended' is no notice; there are corrected and withdrawn"


def test_a_report_of_an_outlet_nobody_knows_is_told(tmp_path: Path) -> None:
    put(tmp_path, HEAD + "Fog.", outlet="heron")
    with pytest.raises(BadSample, match="no outlet is called 'heron'"):
        load(tmp_path)


def test_a_subject_of_no_known_type_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "outlets.toml").write_text("", encoding="utf-8")
    (tmp_path / "subjects.toml").write_text(
        '# ours\n\n[[subject]]\nlabel = "Fog"\ntype = "weather"\naliases = []\n', encoding="utf-8"
    )
    with pytest.raises(BadSample, match=r"subjects.toml, line 3: 'weather' is no type"):
        load_sample(tmp_path)
