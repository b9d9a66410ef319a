"""The words of English that say what another word is doing: closed classes, common verbs, and how verbs bend."""

from __future__ import annotations

from collections.abc import Iterable


def words(text: str) -> frozenset[str]:
    """The words of a string, as a set."""
    return frozenset(text.split())


DETERMINERS = words(
    "the a an this these those his its their our my your her some several many few no any each every both another one two "
    "three four five six seven eight nine ten dozens hundreds thousands most all such other either neither more"
)
SUBJECTS = words("he she they it we i you")
OBJECTS = words("him them us me himself herself itself themselves")
PREPOSITIONS = words(
    "of in on at by for from with into over about against between during under near through among via amid amidst "
    "outside inside across behind despite towards toward without within upon per following including concerning "
    "regarding around along beside besides onto off alongside beyond throughout"
)
SUBORDINATORS = words(
    "that because while whilst when as although though since if unless whether where whereas after before until so how why "
    "what once than till"
)
RELATIVES = words("who which whose whom")
AUXILIARIES = words(
    "is are was were has have had does do did will would can could may might shall should must am isn't aren't wasn't "
    "weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't can't couldn't shouldn't mustn't cannot ain't "
    "it's he's she's that's there's they're we're you're i'm i've we've they've you've i'd he'd she'd they'd we'd i'll "
    "he'll she'll it'll we'll they'll who's what's"
)
BE = words("is are was were be been being am isn't aren't wasn't weren't")
HAVE = words("has have had having hasn't haven't hadn't")
MODALS = words("will would can could may might shall should must won't wouldn't can't cannot couldn't shouldn't")
NEGATIONS = words(
    "not never no n't nobody none isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't "
    "can't cannot couldn't shouldn't without neither nor hardly"
)
ADVERBS = words(
    "also later then earlier previously however today yesterday tomorrow tonight now meanwhile moreover furthermore still "
    "even just only once twice again already always often ever soon thus therefore instead too yet initially "
    "though otherwise further nevertheless nonetheless indeed apparently early late recently first finally simply "
    "repeatedly publicly openly flatly firmly strongly vehemently unanimously jointly afterwards thereafter aloud perhaps "
    "ago here there"
)
DAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september "
    "october november december"
)
TIMES = DAYS | words(
    "today yesterday tomorrow tonight morning afternoon evening night week month year weekend day days weeks months years "
    "hours minutes noon midnight spring summer autumn winter"
)
CONJUNCTIONS = words("and or nor &")
ABBREVIATIONS = words(
    "mr. mrs. ms. dr. st. gen. lt. col. sgt. capt. prof. rev. sen. rep. gov. inc. ltd. co. corp. no. vs. jr. sr. jan. feb. "
    "mar. apr. jun. jul. aug. sep. sept. oct. nov. dec. maj. cmdr. adm. hon. pres. messrs. mme. mlle. dept. bros. approx. "
    "e.g. i.e. p. pp. fr. sr. ste. mt. ft."
)

