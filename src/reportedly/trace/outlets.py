"""Tell an outlet from another voice by its words: "the agency", "Radio Fleuve", "AFP", "the daily Alpenblatt"."""

from __future__ import annotations

import re

from reportedly.trace.words import DAYS, words

# What an outlet can be called without its name.
COMMON = words(
    "agency newspaper paper channel station broadcaster magazine daily weekly tabloid website site portal outlet broadsheet "
    "newswire wire podcast programme program show blog newsletter journal publication press media network bulletin gazette "
    "television programme's broadcaster's agency's newspapers broadcasters outlets agencies websites blogger"
)
# Words in the name of an outlet.
_IN_NAMES = words(
    "news times post herald tribune gazette chronicle telegraph guardian observer journal radio tv television channel press "
    "daily weekly courier echo mirror express mail globe standard independent bulletin dispatch examiner inquirer mercury "
    "monitor sentinel star sun argus advertiser reporter review newswire broadcasting kanal bote anzeiger zeitung tageblatt "
    "rundschau blatt presse journaal tidende posten bladet dagblad gazeta telegraf pravda novosti vestnik habar faro diario "
    "correo monde figaro temps matin réveil libération país mundo stampa corriere repubblica tageszeitung magazine podcast "
    "bugle clarion messenger ledger today newsnight fm ilbo bao shimbun akhbar"
)
_ENDING = re.compile(
    r"(?:news|post|press|tv|radio|bote|anzeiger|zeitung|blatt|\.(?:com|org|net|info|tv|news))$", re.IGNORECASE
)
KNOWN = words(
    "reuters afp ap upi bbc cnn cbc abc nbc cbs pbs npr itv rt tass itar-tass interfax ria sana irna isna fars xinhua kyodo "
    "yonhap kcna anadolu ansa dpa efe lusa pti ani bernama antara bloomberg aljazeera politico axios buzzfeed wikinews "
    "sputnik mehr tasnim haaretz ynet der-spiegel spiegel stern bild zdf ard orf rtl tf1 rai nhk abs-cbn gizmodo techcrunch "
    "wsj msnbc cnbc c-span usatoday newsweek economist kommersant vedomosti izvestia meduza hurriyet dawn sky"
)
_BODIES = words(
    "senate congress parliament ministry court council committee commission party union government police association "
    "university institute department office board assembly un eu nato nations force forces army navy bank company group "
    "inc ltd corp agency service bureau authority house school hospital federation league team club foundation"
)
_NOBODY = words(
    "reporters journalists correspondents court parliament press council committee congress senate assembly crowd audience "
    "supporters lawmakers investors analysts police jury judge conference him her them us me commission inquiry tribunal "
    "delegates members staff workers everyone people hearing mps i media"
)


def is_outlet(phrase: str) -> bool:
    """Whether the phrase names or describes an outlet."""
    plain = phrase.replace("’", "'")
    low = plain.lower().split()
    if not low:
        return False
    if low[-1] in _NOBODY and phrase.split()[-1][:1].islower():
        return False
    head = re.split(r"\s(?:of|for|in|from|at|based)\s", plain, maxsplit=1)[0].lower().split()
    bare = [word.strip("().,;:'\"").removesuffix("'s") for word in low]
    if any(word in KNOWN for word in bare):
        return True
    capitals = [word.strip("().,;:'\"") for word in plain.split() if word[:1].isupper()]
    if any(word.lower() in _IN_NAMES or _ENDING.search(word) for word in capitals):
        return not any(word in ("minister", "secretary", "spokesman", "spokeswoman", "office") for word in bare)
    if (head and head[-1] in COMMON) or bare[-1] in COMMON:
        return bare[:1] != ["security"] and not any(word in _OTHER_AGENCIES for word in bare)
    # "the newspaper Hanbit", "the independent blog Dala"
    return (
        any(word in COMMON for word in bare[:4])
        and bool(capitals)
        and not any(word in _OTHER_AGENCIES for word in bare)
    )


_OTHER_AGENCIES = words(
    "space aid intelligence tax security environment environmental protection relief travel rating ratings police energy "
    "weather meteorological border drug drugs medicines medical health development government federal un pumping power "
    "railway bus fire research police's atomic environment enforcement"
)


def is_told_outlet(phrase: str) -> bool:
    """Whether whoever was told is an outlet: nobody is told "the court" so that we may read it."""
    if is_outlet(phrase):
        return True
    bare = phrase.split()
    last = bare[-1].lower() if bare else ""
    if last in _NOBODY or not bare:
        return False
    # A single capitalised word that is told something is nearly always an outlet; two are a person.
    return len(bare) == 1 and bare[0][:1].isupper() and bare[0].lower() not in _NOBODY | DAYS


def is_body(phrase: str) -> bool:
    """Whether the words of a name tell a body that is no outlet: "the Senate", "the Ports Ministry"."""
    return not _BODIES.isdisjoint(word.strip(".,'’").lower() for word in phrase.split())
