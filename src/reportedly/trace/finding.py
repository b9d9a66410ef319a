"""Find what a text lays to somebody, by rules: the first finder of labels.

`find(text)` reads paragraph by paragraph, sentence by sentence, and what stands inside a quotation once more for the
voices in it. It promises spans inside the text, and time linear in its length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from reportedly.trace.clauses import Range, has_verb, main_subject, phrase_right
from reportedly.trace.cues import HEDGES, Cue
from reportedly.trace.found import Found
from reportedly.trace.hit import Hit
from reportedly.trace.hits import hits
from reportedly.trace.nouns import noun_cues
from reportedly.trace.outlets import is_outlet
from reportedly.trace.quotations import Quotation, find_quotations
from reportedly.trace.reach import clause_end, cuts_of, pieces, ranges_of, standing_with
from reportedly.trace.relays import Receipt, RelayPhrase, received_from, relay_phrases
from reportedly.trace.tokens import Words, sentences
from reportedly.trace.voices import LABEL, headline_voice
from reportedly.values import Span, Stance

RULE = "cues-1"
_DATELINE = re.compile(
    r"(?:[^\W\d_][\w.'’-]*,?\s){0,5}?[^\W\d_a-z][\w.'’-]*(?:,\s[^-–—:]{1,24})?\s?(?:\([^()\n]{2,40}\)\s?[-–—:]|[—–]|\s-)\s"
    r"|[^\W\d_a-z]{4,}(?:\s[^\W\d_a-z]+){0,2}(?::|(?:,\s\d{1,2}\s\w{3,9})?\.)\s(?=[^\W\d_a-z])"
)
_TRIM = " \t\u00a0,;:.–—-"
_COLON = Cue(":", Stance.ASSERTS, "q")
_OPENERS = "\"“„«‘'`"
_CLOSERS = "\"”»’'`“"
SHORTEST_ALONE = 4  # words of a quotation that nobody is named for; a shorter one is a nickname or a scare quote


def find(text: str) -> list[Found]:
    """What the text lays to somebody, in the order it was come upon."""
    return _Finder(text).find()


class _Finder:
    """One text being read: its quotations, and the voice that spoke last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.quotations = find_quotations(text)
        self.children: dict[int | None, list[int]] = defaultdict(list)
        for index, quotation in enumerate(self.quotations):
            self.children[quotation.parent].append(index)
        self.by_outer = {quotation.outer.start: index for index, quotation in enumerate(self.quotations)}
        self.by_start = {
            found.start: index
            for index, quotation in enumerate(self.quotations)
            if quotation.goes_on and (found := self._trim(quotation.inner)) is not None
        }
        self.claimed: dict[int, Found] = {}  # quotations whose speaker is known
        self.found: list[Found] = []
        self.last: Found | None = None  # the voice that spoke last in what was read
        self.sentence_before: Span | None = None

    def find(self) -> list[Found]:
        top = self.children[None]
        first = 0
        start = 0
        ends = self.text.split("\n")
        has_title = len(ends) > 1
        for number, line in enumerate(ends):
            end = start + len(line)
            until = first
            while until < len(top) and self.quotations[top[until]].outer.start < end:
                until += 1
            title = has_title and number == 0
            skip = LABEL.match(line) if title else _DATELINE.match(line, 0, 90)
            self._paragraph(start + (skip.end() if skip else 0), end, top[first:until], None, title=title)
            if title:
                self.last = None
            first, start = until, end + 1
        return self.found

    def _paragraph(
        self, start: int, end: int, inside: Sequence[int], around: int | None, *, title: bool = False
    ) -> None:
        outer_last, outer_before = self.last, self.sentence_before
        inside = [index for index in inside if self.quotations[index].outer.start >= start]
        for s in sentences(self.text, start, end, self.quotations, inside):
            self._sentence(s, around, title=title)
            self.sentence_before = Span(s.start[0], s.end[-1])
        for index in inside:
            inner = self.quotations[index].inner
            if inner.end - inner.start > 12:
                keep = self.last, self.sentence_before
                self._paragraph(inner.start, inner.end, self.children[index], index)
                self.last, self.sentence_before = keep
        if around is not None:
            self.last, self.sentence_before = outer_last, outer_before

    # --- one sentence -------------------------------------------------------------------------------------------------

    def _sentence(self, s: Words, around: int | None, *, title: bool) -> None:
        quotes = [at for at, tag in enumerate(s.tag) if tag == "Q"]
        made: list[tuple[Hit, Found]] = []
        if s.cues or title:
            voice = headline_voice(s) if title else None
            known = hits(s, title=title)
            if voice is not None and not (
                known and known[0].first <= voice.source[0] and known[0].at[0] < voice.content[0]
            ):
                one = Found(
                    self._content(s, [voice.content]),
                    [self._span(s, voice.cue)] if voice.cue else [],
                    self._span(s, voice.source),
                )
                one.lemma = ":"
                self._keep(one, s, around)
                known = [hit for hit in known if hit.first >= voice.content[0] and hit.at[1] <= voice.content[1]]
            made = self._attributions(s, known, around)
        if "S" in s.tag or "of" in s.low:
            for hit in noun_cues(s):
                if not any(one.at[0] <= hit.at[0] < one.at[1] for one, _ in made):
                    content = self._content(s, [(hit.after or 0, clause_end(s, hit.after or 0, len(s), []))])
                    if content and not any(_same(content, other.content) for _, other in made):
                        self._keep(self._new(s, hit, content), s, around)
        for at, low in enumerate(s.low):
            if low in HEDGES:
                self._hedge(s, at, HEDGES[low], around)
        self._relays(s, made, around)
        if quotes:
            self._alone(s, quotes, made, around, title=title)
        voices = [one for _, one in made if one.source is not None or one.same_as is not None]
        if voices:
            last = voices[-1]
            while (
                inner := next((one for one in voices if one.within is last and one.content == last.content), None)
            ) is not None:
                last = inner
            self.last = last

    def _attributions(self, s: Words, known: list[Hit], around: int | None) -> list[tuple[Hit, Found]]:
        cuts = cuts_of(s, known)
        made: list[tuple[Hit, Found]] = []
        for number, hit in enumerate(known):
            if hit.relay:
                continue
            ranges = ranges_of(s, hit, number, known, cuts)
            if hit.hedge and hit.passive_content:
                ranges = [hit.passive_content, *ranges]
            content = self._content(s, ranges) if ranges else []
            relayed = next(
                (other for one_hit, other in made if hit.before and one_hit.previous and one_hit.last <= hit.first),
                None,
            )
            if relayed is not None:  # "This was stated by S, O reports"
                content = list(relayed.content)
            above = self._passes_on(s, hit, made)
            if above is not None:  # "O reported that A, as stated by S"
                content = list(above.content)
            if not content and (hit.previous or hit.previous_quote):
                content = self._previous(quoted=hit.previous_quote)
            if not content:
                continue
            one = self._new(s, hit, content)
            if hit.shared:
                before = next((other for other_hit, other in reversed(made) if other_hit.last <= hit.first + 1), None)
                if before is not None:
                    one.source, one.same_as = before.source, before
                    if before.within is not None and before.within.relay:
                        one.within = before.within  # "told O that A and denied that B"
                    if before.source is None and before.same_as is None:
                        continue
                else:
                    subject = main_subject(s, 0, hit.at[0])
                    if subject is None:
                        continue
                    one.source = self._span(s, subject)
            if hit.outlet is not None and one.within is None:
                cue = [self._span(s, hit.outlet_cue)] if hit.outlet_cue else list(one.cue)
                if hit.extra_cue and hit.outlet_cue != hit.at:
                    cue = [self._span(s, hit.outlet_cue), self._span(s, hit.extra_cue)] if hit.outlet_cue else cue
                outlet = Found(
                    list(content), cue, self._span(s, hit.outlet), Stance.ASSERTS, relay=True, lemma=hit.cue.lemma
                )
                one.within = outlet
                self._keep(outlet, s, around)
            if relayed is not None:
                relayed.within = one
            if above is not None:
                one.within = above
            said = made[-1] if made and hit.previous and made[-1][0].clause else None
            if said is not None and one.within is None and said[0].after == hit.first and hit.last >= len(s) - 1:
                one.within = said[1]  # "O writes that S reported this": what O writes is what this stands for
                said[1].content = list(content)
            self._keep(one, s, around)
            made.append((hit, one))
        return made

    def _passes_on(self, s: Words, hit: Hit, made: list[tuple[Hit, Found]]) -> Found | None:
        """The outlet's attribution that a trailing "as stated by S" names the voice of."""
        if not (made and hit.before and s.low[hit.first] == "as" and hit.source):
            return None
        earlier, one = made[-1]
        if earlier.after is None or not earlier.clause or one.source is None or earlier.last > hit.first:
            return None
        mine = self._span(s, hit.source)
        return one if is_outlet(one.source.of(self.text)) and not is_outlet(mine.of(self.text)) else None

    def _new(self, s: Words, hit: Hit, content: list[Span]) -> Found:
        cue = [self._span(s, hit.at)]
        if hit.extra_cue:
            cue.append(self._span(s, hit.extra_cue))
        source = self._span(s, hit.source) if hit.source else None
        return Found(content, cue, source, hit.cue.stance, lemma=hit.cue.lemma, hedge=hit.hedge)

    def _keep(self, one: Found, s: Words, around: int | None) -> None:
        if around is not None:
            one.quotation = self.quotations[around].inner
        self._take_up(one)
        for at, index in enumerate(s.quotation):
            if index >= 0 and any(span.start <= s.start[at] + 2 and span.end >= s.end[at] - 3 for span in one.content):
                self.claimed.setdefault(index, one)
        self.found.append(one)

    def _take_up(self, one: Found) -> None:
        """Add the paragraphs before, when the content goes on a quotation that began there."""
        first = one.content[0]
        index = self.by_start.get(first.start)
        while index is not None and self.quotations[index].goes_on:
            place = bisect_left(self.children[None], index)
            if not place or self.children[None][place] != index:
                return
            index = self.children[None][place - 1]
            if index in self.claimed:
                return
            found = self._trim(self.quotations[index].inner)
            if found is None:
                return
            one.content.insert(0, found)
            self.claimed[index] = one

    # --- what the sentence before said --------------------------------------------------------------------------------

    def _previous(self, *, quoted: bool) -> list[Span]:
        """What the sentence before said: its quotation when it is nothing else, or, unless `quoted`, the whole of it."""
        before = self.sentence_before
        if before is None:
            return []
        index = self.by_outer.get(before.start)
        if index is not None and self.quotations[index].outer.end >= before.end - 1:
            if index in self.claimed and self.claimed[index].source is not None:
                return []
            found = self._trim(self.quotations[index].inner)
            return [found] if found else []
        found = self._trim(before) if not quoted else None
        return [found] if found else []

    # --- hedges, relays, quotations alone -------------------------------------------------------------------------------

    def _hedge(self, s: Words, at: int, stance: Stance, around: int | None) -> None:
        begin, end = at, at + 1
        while begin > 0 and s.tag[begin - 1] not in ",.:;-S(Q" and s.low[begin - 1] not in ("that", "but"):
            begin -= 1
        while begin < at and s.tag[begin] in "ACB":
            begin += 1
        while end < len(s) and s.tag[end] not in ".;:-()" and s.low[end] not in ("but", "while", "who", "which"):
            if s.tag[end] == "," and end + 1 < len(s) and s.tag[end + 1] in "GBCS":
                break
            end += 1
        for cut in range(begin, at):  # "told the agency that ISIS reportedly": from behind the cue's that
            if s.low[cut] == "that":
                begin = cut + 1
        if (
            begin < at < len(s) - 1 and s.tag[at - 1] == "n" and not has_verb(s, begin, at) and s.tag[at + 1] in "nPDG"
        ):  # "a bid reportedly worth 3m was made"
            content = self._content(
                s, [(at + 1, next((place for place in range(at + 1, end) if s.tag[place] in "XVCS"), end))]
            )
        else:
            content = self._content(s, [(begin, at), (at + 1, end)] if begin < at else [(at + 1, end)])
        if content and not any(other.hedge and _same(other.content, content) for other in self.found[-3:]):
            one = Found(content, [self._span(s, (at, at + 1))], None, stance, hedge=True)
            self._keep(one, s, around)

    def _relays(self, s: Words, made: list[tuple[Hit, Found]], around: int | None) -> None:
        """Voices over the same content: "citing S", "in an interview with O", "had it from S"."""
        relays: list[RelayPhrase | Receipt] = [*relay_phrases(s, made), *received_from(s)]
        for relay in sorted(relays, key=lambda one: one.at[0]):
            if isinstance(relay, RelayPhrase) and not relay.inward:
                outer = self._outer(s, relay, made)
                if outer is not None:
                    self._keep(outer, s, around)
                continue
            one = self._receipt(s, relay, made) if isinstance(relay, Receipt) else self._inner(s, relay, made)
            if one is not None:
                self._keep(one, s, around)
                made.append((Hit(relay.cue, relay.at, relay.at[0], relay.source[1], relay.source), one))

    def _inner(self, s: Words, relay: RelayPhrase, made: list[tuple[Hit, Found]]) -> Found | None:
        target = _nearest(relay.at[0], made)
        if target is None and relay.shared and self.last is not None:
            target = self.last if s.start[0] - self.last.content[-1].end < 600 else None
        source = self._source(s, relay.source)
        if target is None or target.source == source:
            return None
        cue = [self._span(s, relay.at)]
        return Found(list(target.content), cue, source, target.stance, within=target, lemma="relay")

    def _outer(self, s: Words, relay: RelayPhrase, made: list[tuple[Hit, Found]]) -> Found | None:
        """The outlet around the attribution that its phrase stands with."""
        holder = standing_with(s, relay, [hit for hit, _ in made])
        if holder is None:
            return None
        hit, target = made[holder]
        source, cue = self._span(s, relay.source), self._span(s, relay.at)
        if target.source == source or (target.within is not None and target.within.relay):
            return None
        if target.source is not None and target.source.start < cue.start < target.source.end:
            shorter = self._trim(Span(target.source.start, cue.start), marks=False)  # "a memo seen by O"
            if shorter is None:
                return None
            target.source = shorter
        target.content = [self._without(span, cue) for span in target.content]
        one = Found(list(target.content), [cue], source, within=target.within, relay=True, lemma="relay")
        target.within = one
        if relay.at[0] < hit.first:  # the phrase opens the sentence: it holds for every cue of the same voice in it
            for _, other in made:
                if other.same_as is target and other.within is None:
                    other.within = one
                    one.content += [span for span in other.content if span not in one.content]
        return one

    def _without(self, span: Span, cue: Span) -> Span:
        """A content without the relay's phrase at its end."""
        if not span.start < cue.start < span.end:
            return span
        return self._trim(Span(span.start, cue.start), marks=False) or span

    def _source(self, s: Words, place: Range) -> Span:
        if s.tag[place[0]] == "Q":
            return self._trim(self.quotations[s.quotation[place[0]]].inner) or self._span(s, place)
        return self._span(s, place)

    def _receipt(self, s: Words, relay: Receipt, made: list[tuple[Hit, Found]]) -> Found | None:
        target = _nearest(relay.at[0], made)
        content = self._content(s, [relay.content])
        if target is not None and content:
            if any(span.start <= s.start[relay.content[0]] < span.end for span in target.content):
                target.content = list(content)
            else:
                content = list(target.content)
        elif target is None and self.last is not None and relay.subject_is_voice:
            target, content = self.last, list(self.last.content)
        else:
            return None
        return Found(content, [self._span(s, relay.at)], self._source(s, relay.source), within=target, lemma="relay")

    def _alone(
        self, s: Words, quotes: list[int], made: list[tuple[Hit, Found]], around: int | None, *, title: bool
    ) -> None:
        """Quotations without a cue: the speaker goes on, a colon names one, or nobody does."""
        for at in quotes:
            index = s.quotation[at]
            quotation = self.quotations[index]
            if index in self.claimed or any(
                span.start < quotation.outer.end and quotation.outer.start < span.end
                for _, one in made
                for span in one.content
            ):
                continue
            content = self._trim(quotation.inner)
            if content is None:
                continue
            inner = self.text[quotation.inner.start : quotation.inner.end]
            many = len(inner.split())
            whole = all(tag in "Q.p-:," for tag in s.tag)
            if at and s.tag[at - 1] == ":" and not whole:
                subject = main_subject(s, 0, at - 1) or phrase_right(s, 0, at - 1)
                if subject is not None and many >= 2 and not s.low[subject[0]].endswith("it"):
                    one = Found([content], [self._span(s, (at - 1, at))], self._span(s, subject), lemma=":")
                    self._keep(one, s, around)
                    made.append((Hit(_COLON, (at - 1, at), subject[0], at, subject), one))
                    continue
            if not whole or many < (SHORTEST_ALONE if not (self.last and self._goes_on_at_once(quotation)) else 1):
                continue
            before = self.last if self.last is not None and not title else None
            if quotation.goes_on and index and self.claimed.get(index - 1) is not None:
                held = self.claimed[index - 1]
                if held.quotation is None:
                    held.content.append(content)
                    self.claimed[index] = held
                    continue
            one = Found([content], same_as=before)
            if before is not None and before.within is not None and before.within.relay:
                one.within = before.within
            self._keep(one, s, around)

    def _goes_on_at_once(self, quotation: Quotation) -> bool:
        """Whether the last voice spoke in the sentence right before."""
        return self.sentence_before is not None and quotation.outer.start - self.sentence_before.end < 3

    # --- spans ------------------------------------------------------------------------------------------------------------

    def _span(self, s: Words, place: Range) -> Span:
        """The span of a range of words: a source's or a cue's own words, without a possessive's ending."""
        start, end = s.start[place[0]], s.end[place[1] - 1]
        if self.text[start:end].endswith(("'s", "’s")) and end - start > 2:
            end -= 2
        return Span(start, end)

    def _content(self, s: Words, ranges: Sequence[Range]) -> list[Span]:
        out = []
        for begin, end in pieces(s, ranges):
            while begin < end and (s.tag[begin] in ".,;:-" or (s.tag[begin] in "CB" and begin == 0)):
                begin += 1
            while end > begin and s.tag[end - 1] in ".,;:-" and s.low[end - 1] not in "?!…":
                end -= 1
            if begin >= end:
                continue
            if all(tag == "Q" for tag in s.tag[begin:end]):
                for at in range(begin, end):
                    found = self._trim(self.quotations[s.quotation[at]].inner)
                    if found is not None:
                        out.append(found)
                continue
            found = self._trim(Span(s.start[begin], s.end[end - 1]), marks=False)
            if found is not None:
                out.append(found)
        return out

    def _trim(self, span: Span, *, marks: bool = True) -> Span | None:
        start, end = span
        text = self.text
        outside = _TRIM + (_OPENERS if marks else "")
        while start < end and (text[start].isspace() or text[start] in outside):
            start += 1
        outside = _TRIM + (_CLOSERS if marks else "")
        while end > start and (text[end - 1].isspace() or text[end - 1] in outside):
            end -= 1
        return Span(start, end) if start < end else None


def _same(one: Sequence[Span], other: Sequence[Span]) -> bool:
    return bool(one) and bool(other) and abs(one[0].start - other[0].start) < 2 and abs(one[-1].end - other[-1].end) < 2


def _nearest(at: int, made: list[tuple[Hit, Found]]) -> Found | None:
    """The attribution a relay hangs on: the last one before it, or the first behind it."""
    around = [one for hit, one in made if hit.first <= at < hit.at[0]]  # "S, citing T, said"
    if around:
        return around[-1]
    before = [one for hit, one in made if hit.at[0] < at]
    if before:
        return before[-1]
    return made[0][1] if made else None
