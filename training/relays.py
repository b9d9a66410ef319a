"""Make voices and chains that no corpus brings together, and mark them as they are made.

A plain sentence is given voices ("The pier burnt." becomes "The pier burnt, The Lamp reported, citing firemen."), and
a voice that is there is given a relay ("Rost said" becomes "Rost, through a lawyer, said" or "Rost told The Lamp").
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from examples import CONTENT, CUE, OUTER, SOURCE, Anchor, Example, tags_of, with_words
from reportedly.model.labels import SOURCE_TYPES, STANCES
from reportedly.values import SourceType, Stance

OUTLET, DOCUMENT, UNNAMED, NOBODY = map(
    SOURCE_TYPES.index, (SourceType.OUTLET, SourceType.DOCUMENT, SourceType.UNNAMED, SourceType.NONE)
)
ASSERTS = STANCES.index(Stance.ASSERTS)


class Phrase(NamedTuple):
    """The words of a source, its type, and the names in it as (first, last + 1, type)."""

    words: str
    kind: int
    names: tuple[tuple[int, int, str], ...] = ()


# O and P outlets, S another source, D a document, M who speaks for somebody; 1, 2, 3 the attributions, each in the one
# before; c and s their cues and sources; * the anchor. What has no mark is nobody's. "..." is the sentence.
BEHIND = (
    "... , O/1s reported/1c*",
    "... , O/1s said/1c*",
    "... , O/1s writes/1c*",
    "... , reported/1c* O/1s",
    "... , says/1c* O/1s",
    "... , as/1c* reported/1c by/1c O/1s",
    "... , according/1c* to/1c O/1s",
    "... , according/1c* to/1c S/1s",
    "... , S/1s said/1c*",
    "... , said/1c* S/1s",
    "... , S/1s told/1c* reporters",
    "... , S/1s said/1c* in a statement",
    "... , per/1c* O/1s",
    "... , O/1s reported/1c* , citing/2c* S/2s",
    "... , O/1s said/1c* , quoting/2c* S/2s",
    "... , O/1s reported/1c* , citing/2c* P/2s , which quoted/3c* S/3s",
    "... , according/1c* to/1c O/1s , which cited/2c* S/2s",
    "... , according/2c* to/2c S/2s quoted/1c* by/1c O/1s",
    "... , according/2c* to/2c D/2s obtained/1c* by/1c O/1s",
    "... , says/2c* D/2s seen/1c* by/1c O/1s",
    "... , S/2s told/12c* O/1s",
    "... , S/2s has told/12c* O/1s",
    "... , S/2s told/12c* a/1s reporter/1s of/1s O/1s",
    "... , S/2s said/12c* to O/1s",
    "... , said/12c* S/2s to O/1s",
    "... , S/2s confided/12c* to a/1s reporter/1s of/1s O/1s",
    "... , S/2s was/12c quoted/12c* by/12c O/1s as/12c saying/12c",
    "... , O/1s quoted/12c* S/2s as/12c saying/12c",
    "... , S/2s said/2c* on/1c* O/1s",
    "... , S/2s said/2c* in/1c an/1c interview/1c* with/1c O/1s",
    "... , S/2s said/2c* through/1c* M/1s",
    "... , O/1s has learned/1c* from/2c* S/2s",
    "... , S/2s reports/2c* for/1c* O/1s",
    "... , S/2s writes/2c* in/1c* O/1s",
)
BEFORE = (
    "O/1s reported/1c* that ...",
    "O/1s says/1c* ...",
    "S/1s said/1c* in a letter to members that ...",
    "According/1c* to/1c O/1s , ...",
    "According/1c* to/1c S/1s , ...",
    "According/2c* to/2c S/2s , reports/1c* O/1s , ...",
    "According/2c* to/2c S/2s , O/1s says/1c* , ...",
    "According/2c* to/2c D/2s published/1c* in/1c O/1s , ...",
    "O/1s , citing/2c* S/2s , reported/1c* that ...",
    "Citing/2c* S/2s , O/1s said/1c* ...",
    "According/1c* to/1c O/1s , citing/2c* S/2s , ...",
    "O/1s quoted/12c* S/2s as/12c saying/12c that ...",
    "O/1s quotes/12c* S/2s as/12c saying/12c ...",
    "S/2s was/12c quoted/12c* by/12c O/1s as/12c saying/12c that ...",
    "S/2s told/12c* O/1s that ...",
    "S/2s tells/12c* O/1s ...",
    "S/2s said/12c* to O/1s that ...",
    "S/2s , speaking/1c* to/1c O/1s , said/2c* that ...",
    "S/2s spoke/1c* to/1c O/1s , saying/2c* that ...",
    "S/2s , through/1c* M/1s , said/2c* that ...",
    "Through/1c* M/1s , S/2s said/2c* ...",
    "S/2s , quoted/1c* by/1c O/1s , said/2c* that ...",
    "On/1c* O/1s , S/2s said/2c* that ...",
    "In/1c* O/1s , S/2s writes/2c* that ...",
    "In/1c an/1c interview/1c* with/1c O/1s , S/2s said/2c* that ...",
    "O/1s has learned/1c* from/2c* S/2s that ...",
    "D/2s obtained/1c* by/1c O/1s says/2c* that ...",
    "It was reported/1c* by/1c O/1s that ...",
)
WITHIN = (  # before the verb
    ", O/1s reported/1c* ,",
    ", O/1s says/1c* ,",
    ", says/1c* O/1s ,",
    ", according/1c* to/1c O/1s ,",
    ", S/1s said/1c* ,",
    ", said/1c* S/1s ,",
    ", O/1s reported/1c* , citing/2c* S/2s ,",
    ", S/2s told/12c* O/1s ,",
)
ROUND = (  # round a voice that the sentence has
    "... , O/1s reported/1c*",
    "... , according/1c* to/1c O/1s",
    "According/1c* to/1c O/1s , ...",
    "O/1s reported/1c* that ...",
    "O/1s wrote/1c* that ...",
    "S/1s said/1c* that ...",
    "... , according/1c* to/1c S/1s",
    "D/1s says/1c* that ...",
)
CARRIED = (  # the next sentence, which the same voice speaks; it lies in what carried the first
    "The/3s same/3s source/3s added/3c* that ...",
    "The/3s same/3s source/3s also said/3c* that ...",
    "... , the/3s source/3s added/3c*",
    "... , added/3c* the/3s same/3s source/3s",
)
# What stands between a source and its verb, or behind them: o the outer source of the voice that is there, = another verb
# in its verb's place, N somebody through whom nothing can be traced.
BETWEEN = (
    ", speaking/1c* to/1c O/1s ,",
    ", through/1c* M/1s ,",
    ", on/1c* O/1s ,",
    ", quoted/1c* by/1c O/1s ,",
    ", in/1c an/1c interview/1c* with/1c O/1s ,",
    ", speaking to N ,",
    ", in a letter to N ,",
)
AFTER = (
    "=told O/o",
    "=told O/o",
    "=told N",
    "to O/o",
    "to a/o reporter/o of/o O/o",
    "on/1c* O/1s",
    "in/1c an/1c interview/1c* with/1c O/1s",
    "through/1c* M/1s",
    "to N",
    "in a letter to N",
    "in a statement",
)
NO_RELAY = (
    *("reporters", "parliament", "the court", "the crowd", "journalists", "lawmakers", "a news conference", "him"),
    *("the committee", "supporters", "the council", "a rally", "investigators", "her", "the jury", "police"),
)
DOCUMENTS = ("a letter", "minutes", "an internal report", "an e-mail", "a draft", "the log", "a survey", "court papers")
SPEAKING_FOR = (
    *("a lawyer", "his lawyer", "her lawyers", "a spokesman", "a spokeswoman", "an aide", "an adviser"),
    *("his office", "its press office", "the embassy", "her family", "an intermediary", "the union"),
)
PLAIN = {"said", "says", "added", "explained", "stated", "claimed", "confirmed", "complained", "remarked", "argued"}
PRONOUNS = {"i", "he", "she", "it", "we", "you", "they", "who"}
FINITE = {"is", "are", "was", "were", "has", "have", "had", "will", "would", "can", "could", "may", "might", "must"}
OPENING = {"who", "which", "that", "as", "if", "when", "while", "because", "although", "since", "after", "before", "it"}
OPENING |= {"where", "whose", "there", "what", "how", "though", "unless", "until", "but", "and", ","}


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words `first` up to `last`, the final stop left out, and the anchors in it."""

    first: int
    last: int
    anchors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """A pattern's words, put in before the word `at`; the first of them begins a sentence, or does not."""

    at: int
    words: tuple[str, ...]
    begins: bool = False


def with_relays(example: Example, outlets: Sequence[str], sources: Sequence[Phrase], rng: random.Random) -> Example:
    """The example with one or two of its sentences given voices, or a relay around those they have."""
    for _ in range(rng.choice((1, 1, 2))):
        free = [sentence for sentence in sentences(example) if _is_free(example, sentence)]
        if not free:
            return example
        sentence = rng.choice(free)
        puts = _ways(example, sentence, rng)
        contents = dict.fromkeys("123", range(sentence.first, sentence.last))
        within = {"2": "1", "3": "2"}
        following = _next(example, sentence, free)
        if following and _voices_in(puts) == 2 and rng.random() < 0.5:
            puts += _puts(rng.choice(CARRIED), following)
            contents["3"] = range(following.first, following.last)
            within["3"] = "1"
        example, heads = _with_voices(example, puts, contents, within, _voices(outlets, sources, rng))
        anchors = example.anchors or []
        for anchor in (anchors[at] for at in sentence.anchors):
            if anchor.parent == anchor.word:
                anchor.parent = heads["1"]
        example = replace(example, anchors=sorted(anchors, key=lambda anchor: anchor.word))
    return example


def with_tellings(example: Example, outlets: Sequence[str], sources: Sequence[Phrase], rng: random.Random) -> Example:
    """The example with half of its "X said" told to an outlet or passed on by somebody, or said where nobody relays."""
    for at in range(len(example.anchors or ())):
        anchor = (example.anchors or [])[at]
        cue = anchor.word
        cues, source = ([word for word in sorted(anchor.roles) if anchor.roles[word] == role] for role in (CUE, SOURCE))
        simple = example.form[cue] in PLAIN and cues == [cue] and OUTER not in anchor.roles.values()
        if not simple or not source or source[-1] - source[0] != len(source) - 1 or rng.random() < 0.5:
            continue
        if source[-1] == cue - 1:
            between = rng.random() < 0.3 and _may_be_parted(example, at)
            put = _put(cue, BETWEEN, rng) if between else _put(cue + 1, AFTER, rng)
        elif source[0] == cue + 1 and source[-1] + 1 < len(example.form) and example.form[source[-1] + 1] == ".":
            put = _put(source[-1] + 1, [pattern for pattern in AFTER if not pattern.startswith("=")], rng)
        else:
            continue
        example = _retold(example, at, put, _voices(outlets, sources, rng))
    return (
        replace(example, anchors=sorted(example.anchors, key=lambda anchor: anchor.word))
        if example.anchors
        else example
    )


def sentences(example: Example) -> list[Sentence]:
    """The sentences below the headline that end with a stop, and hold six to forty words and no quotation mark."""
    found = []
    first = 0
    count = len(example.form)
    for at, form in enumerate(example.form):
        last_of_paragraph = at + 1 == count or example.paragraph[at + 1] != example.paragraph[at]
        ends = form == "." and (last_of_paragraph or _begins(example, at + 1)) and len(example.form[at - 1]) > 2
        if ends and example.paragraph[at] and 6 <= at - first <= 40:
            inside = example.form[first:at]
            if not set(inside) & set('"“”„«»‘:;?!.'):
                anchors = tuple(i for i, a in enumerate(example.anchors or ()) if first <= a.word < at)
                found.append(Sentence(first, at, anchors))
        if ends or last_of_paragraph:
            first = at + 1
    return found


def _begins(example: Example, at: int) -> bool:
    return not example.touching[at] and example.form[at][0].isupper()


def _is_free(example: Example, sentence: Sentence) -> bool:
    """Whether no attribution reaches into the sentence, or one without an outlet lies wholly in it."""
    inside = range(sentence.first, sentence.last + 1)
    for at, anchor in enumerate(example.anchors or ()):
        touches = any(word in inside for word in anchor.roles)
        if at not in sentence.anchors and touches:
            return False
        if at in sentence.anchors:
            carried = anchor.parent != anchor.word or any(
                other.parent == anchor.word and other is not anchor and other.word not in inside
                for other in example.anchors or ()
            )
            apart = not all(word in inside for word in anchor.roles)
            if carried or apart or OUTER in anchor.roles.values() or anchor.source_type == OUTLET:
                return False
    return True


