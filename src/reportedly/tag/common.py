"""Names in our vocabulary that are ordinary English words too, or people's given names and surnames.

Kept by hand: where a wire's vocabulary gains another, it belongs here.
"""

from __future__ import annotations

from reportedly.tag.words import word_set

# A capital at the start of a sentence, or in a headline, does not make these a name.
_COMMON_WORDS = """
alley bar bath battle bend best boulder bury central china colon concord conservatives cork deal delta derby dining eden
enterprise essen flint gap grand ham hope hub hull independence indie island jersey lander lens lime linden lobby male man
march masaya may merida metro minster mission mobile mole monster most nancy natal nice oral orange panda paradise pearl perm
pest phoenix pikin plains polish providence queens reading reunion rugby ruse saga sale salt sanda sandy savannah shaping
shine simmering split spoken springs sunrise superior surprise temple thorn tory tours troy tunes turkey tyre us van wells who
chad jordan georgia dane turk pole swede finn thai isis modi lula musk xi it un
"""
COMMON_WORDS = word_set(_COMMON_WORDS)

# Places that are people's names at least as often: something in the report must show that the place is meant.
_PERSONAL_NAMES = """
abraham adrian alan albert alejandro alexander alexandria alfred alice allen amanda amelia anderson andrew angela anna arnold
arthur ashley aurora austin bella benjamin bernard bolton bradford brent brooklyn bruno bryan burns byron camilla carlos carmel
carmen carson carter chandler charlotte chelsea chester christian claire clara clayton clifton clinton cooper craig cruz dallas
dalton damian daniel davidson dean denton denver derby diego dominic dudley duncan durham edison edward eliot elizabeth ellis
emma eugene eva evans everett fernando flora florence francisco franklin frederick garland gary george gilbert gloria gordon
graham grant gray hamilton hanna harper harrison hart helena henderson henry holland houston howard hudson hunter irving isabel
jackson jacob jan jefferson jerome jerry jesus johnson jordan jose joseph juan kent kelly kendall kingston kirk lancaster
laurel lawrence lee lena leon leonard lewis lincoln logan lorena louis lucas lucia lucy luis madison malik manning marcus maria
marion mark marshall martin martinez mason maxwell melissa mercedes mercer miles milton miranda mitchell monica monroe morgan
morris murray nancy nelson newton nicholas nicolas norman norton olivia orlando oscar owen parker pasco pasquale patricia paul
pedro penny perry philip pierre porter preston quincy ralph ramos raymond reynolds richmond robert rodriguez roman rosario rose
roy russell salvador sam samara samuel sandra santiago santos sara sergei seymour sharon sheldon shelby shepherd sherman simon
sofia spencer stanley stephen stewart stuart sullivan sydney taylor teresa thomas thompson torres tracy trent troy tyler valencia
vernon vera victor victoria vincent violet walker warren washington wayne webster wells wesley whitney william winston york
abu ali hama hamad hasan hassan hussein ibrahim isa khalil mahmud mansur mohammed musa omar osman said saleh salem yusuf
"""
PERSONAL_NAMES = word_set(_PERSONAL_NAMES)
