"""The words that lay something to somebody, and what each can be followed by.

A verb's frames: `s` a clause or a quotation ("said that A"), `q` a quotation only ("joked: “A”"), `n` a noun phrase that
is itself what is said ("announced *the closure*"), `w` a question ("asked whether A"), `i` an infinitive, with or without
an addressee ("urged boards *to act*"), `a` an addressee before the clause ("told reporters that A"), `c` everything up to
the end of the clause ("called *the sentence a disgrace*").
"""

from __future__ import annotations

from dataclasses import dataclass

from reportedly.trace.words import ing_of, participle_of, past_of, third_of
from reportedly.values import Stance

A, D, U, K, R, P, C, F = (
    Stance.ASSERTS, Stance.DENIES, Stance.DOUBTS, Stance.ASKS, Stance.ORDERS, Stance.PROMISES, Stance.ACCUSES,
    Stance.PREDICTS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue word: its dictionary form, its stance and its frames."""

    lemma: str
    stance: Stance
    frames: str
    felt: bool = False  # a belief: counts only when somebody is reported to hold a whole clause

    def takes(self, frames: str) -> bool:
        """Whether one of these frames is among ours."""
        return any(frame in self.frames for frame in frames)


# One line a group: stance, frames, lemmas. A lemma of two words is a verb with its particle.
_VERBS: tuple[tuple[Stance, str, str], ...] = (
    (A, "s", "say state declare add note comment explain argue insist maintain assert contend observe remark recall believe "
     "conclude recount relate clarify reiterate stress emphasise emphasize acknowledge concede admit reveal "
     "disclose testify claim suggest indicate imply hint estimate mention confide muse reminisce opine speculate theorise theorize assume agree apologise apologize reason reckon confess reply "
     "respond counter answer retort continue repeat proclaim write tweet post blog affirm reaffirm underline "
     "underscore caution read hold signal specify report confirm announce learn object complain joke lament "
     "boast brag elaborate summarise gush tip moan grumble swear attest"),
    (A, "q", "laugh quip shout yell cry sigh exclaim mutter whisper murmur snap shrug smile chuckle fume rage holler roar "
     "thunder scoff sneer chant scream radio wire cable sing rule_out go_on begin conclude remember interrupt interject "
     "volunteer offer chime_in warn rule put_it deadpan enthuse grin chirp bark groan bellow"),
    (A, "s", "point_out go_on_to_say make_clear spell_out"),
    (A, "sa", "tell inform assure remind notify"),
    (A, "a", "brief"),
    (A, "s", "learn_from hear_from"),
    (A, "sn", "find confirm announce report show demonstrate prove"),
    (A, "n", "comment_on report_on speak_of write_of tell_of announce disclose reveal detail outline defend "
     "praise welcome hail criticise criticize applaud recommend attribute acknowledge concede admit explain "
     "stress emphasise emphasize mention highlight regret lament mourn speak_out_against speak_against complain_about complain_of disapprove_of object_to"),
    (A, "c", "characterise characterize call describe brand label dub liken put_n term"),
    (D, "sn", "deny dispute refute"),
    (D, "n", "reject dismiss rebut contradict rule_out decry retract"),
    (U, "sn", "doubt question"),
    (U, "n", "cast_doubt_on call_into_question"),
    (K, "w", "ask wonder inquire enquire"),
    (K, "in", "request beg implore plead_for ask_for appeal_for lobby_for push_for press_for"),
    (K, "i", "ask plead appeal"),
    (R, "in", "demand call_for"),
    (R, "is", "demand urge order instruct lobby recommend propose advise direct command_n"),
    (R, "i", "encourage tell_i forbid call_on"),
    (R, "n", "urge order propose"),
    (R, "s", "rule decree"),
    (P, "isn", "promise pledge vow"),
    (P, "i", "offer threaten"),
    (D, "i", "refuse"),
    (P, "s", "guarantee"),
    (C, "sn", "allege"),
    (C, "n", "condemn denounce blame accuse slam blast lambast lambaste deplore charge_n deride"),
    (F, "s", "predict forecast warn anticipate foresee"),
    (F, "n", "predict forecast warn_of warn_about warn_against anticipate"),
    (F, "i", "warn"),
    (F, "a", "warn"),
    (A, "a", "promise advise"),
)  # fmt: skip

_FELT: tuple[tuple[Stance, str, str], ...] = (
    (A, "s", "believe think suspect"),
    (F, "sin", "expect"),
)
FELT = frozenset(["believe", "think", "suspect", "expect", "estimate"])

# Cue words whose plain noun is as common as the verb: a determiner or an adjective before them makes them nouns.
NOUNY = frozenset(
    [
        "reports",
        "report",
        "claims",
        "claim",
        "states",
        "state",
        "notes",
        "note",
        "comments",
        "comment",
        "promises",
        "promise",
        "demands",
        "demand",
        "calls",
        "call",
        "charges",
        "charge",
        "orders",
        "order",
        "warns",
        "objects",
        "object",
        "posts",
        "post",
        "answers",
        "answer",
        "questions",
        "question",
        "offers",
        "offer",
        "doubts",
        "doubt",
        "requests",
        "request",
        "estimates",
        "estimate",
        "forecasts",
        "forecast",
        "shows",
        "show",
        "finds",
        "rules",
        "rule",
        "blames",
        "blame",
        "details",
        "detail",
        "outlines",
        "outline",
        "reasons",
        "reason",
        "signals",
        "signal",
        "hints",
        "hint",
        "wonders",
        "wonder",
        "relates",
        "relate",
        "projects",
        "counters",
        "counter",
        "holds",
        "hold",
        "reads",
        "read",
        "tips",
        "tip",
        "shouts",
        "cries",
        "cry",
        "laughs",
        "wires",
        "wire",
        "cables",
        "cable",
        "radio",
        "sings",
        "complains",
        "appeals",
        "appeal",
        "praise",
        "welcome",
        "attributes",
        "remarks",
        "remark",
        "plan",
        "guarantees",
        "snaps",
        "labels",
        "label",
        "brands",
        "brand",
        "terms",
        "term",
        "warning",
        "reply",
        "replies",
        "response",
        "responses",
        "shrug",
        "shrugs",
        "smile",
        "smiles",
        "sigh",
        "sighs",
        "begins",
        "lament",
        "laments",
    ]
)

HEDGES = dict.fromkeys(("reportedly", "supposedly", "rumouredly"), Stance.ASSERTS) | {"allegedly": Stance.ACCUSES}
HEDGED = frozenset(["said", "reported", "understood", "rumoured", "rumored", "alleged", "claimed"])  # "is ... to"

NOUNS: dict[str, Stance] = {
    **dict.fromkeys(["statement", "claim", "claims", "report", "reports", "assertion", "statements", "belief", "view", "fear", "fears", "suggestion", "suggestions", "argument", "admission", "confirmation", "announcement", "announcements", "remark", "remarks", "testimony", "comments", "explanation", "conclusion", "verdict", "finding", "findings", "message", "revelation", "revelations", "word"], A),
    **dict.fromkeys(["allegation", "allegations", "accusation", "accusations", "charge", "charges", "complaint", "complaints"], C),
    **dict.fromkeys(["rumour", "rumours", "rumor", "rumors", "speculation"], A),
    **dict.fromkeys(["denial", "denials"], D),
    **dict.fromkeys(["warning", "warnings", "prediction", "predictions", "forecast"], F),
    **dict.fromkeys(["promise", "promises", "pledge", "pledges", "assurance", "assurances", "vow"], P),
    **dict.fromkeys(["demand", "demands", "order", "orders"], R),
    **dict.fromkeys(["doubt", "doubts"], U),
}  # fmt: skip
NOUNS_WITH_OF = frozenset(
    [
        "allegations",
        "accusations",
        "rumours",
        "rumors",
        "reports",
        "claims",
        "accusation",
        "allegation",
        "rumour",
        "rumor",
    ]
)

RELAY_VERBS = frozenset(["cite", "quote"])
ADDRESSING = frozenset(
    [
        "tell",
        "inform",
        "assure",
        "remind",
        "notify",
        "brief",
        "say",
        "confirm",
        "complain",
        "explain",
        "write",
        "promise",
        "advise",
        "warn",
    ]
)


def _table() -> tuple[dict[str, Cue], dict[str, dict[str, Cue]]]:
    """Cues by lemma, and verbs with particles by their first word."""
    stances: dict[str, Stance] = {}
    frames: dict[str, str] = {}
    for stance, kinds, lemmas in (*_VERBS, *_FELT):
        for lemma in lemmas.split():
            lemma = lemma.removesuffix("_n").removesuffix("_i").replace("_", " ")
            stances.setdefault(lemma, stance)
            frames[lemma] = frames.get(lemma, "") + kinds
    for lemma in RELAY_VERBS:
        stances[lemma], frames[lemma] = A, "r"
    single: dict[str, Cue] = {}
    phrasal: dict[str, dict[str, Cue]] = {}
    for lemma, stance in stances.items():
        cue = Cue(lemma, stance, "".join(sorted(set(frames[lemma]))), lemma in FELT)
        head, _, particle = lemma.partition(" ")
        if particle:
            phrasal.setdefault(head, {})[particle] = cue
        else:
            single[lemma] = cue
    return single, phrasal


BY_LEMMA, PHRASAL = _table()


@dataclass(frozen=True, slots=True)
class Form:
    """A cue word as it stands: its lemma, and whether it can be base, third person, past, participle or -ing."""

    lemma: str
    base: bool = False
    third: bool = False
    past: bool = False
    participle: bool = False
    ing: bool = False


def _forms() -> dict[str, Form]:
    out: dict[str, Form] = {}
    for lemma in {*BY_LEMMA, *PHRASAL}:
        past, participle = past_of(lemma), participle_of(lemma)
        seen: dict[str, dict[str, bool]] = {}
        for word, what in (
            (lemma, "base"),
            (third_of(lemma), "third"),
            (past, "past"),
            (participle, "participle"),
            (ing_of(lemma), "ing"),
        ):
            seen.setdefault(word, {})[what] = True
        for word, kinds in seen.items():
            out.setdefault(word, Form(lemma, **kinds))
    return out


FORMS = _forms()