def _ways(example: Example, sentence: Sentence, rng: random.Random) -> list[Put]:
    """Words that fit round or into the sentence."""
    if sentence.anchors:
        return _puts(rng.choice(ROUND), sentence)
    verb = _verb(example, sentence)
    if verb is not None and rng.random() < 0.3:
        return [_put(verb, WITHIN, rng)]
    return _puts(rng.choice(rng.choice((BEHIND, BEFORE))), sentence)


def _put(at: int, patterns: Sequence[str], rng: random.Random) -> Put:
    return Put(at, tuple(rng.choice(patterns).split()))


def _puts(pattern: str, sentence: Sentence) -> list[Put]:
    """The words before and behind a sentence."""
    before, behind = (tuple(part.split()) for part in pattern.split("..."))
    return [put for put in (Put(sentence.first, before, begins=True), Put(sentence.last, behind)) if put.words]


def _voices_in(puts: Iterable[Put]) -> int:
    return len({mark for put in puts for word in put.words for mark in word.partition("/")[2] if mark.isdigit()})


def _verb(example: Example, sentence: Sentence) -> int | None:
    """Where the sentence's verb stands, if its subject is as plain as "The mayor of Vell"."""
    for at in range(sentence.first, min(sentence.first + 9, sentence.last)):
        if example.form[at].lower() in OPENING:
            return None
        if example.form[at] in FINITE:
            return at if at > sentence.first + 1 else None
    return None


def _next(example: Example, sentence: Sentence, free: Iterable[Sentence]) -> Sentence | None:
    """The sentence behind it in its paragraph, if nobody says that one yet."""
    for other in free:
        if other.first == sentence.last + 1 and not other.anchors:
            return other if example.paragraph[other.first] == example.paragraph[sentence.first] else None
    return None


def _may_be_parted(example: Example, at: int) -> bool:
    """Whether the source of the anchor number `at` is no pronoun, and says nothing else ("X said A and added B")."""
    anchors = example.anchors or []
    source = {word for word, role in anchors[at].roles.items() if role == SOURCE}
    if len(source) == 1 and example.form[min(source)].lower() in PRONOUNS:
        return False
    return not any(other.roles.get(word) == SOURCE for n, other in enumerate(anchors) for word in source if n != at)


def _retold(example: Example, at: int, put: Put, voices: Mapping[str, Phrase]) -> Example:
    """The example with words put behind the source or the verb of the anchor number `at`, and the voice in them."""
    if put.at >= len(example.form) or example.paragraph[put.at] != example.paragraph[put.at - 1]:
        return example
    if put.words[0].startswith("="):
        form = list(example.form)
        form[put.at - 1] = put.words[0][1:]
        example, put = replace(example, form=form), replace(put, words=put.words[1:])
    content = [word for word, role in (example.anchors or [])[at].roles.items() if role == CONTENT]
    return _with_voices(example, [put], {"1": content}, {}, voices, told_by=at)[0]


def _voices(outlets: Sequence[str], sources: Sequence[Phrase], rng: random.Random) -> dict[str, Phrase]:
    """Who speaks, by the letters of the patterns."""
    return {
        "O": _outlet(rng.choice(outlets)),
        "P": _outlet(rng.choice(outlets)),
        "S": rng.choice(sources),
        "D": Phrase(rng.choice(DOCUMENTS), DOCUMENT),
        "M": Phrase(rng.choice(SPEAKING_FOR), UNNAMED),
        "N": Phrase(rng.choice(NO_RELAY), UNNAMED),
    }


