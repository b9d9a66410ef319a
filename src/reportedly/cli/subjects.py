"""`reportedly subjects`: the vocabulary reports are filed under."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from reportedly.cli.django import start
from reportedly.cli.folder import WireGroup
from reportedly.cli.progress import watched
from reportedly.errors import NoSuchSubject, UnreadableFile, UsageError
from reportedly.values import Alias, SubjectType

if TYPE_CHECKING:  # its tables may only be imported once Django runs
    from reportedly.wire.models import SubjectRecord

KINDS = [kind.value for kind in SubjectType]
LARGEST_FILE = 200 << 20  # bytes
LINES_NAMED = 20  # bad lines named one by one before the rest are only counted


@click.group(cls=WireGroup, invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="List also those that nothing is filed under.")
@click.pass_context
def subjects(ctx: click.Context, everything: bool) -> None:
    """List the subjects, or add, rename and merge them.

    \b
    Examples:
      reportedly subjects                              by how many reports are about them
      reportedly subjects seed                         countries, cities, bodies and people to begin with
      reportedly subjects add "Port Elin" --type place --alias "Elin harbour"
      reportedly subjects show assad
      reportedly subjects merge "Bashar al Assad" assad

    Without a command, lists those in use: a table on a terminal; in a pipe, one line each with these columns, parted by
    tabs: slug, label, type, reports. A subject can be named by its slug, an old slug, its label, an alias or its
    Wikidata id. After changing names, `reportedly subjects retag NAME` files the reports already stored again.
    """
    if ctx.invoked_subcommand is None:
        start(must_exist=True)
        _list(everything)


@subjects.command()
@click.option("--cities-over", default=100_000, show_default=True, metavar="N", help="Cities of at least N people.")
def seed(cities_over: int) -> None:
    """Take in countries and cities with their names, and a list of bodies and people.

    May be repeated: subjects there are already stay as they are.

    \b
    Examples:
      reportedly subjects seed
      reportedly subjects seed --cities-over 1000000
    """
    if cities_over < 15_000:
        raise UsageError("--cities-over must be 15000 or more; the list has no smaller cities")
    start()
    from reportedly.wire.subjects import seed as take_in

    with _bar("taking in subjects") as advance:
        added = take_in(cities_over=cities_over, progress=advance)
    click.echo(f"{added:,} new subjects." if added else "Nothing new: all of them were there already.")


@subjects.command()
@click.argument("label")
@click.option("--type", "kind", type=click.Choice(KINDS), required=True, help="What it is.")
@click.option("--alias", "aliases", multiple=True, metavar="NAME", help="Another name; may be given several times.")
@click.option("--country", metavar="CODE", help="The ISO 3166 code of the country it lies in, such as SY.")
@click.option("--wikidata", metavar="QID", help="Its Wikidata id, such as Q44329.")
def add(label: str, kind: str, aliases: tuple[str, ...], country: str | None, wikidata: str | None) -> None:
    """Add a subject.

    \b
    Examples:
      reportedly subjects add "Port Elin" --type place --alias "Elin harbour" --country NO
      reportedly subjects add "Edda Torkelin" --type person --alias "Mrs Torkelin"

    A person's surname needs no alias: it counts in every report that has the full name. Give it as an alias if it
    should count alone.
    """
    start()
    from reportedly.wire.subjects import add_subject

    if country is not None and (len(country) != 2 or not country.isascii() or not country.isalpha()):
        raise UsageError(f"{country!r} is no ISO 3166 code of two letters, such as SY")
    record = add_subject(
        label, type=kind, aliases=aliases, country=country, exact_match={"wikidata": wikidata} if wikidata else None
    )
    click.echo(f"Added {record.label} ({record.slug}). Reports already stored: reportedly subjects retag {record.slug}")


@subjects.command()
@click.argument("name")
def show(name: str) -> None:
    """Show all that is known of a subject.

    \b
    Example:
      reportedly subjects show "Bashar al-Assad"
    """
    record = _found(name)
    match = " · ".join(f"{where} {id_}" for where, id_ in record.exact_match.items())
    aliases = list(record.aliases.order_by("hidden", "pk").values_list("label", "hidden"))
    shown = [label for label, hidden in aliases if not hidden and label != record.label]
    hidden = [label for label, is_hidden in aliases if is_hidden]
    merged = list(record.merged.values_list("label", "slug"))
    lines = [
        ("label", record.label),
        ("slug", record.slug),
        ("type", f"{record.type}{f', {record.country}' if record.country else ''}"),
        ("reports", f"{record.reports_count:,} about it, named in {record.tags.count():,}"),
        ("known as", "; ".join(shown)),
        ("also found by", "; ".join(hidden)),
        ("stands for", "; ".join(f"{label} ({slug})" for label, slug in merged)),
        ("old slugs", "; ".join(record.old_slugs.values_list("slug", flat=True))),
        ("elsewhere", match),
        ("credit", record.credit),
    ]
    for title, value in lines:
        if value:
            click.echo(f"{title + ':':<15}{value}")


@subjects.command()
@click.argument("name")
@click.argument("aliases", nargs=-1, required=True, metavar="ALIAS...")
@click.option("--hidden", is_flag=True, help="Match them, but do not show them.")
@click.option("--language", default="", metavar="CODE", help="The language they are in, such as ru.")
def alias(name: str, aliases: tuple[str, ...], hidden: bool, language: str) -> None:
    """Give a subject other names.

    \b
    Examples:
      reportedly subjects alias assad "Bashar Al Assad" "Baschar al-Assad"
      reportedly subjects alias assad --language ru "Башар Асад"
    """
    record = _found(name)
    from reportedly.wire.subjects import add_alias

    added = add_alias(record.slug, *(Alias(label=one, language=language or None, hidden=hidden) for one in aliases))
    click.echo(f"{record.label} has {added} new alias{'' if added == 1 else 'es'}.")


@subjects.command()
@click.argument("name")
@click.argument("label")
def rename(name: str, label: str) -> None:
    """Change a subject's label. Its old label and address go on finding it.

    \b
    Example:
      reportedly subjects rename swaziland Eswatini
    """
    record = _found(name)
    from reportedly.wire.subjects import rename as change

    changed = change(record.slug, label)
    click.echo(f"{record.label} is now {changed.label} ({changed.slug}).")


@subjects.command()
@click.argument("name", metavar="FROM")
@click.argument("into", metavar="INTO")
def merge(name: str, into: str) -> None:
    """Let INTO stand for FROM as well: its names, its address and its reports. `unmerge` takes it back.

    \b
    Example:
      reportedly subjects merge "Bashar al Assad" assad
    """
    record, other = _found(name), _found(into)
    from reportedly.wire.subjects import merge as join

    stays = join(record.slug, other.slug)
    click.echo(f"{record.label} ({record.slug}) is merged into {stays.label} ({stays.slug}).")


@subjects.command()
@click.argument("name")
def unmerge(name: str) -> None:
    """Let a merged subject stand for itself again.

    \b
    Example:
      reportedly subjects unmerge "Bashar al Assad"
    """
    start(must_exist=True)
    from reportedly.wire.subjects import unmerge as part

    with _suggesting():
        record = part(name)
    click.echo(
        f"{record.label} ({record.slug}) stands for itself again. "
        f"To file what came in meanwhile: reportedly subjects retag {record.slug}"
    )


@subjects.command()
@click.argument("name", required=False)
def retag(name: str | None) -> None:
    """File the reports already stored again: under one subject, or, without NAME, under all.

    What a person decided stays.

    \b
    Examples:
      reportedly subjects retag assad
      reportedly subjects retag
    """
    record = _found(name) if name is not None else None
    start(must_exist=True)
    from reportedly.wire.subjects import retag as file_again

    with _bar("reading") as advance:
        changed = file_again(record, progress=advance)
    click.echo(f"{changed:,} report{'' if changed == 1 else 's'} filed differently.")


@subjects.command("import")
@click.argument("file", metavar="FILE")
def import_(file: str) -> int:
    """Take in subjects from a file; "-" reads stdin.

    A .csv file has a first line with the names of its columns, a .jsonl file one JSON object a line. Known are label
    and type, which are needed, and aliases, country, wikidata, weight. Aliases are a list; in CSV they are parted by
    "|". A subject that is there already gets the aliases it does not have.

    \b
    Examples:
      reportedly subjects import ministers.csv
      reportedly export --format subjects --out - | reportedly subjects import - --data other-wire

    Exit code 1 when some lines could not be read; they are named, and the others are taken in.
    """
    rows = list(_rows(file))
    start()
    from reportedly.wire.subjects import add_alias, add_subject, find_same

    added = extended = bad = 0
    with _bar("taking in subjects") as advance:
        for done, (number, row) in enumerate(rows, 1):
            try:
                given = _subject_of(row)
                if (known := find_same(given["label"], given["type"], given["country"])) is not None:
                    extended += add_alias(known.slug, *given["aliases"]) > 0
                else:
                    add_subject(given.pop("label"), **given)
                    added += 1
            except UsageError as why:
                bad += 1
                if bad <= LINES_NAMED:
                    click.echo(f"{file}:{number}: {why}", err=True)
            advance(done, len(rows))
    if bad > LINES_NAMED:
        click.echo(f"… and {bad - LINES_NAMED} more lines", err=True)
    click.echo(f"{added:,} new, {extended:,} with new aliases, {bad:,} set aside.")
    return 1 if bad else 0


def _list(everything: bool) -> None:
    from reportedly.wire.models import SubjectRecord

    listed = SubjectRecord.objects.filter(merged_into=None, active=True).order_by("-reports_count", "label", "pk")
    rows = (listed if everything else listed.filter(reports_count__gt=0)).values_list(
        "slug", "label", "type", "reports_count"
    )
    if not sys.stdout.isatty():
        for slug, label, kind, reports in rows.iterator():
            click.echo(f"{slug}\t{label}\t{kind}\t{reports}")
        return
    table = Table("label", "slug", "type", "reports", box=None, pad_edge=False)
    for slug, label, kind, reports in rows.iterator():
        table.add_row(label, slug, kind, f"{reports:,}")
    if table.row_count:
        Console().print(table)
    elif listed.exists():
        click.echo(f"No report is about any of the {listed.count():,} subjects yet. List them with --all.")
    else:
        click.echo("There are no subjects yet; `reportedly subjects seed` takes in a first list.")


def _found(name: str) -> SubjectRecord:
    """The subject of this name, the store being ready. Raises UsageError that names its like when there is none."""
    start(must_exist=True)
    from reportedly.wire.subjects import find_subject

    with _suggesting():
        return find_subject(name)


@contextmanager
def _suggesting() -> Iterator[None]:
    try:
        yield
    except NoSuchSubject as why:
        from reportedly.wire.subjects import near_labels

        near = near_labels(why.name)
        raise UsageError(f"{why}; did you mean {' or '.join(near)}?" if near else f"{why}") from why


def _rows(file: str) -> Iterator[tuple[int, Any]]:
    """Each row of the file with its line number; a row that cannot be read is what is wrong with it."""
    text = _text(file)
    if file.lower().endswith(".csv"):
        table = csv.DictReader(io.StringIO(text, newline=""))
        if not {"label", "type"} <= set(table.fieldnames or ()):
            raise UnreadableFile(file, "its first line must name the columns, among them label and type")
        try:
            for row in table:
                yield table.line_num, {name: value for name, value in row.items() if name and value}
        except csv.Error as why:
            raise UnreadableFile(file, f"line {table.line_num} is no CSV: {why}") from why
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, "not JSON"


def _text(file: str) -> str:
    try:
        if file == "-":
            body = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            path = Path(file)
            if path.is_dir():
                raise UnreadableFile(file, "is a directory")
            if not path.exists():
                raise UnreadableFile(file, "there is no such file")
            with path.open("rb") as opened:
                body = opened.read(LARGEST_FILE + 1)
        if len(body) > LARGEST_FILE:
            raise UnreadableFile(file, f"is larger than {LARGEST_FILE >> 20} MB")
        if not body.strip():
            raise UnreadableFile(file, "is empty")
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise UnreadableFile(file, "is not UTF-8") from why


def _subject_of(row: Any) -> dict[str, Any]:
    """What the row says of a subject, as `add_subject` takes it. Raises UsageError."""
    if not isinstance(row, dict):
        raise UsageError(row if isinstance(row, str) else "not a JSON object")
    for name in ("label", "type"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise UsageError(f'no "{name}"')
    if row["type"] not in KINDS:
        raise UsageError(f"{row['type']!r} is no type of subject; there are {', '.join(KINDS)}")
    match = row.get("exact_match") or {}
    if row.get("wikidata"):
        match = {**match, "wikidata": row["wikidata"]}
    try:
        weight = {"weight": float(row["weight"])} if row.get("weight") not in (None, "") else {}
    except (TypeError, ValueError) as why:
        raise UsageError(f'"weight" is no number: {row["weight"]!r}') from why
    country = row.get("country") or None
    if country is not None and not (isinstance(country, str) and len(country) == 2):
        raise UsageError(f'"country" is no ISO 3166 code of two letters: {country!r}')
    return {
        "label": row["label"],
        "type": row["type"],
        "aliases": list(_aliases(row.get("aliases") or [])),
        "country": country,
        "exact_match": match,
        **weight,
    }


def _aliases(given: object) -> Iterator[Alias]:
    """Aliases from a list of names or of {label, language, hidden}, or from names parted by "|"."""
    if isinstance(given, str):
        given = [part for part in given.split("|") if part.strip()]
    if not isinstance(given, list):
        raise UsageError('"aliases" is no list')
    for one in given:
        if isinstance(one, str):
            yield Alias(label=one)
        elif isinstance(one, dict) and isinstance(one.get("label"), str):
            yield Alias(label=one["label"], language=one.get("language"), hidden=bool(one.get("hidden")))
        else:
            raise UsageError(f"an alias is a name or an object with a label, not {one!r}")


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while the block runs; calling what it gives moves it. None where stderr is no terminal."""
    with watched() as progress:
        task = progress.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance
