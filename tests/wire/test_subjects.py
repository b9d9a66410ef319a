"""Changing the vocabulary: names go on finding, merges can be undone, persons' decisions stay."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from click.testing import CliRunner

from builders import a_report
from reportedly.cli import subjects as command
from reportedly.errors import NoSuchSubject, UsageError
from reportedly.tag.seeds import Seed
from reportedly.values import Alias, SubjectType
from reportedly.wire import subjects
from reportedly.wire.models import DecidedBy, OldSlug, Report, ReportTag, SubjectAlias, SubjectRecord
from reportedly.wire.subjects import (
    add_alias,
    add_subject,
    find_subject,
    load_subjects,
    merge,
    near_labels,
    rename,
    retag,
    unmerge,
)

pytestmark = pytest.mark.django_db


def filed(record: SubjectRecord) -> set[str]:
    """Titles of the reports about a subject; its own count must agree."""
    record.refresh_from_db()
    titles = set(ReportTag.objects.filter(subject=record, about=True).values_list("report__title", flat=True))
    assert record.reports_count == len(titles)
    return titles


def a_tag(record: SubjectRecord, report: Report, *, about: bool = True, by: DecidedBy = DecidedBy.PERSON) -> ReportTag:
    return ReportTag.objects.create(
        subject=record,
        report=report,
        listed_at=report.listed_at,
        about=about,
        salience=0.5,
        version=1,
        rule="hand",
        decided_by=by,
    )


# --- finding ---------------------------------------------------------------------------------------------------------


def test_every_name_of_a_subject_finds_it() -> None:
    record = add_subject(
        "Ana Ruiz", type="person", aliases=["A. Ruiz", Alias(label="Ана Руис")], exact_match={"wikidata": "Q12345"}
    )
    for name in ("ana-ruiz", "Ana Ruiz", "ANA RUIZ", " ana  ruiz ", "A Ruiz", "Ана Руис", "Q12345", "q12345"):
        assert find_subject(name) == record


@pytest.mark.parametrize("name", ["", " ", "…", "nobody", "Q1", "a" * 500, "\x00"])
def test_what_nobody_is_called_is_said_to_be_nobody(name: str) -> None:
    with pytest.raises(NoSuchSubject):
        find_subject(name)


def test_of_several_with_one_name_the_most_used_is_found() -> None:
    add_subject("Elinport", type="place", country="CA")
    used = add_subject("Elinport", type="place", country="NO")
    SubjectRecord.objects.filter(pk=used.pk).update(reports_count=3)
    assert find_subject("Elinport") == used
    assert {one.slug for one in SubjectRecord.objects.all()} == {"elinport", "elinport-2"}


def test_a_name_spelled_wrong_is_met_with_its_like() -> None:
    add_subject("Port Elin", type="place")
    assert near_labels("Port Ellin") == ("Port Elin",)
    assert near_labels("…") == ()


# --- adding ----------------------------------------------------------------------------------------------------------


def test_one_subject_is_not_added_twice() -> None:
    add_subject("Port Elin", type="place")
    with pytest.raises(UsageError, match="'Port Elin' already"):
        add_subject("PORT ELIN", type=SubjectType.PLACE)
    assert add_subject("Port Elin", type="body").slug == "port-elin-2"


@pytest.mark.parametrize(
    ("label", "type", "match", "why"),
    [
        ("…", "place", None, "no letter"),
        ("", "place", None, "no letter"),
        ("Port Elin", "harbour", None, "no type of subject"),
        ("Port Elin", "place", {"wikidata": "12345"}, "no Wikidata id"),
    ],
)
def test_what_is_no_subject_is_refused(label: str, type: str, match: dict[str, str] | None, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        add_subject(label, type=type, exact_match=match)
    assert not SubjectRecord.objects.exists()


def test_an_alias_is_kept_once_and_in_the_letters_that_find_more() -> None:
    record = add_subject("NATO", type="body", aliases=["N.A.T.O. Alliance"])
    assert add_alias("nato", "Nato", "nato alliance", "Atlantic Pact") == 3
    assert add_alias("nato", "Nato", "Atlantic Pact", "ATLANTIC PACT") == 0
    (loaded,) = load_subjects()
    assert {alias.label for alias in loaded.aliases} == {"N.A.T.O. Alliance", "Nato", "nato alliance", "Atlantic Pact"}
    assert record.aliases.count() == 4


def test_an_alias_without_letters_is_refused() -> None:
    add_subject("Port Elin", type="place")
    with pytest.raises(UsageError):
        add_alias("port-elin", "—")


# --- renaming --------------------------------------------------------------------------------------------------------


def test_a_renamed_subject_is_found_by_what_it_was_called() -> None:
    record = add_subject("Port Elin", type="place")
    assert rename("Port Elin", "Elinport").slug == "elinport"
    assert [find_subject(name) for name in ("port-elin", "Port Elin", "elinport", "Elinport")] == [record] * 4
    assert [(one.label, [alias.label for alias in one.aliases]) for one in load_subjects()] == [
        ("Elinport", ["Port Elin"])
    ]


def test_a_subject_may_take_its_old_name_back() -> None:
    record = add_subject("Port Elin", type="place")
    rename("port-elin", "Elinport")
    assert rename("elinport", "Port Elin").slug == "port-elin"
    assert list(OldSlug.objects.values_list("slug", flat=True)) == ["elinport"]
    assert find_subject("elinport") == record


def test_a_slug_somebody_had_is_not_given_again() -> None:
    add_subject("Port Elin", type="place")
    rename("port-elin", "Elinport")
    assert add_subject("Port-Elin", type="theme").slug == "port-elin-2"


# --- merging ---------------------------------------------------------------------------------------------------------


def test_a_merged_subjects_names_and_reports_find_the_one_that_stays() -> None:
    gone = add_subject("Elin Harbour", type="place", aliases=["The Elin docks"])
    stays = add_subject("Port Elin", type="place")
    a_report("Ice", about=[gone])
    a_report("Thaw", about=[gone, stays])
    a_report("Ships", about=[stays])
    assert merge("Elin Harbour", "Port Elin") == stays
    assert [find_subject(name) for name in ("elin-harbour", "The Elin docks", "Port Elin")] == [stays] * 3
    assert filed(stays) == {"Ice", "Thaw", "Ships"}
    assert filed(gone) == set()
    (loaded,) = load_subjects()
    assert (loaded.id, [alias.label for alias in loaded.aliases]) == (stays.pk, ["Elin Harbour", "The Elin docks"])


def test_unmerging_puts_everything_back() -> None:
    gone = add_subject("Elin Harbour", type="place")
    stays = add_subject("Port Elin", type="place")
    a_report("Ice", ["Elin Harbour froze."], about=[gone])
    a_report("Thaw", ["Elin Harbour and Port Elin thawed."], about=[gone, stays])
    report = a_report("Ships", ["Nothing is named here."])
    a_tag(gone, report, about=True)
    a_tag(stays, report, about=False)
    merge("elin-harbour", "port-elin")
    assert filed(stays) == {"Ice", "Thaw"}  # a person said that "Ships" is not about it
    assert unmerge("Elin Harbour") == gone
    retag()
    assert filed(gone) == {"Ice", "Thaw", "Ships"}
    assert filed(stays) == {"Thaw"}
    assert set(ReportTag.objects.filter(report=report).values_list("subject", "about", "rule", "decided_by")) == {
        (gone.pk, True, "hand", "person"),
        (stays.pk, False, "hand", "person"),
    }


def test_a_persons_decision_survives_meeting_a_machines() -> None:
    gone = add_subject("Elin Harbour", type="place")
    stays = add_subject("Port Elin", type="place")
    report = a_report("Ships", about=[stays])
    a_tag(gone, report, about=False)
    merge("elin-harbour", "port-elin")
    assert list(ReportTag.objects.values_list("subject", "about", "decided_by")) == [(stays.pk, False, "person")]
    unmerge("elin-harbour")
    assert list(ReportTag.objects.values_list("subject", "about", "decided_by")) == [(gone.pk, False, "person")]


def test_merges_follow_one_another() -> None:
    for label in ("Elin Harbour", "Port Elin", "Elinport"):
        add_subject(label, type="place")
    merge("elin-harbour", "port-elin")
    merge("port-elin", "elinport")
    assert find_subject("Elin Harbour").label == "Elinport"
    with pytest.raises(UsageError, match="one subject already"):
        merge("elinport", "elin-harbour")
    assert [one.label for one in load_subjects()] == ["Elinport"]


def test_only_what_is_merged_can_be_unmerged() -> None:
    add_subject("Port Elin", type="place")
    with pytest.raises(UsageError, match="not merged"):
        unmerge("port-elin")
    with pytest.raises(NoSuchSubject):
        unmerge("nobody")


# --- filing again ----------------------------------------------------------------------------------------------------


def test_a_new_subject_gathers_the_reports_that_name_it() -> None:
    a_report("Port Elin reopens", ["The harbour is open."])
    a_report("Vote in Norland", ["Members voted."])
    Report.objects.update(indexed=True)
    record = add_subject("Port Elin", type="body")
    assert retag(record) == 1
    assert filed(record) == {"Port Elin reopens"}
    assert list(Report.objects.filter(indexed=False).values_list("title", flat=True)) == ["Port Elin reopens"]
    (found,) = ReportTag.objects.all()
    assert (found.mentions, found.version, found.rule, found.decided_by) == ([[0, 9]], 1, "names-1", "machine")
    assert retag(record) == 0


def test_only_the_newest_version_is_read() -> None:
    a_report("Ships sail", ["All is well."], earlier=["Port Elin closed\nPort Elin is shut."])
    assert retag(add_subject("Port Elin", type="place")) == 0


def test_a_name_that_no_longer_finds_lets_its_reports_go() -> None:
    record = add_subject("Port Elin", type="place", aliases=["Skarn Bay"])
    a_report("Ice in Skarn Bay")
    retag(record)
    assert filed(record) == {"Ice in Skarn Bay"}
    SubjectAlias.objects.filter(label="Skarn Bay").delete()
    retag(record)
    assert filed(record) == set()


def test_what_a_person_decided_is_filed_as_they_decided() -> None:
    record = add_subject("Port Elin", type="place")
    named = a_report("Port Elin reopens")
    unnamed = a_report("Ships sail", ["All is well."])
    a_tag(record, named, about=False)
    a_tag(record, unnamed, about=True)
    before = set(ReportTag.objects.values_list("pk", "about", "rule"))
    assert retag(record) == retag() == 0
    assert set(ReportTag.objects.values_list("pk", "about", "rule")) == before


def test_progress_is_told_up_to_the_last_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "BATCH", 2)
    for title in ("One", "Two", "Three"):
        a_report(title)
    told: list[tuple[int, int]] = []
    retag(progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]


# --- seeding ---------------------------------------------------------------------------------------------------------

SEEDS = (
    Seed(slug="norland", label="Norland", type=SubjectType.PLACE, country="NL", exact_match={"geonames": "1"}),
    Seed(
        slug="ana-ruiz",
        label="Ana Ruiz",
        type=SubjectType.PERSON,
        aliases=(Alias(label="Ruiz"), Alias(label="RUIZ"), Alias(label="—")),
        exact_match={"wikidata": "Q7"},
        credit="somebody, CC BY 4.0",
    ),
)


@pytest.fixture
def seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    def given(*, cities_over: int) -> Iterable[Seed]:
        return iter(SEEDS)

    monkeypatch.setattr(subjects, "seeds", given)


@pytest.mark.usefixtures("seeds")
def test_seeding_twice_is_seeding_once() -> None:
    assert subjects.seed() == 2
    assert subjects.seed() == 0
    record = find_subject("Ruiz")
    assert (record.slug, record.qid, record.credit) == ("ana-ruiz", "Q7", "somebody, CC BY 4.0")
    assert sorted(record.aliases.values_list("label", flat=True)) == ["Ana Ruiz", "Ruiz"]


@pytest.mark.usefixtures("seeds")
def test_seeding_leaves_alone_what_was_changed() -> None:
    subjects.seed()
    rename("norland", "New Norland")
    add_subject("Ana Ruiz", type="theme")
    assert subjects.seed() == 0
    assert {one.label for one in load_subjects()} == {"New Norland", "Ana Ruiz"}


def test_the_whole_vocabulary_can_be_stored() -> None:
    assert subjects.seed(cities_over=5_000_000) > 500
    loaded = {subject.label: subject for subject in load_subjects()}
    assert "Bashar al-Assad" in {alias.label for alias in loaded["Assad"].aliases}
    assert find_subject("Q44329").slug == "assad"


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr(command, "start", lambda **_: None)
    return CliRunner()


def test_the_command_names_the_like_of_what_it_cannot_find(run: CliRunner) -> None:
    add_subject("Port Elin", type="place")
    failed = run.invoke(command.subjects, ["show", "Port Ellin"])
    assert isinstance(failed.exception, UsageError)
    assert str(failed.exception) == "no subject is called 'Port Ellin'; did you mean Port Elin?"


def test_a_file_of_subjects_is_taken_in_but_for_its_bad_lines(run: CliRunner) -> None:
    lines = [
        '{"label": "Port Elin", "type": "place", "aliases": ["Elin docks", {"label": "Элин", "language": "ru"}]}',
        "not JSON",
        '{"label": "Ana Ruiz"}',
        '["Ana Ruiz"]',
        "",
        '{"label": "Ana Ruiz", "type": "person", "wikidata": "Q7"}',
    ]
    done = run.invoke(command.subjects, ["import", "-"], input="\n".join(lines))
    assert done.stdout == "2 new, 0 with new aliases, 3 set aside.\n"
    assert done.stderr == '-:2: not JSON\n-:3: no "type"\n-:4: not a JSON object\n'
    again = run.invoke(command.subjects, ["import", "-"], input=lines[0].replace("docks", "quay"))
    assert again.stdout == "0 new, 1 with new aliases, 0 set aside.\n"
    assert {find_subject(name).slug for name in ("Elin docks", "Elin quay", "Элин")} == {"port-elin"}


@pytest.mark.parametrize("text", ["", "  \n", "name,kind\nPort Elin,place\n"])
def test_a_file_that_is_no_list_of_subjects_is_refused(run: CliRunner, tmp_path: object, text: str) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "list.csv"
    file.write_text(text, encoding="utf-8")
    assert isinstance(run.invoke(command.subjects, ["import", str(file)]).exception, UsageError)
    assert isinstance(run.invoke(command.subjects, ["import", str(file.parent)]).exception, UsageError)


def test_a_pipe_gets_one_line_a_subject_in_use(run: CliRunner) -> None:
    a_report("Ice", about=[add_subject("Port Elin", type="place")])
    add_subject("Ana Ruiz", type="person")
    assert run.invoke(command.subjects, []).stdout == "port-elin\tPort Elin\tplace\t1\n"
    assert (
        run.invoke(command.subjects, ["--all"]).stdout
        == "port-elin\tPort Elin\tplace\t1\nana-ruiz\tAna Ruiz\tperson\t0\n"
    )
