"""Words that stand beside names without being part of them, and words that are names only sometimes. English."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a list, which may run over lines."""
    return frozenset(words.split())


_TITLES = """
president prime minister premier chancellor king queen prince princess crown emperor sultan emir sheikh sheik shah pope bishop
archbishop cardinal imam ayatollah rabbi reverend patriarch mr mrs ms miss dr prof professor sir dame lord lady baron count
senator sen rep representative congressman congresswoman governor gov mayor judge justice attorney speaker secretary chairman
chairwoman chair chief head leader commander general gen lieutenant lt colonel col major maj captain capt sergeant sgt admiral
marshal brigadier officer ambassador envoy spokesman spokeswoman spokesperson deputy vice foreign defence defense interior finance
state former ex ousted acting interim dictator opposition party minister's candidate rebel coach star actor singer author tsar
ceo founder director boss comrade brother sister father mother
"""
TITLES = word_set(_TITLES)

_OPENERS = """
a an the this that these those and but or nor so yet if as at by for from in into of off on onto out over to up with without
after against along although among around because before behind below beneath beside besides between beyond despite during
even ever except every how however inside just last like many may meanwhile might more most much near neither never next no not
now once one only other outside per perhaps since some still such than then there though through thus today tomorrow tonight
toward towards two three under unless unlike until upon via was were what when whenever where whereas whether which while who
whom whose why will would yesterday both did do does has have had is are can could should must shall he she they it we you i his
her their its our your my him them us me all another any each few several also again ahead amid nearly almost about above across
late early earlier later soon when asked according citing says said say added
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
november december
"""
OPENERS = word_set(_OPENERS)

PARTICLES = word_set("al el bin ibn ben abu de del della der di da dos du la le van von ter ten den")

# What may follow a hyphen without making a longer name of it: "US-led", in a headline "US-Led".
HYPHENED = word_set(
    "led backed based born held run made owned controlled occupied style era wide friendly educated trained brokered "
    "sponsored funded linked allied aligned bound approved supported imposed drafted headed dominated"
)

# Words before a place that belong to no longer name: "East Aleppo", "Downtown Houston".
DIRECTIONS = word_set(
    "north south east west northern southern eastern western central downtown greater old inner outer upper lower "
    "northeast northwest southeast southwest northeastern northwestern southeastern southwestern"
)

# What may come before a hyphen: "Pro-Assad".
PREFIXES = word_set("pro anti non ex post pre inter trans mid north south east west central al el")

# A place followed by one of these names something else: a paper, a street, a club.
OTHER_THINGS = word_set(
    "times post herald tribune globe chronicle gazette guardian journal mail telegraph observer star sun news review street "
    "road avenue boulevard square university college school institute hospital airport united city fc bank stock exchange "
    "hotel club stadium arena agreement accord accords protocol treaty convention declaration"
)