def _outlet(name: str) -> Phrase:
    words = name.split()
    return Phrase(name, OUTLET, ((int(len(words) > 1 and words[0].lower() == "the"), len(words), "ORG"),))


def _with_voices(
    example: Example,
    puts: Sequence[Put],
    contents: Mapping[str, Sequence[int]],
    within: Mapping[str, str],
    voices: Mapping[str, Phrase],
    *,
    told_by: int | None = None,
) -> tuple[Example, dict[str, int]]:
    """The example with the words of the patterns in it and their anchors behind the others, and the anchors' words.

    `contents` is what each attribution says, as words of the example; `within` is who carries it. With `told_by`, the
    number of an anchor, the voices put in carry that one.
    """
    filled = [[word for part in put.words for word in _filled(part, voices)] for put in puts]
    for put, words in zip(puts, filled, strict=True):
        if put.begins:
            first, mark, letter = words[0]
            words[0] = (first[0].upper() + first[1:], mark, letter)
    example = _lowered(example, [put.at for put in puts if put.begins])
    added = [(put.at, [word for word, *_ in words]) for put, words in zip(puts, filled, strict=True)]
    made, places, where = with_words(example, added, joined=told_by is not None)
    roles: dict[str, dict[int, int]] = defaultdict(dict)  # by number of the attribution; "o" is the outer source
    heads: dict[str, int] = {}
    kinds: dict[str, int] = {}
    spans = list(made.spans)
    for there, words in zip(where, filled, strict=True):
        for at, (_, mark, letter) in zip(there, words, strict=True):
            for number in mark.rstrip("cs*") or ():
                roles[number][at] = CUE if "c" in mark else SOURCE
                if letter and "c" not in mark:
                    kinds[number] = voices[letter].kind
                if "*" in mark:
                    heads[number] = at
        letters = [letter for _, _, letter in words]
        for voice in dict.fromkeys(filter(None, letters)):
            begin = there.start + letters.index(voice)
            spans += [(begin + start, begin + stop, kind) for start, stop, kind in voices[voice].names]
    anchors = list(made.anchors or ())
    for head in dict.fromkeys(heads.values()):
        sharing = sorted(number for number in heads if heads[number] == head)
        outer, inner = sharing[0], sharing[-1]
        said = {places[at]: CONTENT for at in contents[inner]}
        if outer != inner:
            said |= {at: OUTER for at, role in roles[outer].items() if role == SOURCE}
        carrier = heads.get(within.get(outer, ""), head)
        kind, outer_kind = kinds.get(inner, NOBODY), kinds[outer] if outer != inner else -1
        anchors.append(Anchor(head, True, said | roles[inner], carrier, ASSERTS, kind, outer_kind))
    if told_by is not None:
        owner = anchors[told_by]
        if "o" in roles:
            owner.roles |= dict.fromkeys(roles["o"], OUTER)
            owner.outer_type = kinds["o"]
        if "1" in heads:
            new = anchors[-1]
            new.parent = new.word if owner.parent == owner.word else owner.parent
            owner.parent = new.word
    spans.sort()
    names = None if made.names is None else tags_of(spans, len(made.form))
    return replace(made, anchors=anchors, spans=spans, names=names), heads


def _filled(part: str, voices: Mapping[str, Phrase]) -> list[tuple[str, str, str]]:
    """The words of a part of a pattern, with its mark and the letter of the voice it stands for."""
    word, _, mark = part.partition("/")
    if word in voices:
        return [(one, mark, word) for one in voices[word].words.split()]
    return [(word, mark, "")]


def _lowered(example: Example, firsts: Iterable[int]) -> Example:
    """The example with small letters where these words begin, unless a name or capitals stand there."""
    form = list(example.form)
    for at in firsts:
        if not form[at].isupper() and not any(first <= at < last for first, last, _ in example.spans):
            form[at] = form[at][0].lower() + form[at][1:]
    return replace(example, form=form)
