"""What stands in a report's own column and is not the report.

Links to other reports between its paragraphs, calls to sign up, share and follow, and everything behind "Read next".
Only plain, printed words of the trade in a few languages are known; a paragraph is kept when in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from reportedly.extract.paragraphs import fold

END_AFTER = 0.35  # share of a text before which a heading such as "Related stories" does not end it
HEADING = 80  # characters of a line that can be such a heading
CALL = 200  # characters of a paragraph that only calls for something
LABELLED_LINK = 220  # characters of "Read also: …"
LINKS = 0.3  # share of a text that is links alone, from which the links are its matter (a list of places, of films)

ENDS_REPORT = re.compile(
    r"^\W*(?:related (?:stor(?:y|ies)|articles?|posts?|content|reading|links?|news|topics?)|read (?:this )?next|keep reading"
    r"|what to read next|recommended for you|(?:most|latest) (?:read|popular|stories|news|articles|posts)|more (?:stories|articles|news)"
    r"|more from [\w'’]+(?: [\w'’]+)?|you (?:may|might)(?: also)? (?:like|enjoy|be interested)\b.{0,60}"
    r"|if you liked this\b.{0,60}|about the author|about (?:us|the company)|follow us|want to republish.{0,60}|newsletter"
    r"|leave a (?:comment|reply)|comments?|\d+ comments?|tell us what.{0,30}"
    r"|das könnte sie auch interessieren.{0,20}|mehr zum thema|(?:weitere|ähnliche) (?:artikel|beiträge|meldungen)|kommentare"
    r"|articles? similaires|à lire aussi|artículos relacionados|te puede interesar|leia também)\W*$",
    re.I,
)
CALLS = re.compile(
    r"^[^\w\"'“”„«»‘’‹]*(?:click here\b|sign up\b|subscribe\b|follow (?:us|@|\w+ on)\b|like this (?:story|article|post)\b"
    r"|get the .{0,40}\bapp\b|download (?:the|our)\b|join (?:our|the) .{0,40}(?:newsletter|community|conversation|challenge)"
    r"|thanks? (?:you )?for (?:signing up|subscribing|reading)|tell us what\b|share (?:this|your|it)\b|leave a (?:comment|reply)"
    r"|there was an error|keep an eye on your inbox|register\b|\d+ comments?\b|comments?\W*$|advertisement\W*$|sorry!$"
    r"|have (?:a|any) (?:tip|question)|email .{0,40}@|support (?:us|our (?:work|journalism|reporting))\b|(?:if you )?enjoyed this|read more\W*$"
    r"|abonnieren|folgen sie|teilen\W*$|jetzt anmelden|newsletter\b|anzeige\W*$|publicité\W*$|publicidad\W*$)",
    re.I,
)
POINTS_AWAY = re.compile(
    r"^\W*(?:related(?: (?:stor(?:y|ies)|articles?|posts?|content|reading|links?))?|read (?:more|also|next|this next)|see also"
    r"|also read|also on [\w.]+|more(?: on this| from [\w ]+)?|watch|don['’]?t miss|recommended|you (?:may|might) (?:also )?(?:like|enjoy)"
    r"|lesen sie auch|mehr zum thema|lire aussi|lea también|leia (?:também|mais))\s*[:|»>–-]\s*(?P<what>\S.*)",
    re.I,
)


def without_furniture(
    paragraphs: Sequence[str], links: Collection[str], *, loose_links: Collection[str]
) -> tuple[str, ...]:
    """The paragraphs of the report alone.

    `links` are the folded texts of the page's links, `loose_links` those of them that are no heading and in no list.
    """
    kept = _up_to_its_end(paragraphs)
    alone = [fold(paragraph) in loose_links for paragraph in kept]
    linked = sum(len(paragraph) for paragraph, is_link in zip(kept, alone, strict=True) if is_link)
    drop_links = linked < LINKS * sum(map(len, kept))
    return tuple(
        paragraph
        for paragraph, is_link in zip(kept, alone, strict=True)
        if not (is_link and drop_links) and not is_furniture(paragraph, links)
    )


def is_furniture(paragraph: str, links: Collection[str]) -> bool:
    """Whether a paragraph only calls for something, or points to another report by a label and its link."""
    if len(paragraph) <= CALL and CALLS.match(paragraph):
        return True
    if len(paragraph) <= LABELLED_LINK and (found := POINTS_AWAY.match(paragraph)):
        return fold(found["what"]) in links
    return False


def ends_report(line: str) -> bool:
    """Whether a line is a heading over what comes behind a report."""
    return len(line) <= HEADING and bool(ENDS_REPORT.match(line))


def _up_to_its_end(paragraphs: Sequence[str]) -> Sequence[str]:
    length, seen = sum(map(len, paragraphs)), 0
    for at, paragraph in enumerate(paragraphs):
        if seen >= END_AFTER * length and ends_report(paragraph):
            return paragraphs[:at]
        seen += len(paragraph)
    return paragraphs