# lemma: (past, past participle)
_IRREGULAR = {
    "say": ("said", "said"), "tell": ("told", "told"), "write": ("wrote", "written"), "speak": ("spoke", "spoken"),
    "find": ("found", "found"), "hold": ("held", "held"), "think": ("thought", "thought"), "hear": ("heard", "heard"),
    "put": ("put", "put"), "give": ("gave", "given"), "go": ("went", "gone"), "make": ("made", "made"),
    "get": ("got", "got"), "take": ("took", "taken"), "come": ("came", "come"), "see": ("saw", "seen"),
    "know": ("knew", "known"), "leave": ("left", "left"), "keep": ("kept", "kept"), "begin": ("began", "begun"),
    "show": ("showed", "shown"), "run": ("ran", "run"), "bring": ("brought", "brought"), "buy": ("bought", "bought"),
    "send": ("sent", "sent"), "sit": ("sat", "sat"), "stand": ("stood", "stood"), "lose": ("lost", "lost"),
    "pay": ("paid", "paid"), "meet": ("met", "met"), "set": ("set", "set"), "lead": ("led", "led"),
    "rise": ("rose", "risen"), "fall": ("fell", "fallen"), "grow": ("grew", "grown"), "break": ("broke", "broken"),
    "build": ("built", "built"), "spend": ("spent", "spent"), "cut": ("cut", "cut"), "win": ("won", "won"),
    "feel": ("felt", "felt"), "sell": ("sold", "sold"), "teach": ("taught", "taught"), "draw": ("drew", "drawn"),
    "drive": ("drove", "driven"), "fly": ("flew", "flown"), "choose": ("chose", "chosen"), "hit": ("hit", "hit"),
    "let": ("let", "let"), "read": ("read", "read"), "forbid": ("forbade", "forbidden"), "swear": ("swore", "sworn"),
    "shoot": ("shot", "shot"), "strike": ("struck", "struck"), "throw": ("threw", "thrown"), "wear": ("wore", "worn"),
    "beat": ("beat", "beaten"), "become": ("became", "become"), "catch": ("caught", "caught"), "die": ("died", "died"),
    "eat": ("ate", "eaten"), "fight": ("fought", "fought"), "forget": ("forgot", "forgotten"), "hide": ("hid", "hidden"),
    "sing": ("sang", "sung"), "sink": ("sank", "sunk"), "steal": ("stole", "stolen"), "understand": ("understood", "understood"),
    "withdraw": ("withdrew", "withdrawn"), "ring": ("rang", "rung"), "shut": ("shut", "shut"), "deal": ("dealt", "dealt"),
    "seek": ("sought", "sought"), "sleep": ("slept", "slept"), "lie": ("lay", "lain"), "ride": ("rode", "ridden"),
    "undergo": ("underwent", "undergone"), "overtake": ("overtook", "overtaken"), "quit": ("quit", "quit"),
    "foresee": ("foresaw", "foreseen"), "blow": ("blew", "blown"), "freeze": ("froze", "frozen"), "do": ("did", "done"),
}  # fmt: skip

_COMMON_VERBS = (
    "become begin break bring build buy catch choose come cut die do draw drive eat fall feel fight find fly forget freeze "
    "get give go grow hide hit hold keep know lead leave lie lose make meet overtake pay put read ride ring rise run see "
    "seek sell send set shoot shut sing sink sit sleep spend stand steal strike take teach throw undergo wear win withdraw "
    "remain live work play need want like seem appear happen occur include contain cause mean exist allow require provide "
    "carry serve turn help start move close open reach return follow continue cost love involve consist belong depend "
    "represent differ aim tend lack own rely fail try hope fear wait receive create pass stop cover support describe "
    "threaten cross kill injure arrest release attack refuse agree decide"
)


def past_of(lemma: str) -> str:
    """The simple past."""
    return _IRREGULAR[lemma][0] if lemma in _IRREGULAR else _ed(lemma)


def participle_of(lemma: str) -> str:
    """The past participle."""
    return _IRREGULAR[lemma][1] if lemma in _IRREGULAR else _ed(lemma)


def third_of(lemma: str) -> str:
    """The third person of the present."""
    if lemma.endswith("y") and lemma[-2] not in "aeou":
        return lemma[:-1] + "ies"
    return lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def ing_of(lemma: str) -> str:
    """The present participle."""
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if lemma.endswith("e") and not lemma.endswith(("ee", "oe", "ye")):
        return lemma[:-1] + "ing"
    return _doubled(lemma) + "ing"


def _ed(lemma: str) -> str:
    if lemma.endswith("y") and lemma[-2] not in "aeou":
        return lemma[:-1] + "ied"
    return lemma + "d" if lemma.endswith("e") else _doubled(lemma) + "ed"


_DOUBLING = words(
    "admit quip beg jot plan stop permit refer concur rebut nod chat sob win run put get cut let hit set sit begin swim "
    "shut quit forget"
)


def _doubled(lemma: str) -> str:
    return lemma + lemma[-1] if lemma in _DOUBLING else lemma


def _finite(lemmas: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(map(past_of, lemmas)), frozenset(map(third_of, lemmas))


PASTS, THIRDS = _finite(_COMMON_VERBS.split())
