"""Pages that stand where a report should be, and how each is told.

A wall, an error or a list is only called one when hardly any text is there that could be a report's: an outlet that asks
for cookies, sells subscriptions and links its front page around a whole report is read as any other. The reasons are a
closed list, each one clause for a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import islice

from lxml.etree import _Element

from reportedly.extract import jsonld
from reportedly.extract.body import Body, link_share
from reportedly.extract.paragraphs import fold, tidy
from reportedly.extract.shown import Shown
from reportedly.extract.witnesses import Witnesses


class Instead(StrEnum):
    """What a page is instead of a report."""

    ROBOT_WALL = "it asks whether a person is reading"
    COOKIE_WALL = "it asks for consent before it shows anything"
    PAYWALL = "only its beginning is shown without a subscription"
    LOGIN = "it asks to log in"
    MISSING = "it says that the report is not there"
    ERROR = "it says that something went wrong"
    LIST = "it is a list of links"
    SCRIPTS = "its text is only drawn by scripts"


WALL = 3000  # characters that a page shows in all, from which it is no wall of robots, no error and no login
SHORT = 1200  # characters of text from which it is a report, whatever else is asked for
TEASER = 900  # characters of text from which a report that has a price is more than its beginning
LINKS_OF_A_LIST = 0.8  # share of a text that is links, from which the page is a list
SHORT_LIST = 300  # characters below which a page is never called a list
TEASERS = 6  # paragraphs right under headings that are links, from which a page may be a list of reports
UNDER_HEADING = 3  # lines behind such a heading in which its paragraph begins: a date or a name may stand between
LONGEST_TEASER = 400  # characters of a paragraph that is no longer a teaser
TITLE = 160

ROBOTS = re.compile(
    r"just a moment\W*$|checking (?:if the site connection is secure|your browser)|verify(?:ing)? (?:that )?you(?:’re| are|'re)? (?:a |not a )?(?:human|robot|bot)"
    r"|are you (?:a )?(?:human|robot)|(?:i am|i’m|i'm) not a robot|pardon our interruption|attention required!|access (?:to this page has been )?denied"
    r"|unusual (?:traffic|activity)|automated (?:access|requests|queries|tools)|press (?:and|&) hold|complete the (?:captcha|security check)"
    r"|ddos protection|you have been blocked|bot (?:detection|verification)|security check(?:point)?\b|request (?:was )?unsuccessful\. incapsula"
    r"|bestätigen sie, dass sie (?:ein mensch|kein roboter)|sind sie ein (?:mensch|roboter)|sicherheitsüberprüfung|ungewöhnlichen datenverkehr"
    r"|vérifi\w+ que vous (?:êtes humain|n['’]êtes pas un robot)|no soy un robot|verific\w+ que (?:eres|usted es) humano|verifica che sei umano|potwierdź, że jesteś człowiekiem",
    re.I,
)
ROBOT_MARKS = re.compile(
    r"cdn-cgi/challenge-platform|cf-chl|cf_chl_opt|cf-browser-verification|_Incapsula_Resource|px-captcha|captcha-delivery\.com|geo\.captcha"
    r"|awsWafCookieDomainList|/\.well-known/ddos-guard|sucuri_cloudproxy|distil_r_captcha|g-recaptcha|h-captcha|cf-turnstile"
)
CONSENT = re.compile(
    r"\bcookies?\b|\bconsent\b|\bwe (?:and our (?:\d+ )?partners|value your privacy)|personali[sz]ed (?:ads|advertising|content)|privacy (?:policy|settings|choices)|\btrack(?:ing|ers)\b"
    r"|einwilligung|datenschutz|zustimm|werbung und tracking|personenbezogene|unsere(?:n)? (?:\d+ )?partner|\bpur-abo|mit werbung"
    r"|consentement|traceurs|partenaires|consentimiento|privacidad|consenso|personalizzat|toestemming|zgod[aęy]|samtyck",
    re.I,
)
ASKS_CONSENT = re.compile(
    r"accept|agree|reject|manage|allow all|akzeptier|zustimmen|einverstanden|ablehnen|accepter|refuser|aceptar|rechazar|accetta|rifiuta|akkoord|akceptuj|godkänn",
    re.I,
)
PRICE = re.compile(
    r"(?:subscribe|sign up|register|log ?in|become a (?:member|subscriber))(?: now| today)? to (?:continue|keep|read|unlock|access)|to (?:continue|keep) reading"
    r"|(?:this|the) (?:article|story|content|report|page) is (?:(?:only )?(?:for|available to)|reserved for|exclusive to) (?:our |paying |paid |registered )*(?:subscribers|members)"
    r"|(?:for )?(?:subscribers|members) only\b|already a (?:subscriber|member)\?|you(?:’ve|'ve| have) (?:reached|read) (?:your|all|the) .{0,40}(?:limit|free articles)"
    r"|unlock (?:this|the) (?:article|story|full)|start your (?:free )?(?:trial|subscription)|your subscription does not include"
    r"|(?:nur|exklusiv) für (?:abonnent|mitglied|plus)|jetzt (?:abonnieren|weiterlesen|testen)|weiterlesen mit|mit .{0,30}abo (?:weiter)?lesen|bereits (?:abonnent|abonniert|registriert)|dieser (?:artikel|inhalt) ist .{0,40}(?:abonnent|plus)"
    r"|(?:réservé|réservée) (?:à nos|aux) abonnés|déjà abonné|pour lire la suite|suscr[íi]b\w+ (?:para|y) |exclusiv\w+ para (?:suscriptores|abonados)|ya eres suscriptor|contenuto riservato|sei già abbonato|alleen voor abonnees|tylko dla (?:abonentów|subskrybentów)",
    re.I,
)
LOG_IN = re.compile(
    r"^\W*(?:log ?in|sign ?in|login required|please (?:log|sign) in|anmelden|anmeldung|einloggen|connexion|identifi\w+|iniciar sesión|inicia sesión|accedi|inloggen|zaloguj)\b.{0,60}$",
    re.I,
)
GONE = re.compile(
    r"\b404\b|(?:page|article|story|post|content|file) (?:(?:was |could |can )?not (?:be )?found|(?:you requested )?(?:no longer exists|does not exist|is no longer available))|^not found\b|nothing (?:was )?found"
    r"|(?:can’t|can't|cannot|could not|couldn’t|couldn't) (?:be found|find (?:that|this|the) (?:page|article|story))|seite (?:wurde )?nicht gefunden|artikel (?:wurde )?nicht gefunden|existiert nicht"
    r"|page (?:introuvable|non trouvée)|n['’]existe (?:pas|plus)|página no encontrada|no se encontró|pagina non trovata|niet gevonden|nie znaleziono|sidan (?:kunde inte|hittades inte)",
    re.I,
)
WENT_WRONG = re.compile(
    r"\b(?:50[0234]|429)\b.{0,40}(?:error|unavailable|time-?out|gateway|requests)|(?:internal )?server error|bad gateway|gateway time-?out|service (?:is )?(?:temporarily )?unavailable|temporarily (?:unavailable|down)"
    r"|(?:something|an error) (?:went wrong|occurred|has occurred)|technical (?:difficulties|problem)|under maintenance|scheduled maintenance|be right back|error establishing a database connection|too many requests"
    r"|(?:interner )?serverfehler|ein fehler ist aufgetreten|wartungsarbeiten|vorübergehend nicht|erreur interne|une erreur (?:s['’]est produite|est survenue)|error interno|ha ocurrido un error|errore interno|si è verificato un errore|wystąpił błąd",
    re.I,
)
NEEDS_SCRIPTS = re.compile(
    r"(?:enable|activate|turn on|requires?|needs?|without) .{0,20}java ?script|java ?script .{0,40}(?:enabled?|required|disabled|aktivier|activ)|aktivier\w+ .{0,20}java ?script|activ\w+ .{0,20}java ?script",
    re.I,
)


def what_instead(shown: Shown, witnesses: Witnesses, body: Body, markup: str) -> Instead | None:
    """What the page is instead of a report; None for one that may be a report, however short."""
    if body.where == "feed":
        return None
    if body.length < SHORT and (wall := _wall(shown, witnesses, body, markup)):
        return wall
    if is_list(shown, witnesses, body):
        return Instead.LIST
    if all(NEEDS_SCRIPTS.search(paragraph) for paragraph in body.paragraphs) and needs_scripts(shown.tree):
        return Instead.SCRIPTS
    return None


def _wall(shown: Shown, witnesses: Witnesses, body: Body, markup: str) -> Instead | None:
    lines = [line for _, line in shown.lines]
    length = sum(map(len, lines))
    names = [tidy(name) for name in (witnesses.head_title, *witnesses.headings[:2]) if name]
    if length < WALL:
        if any(ROBOTS.search(line) for line in (*names, *lines)) and (
            ROBOT_MARKS.search(markup) or body.length < SHORT / 2
        ):
            return Instead.ROBOT_WALL
        if not body.paragraphs and ROBOT_MARKS.search(markup):
            return Instead.ROBOT_WALL
    if _is_about_consent(body.paragraphs or lines) and _asks_for_consent(shown.tree):
        return Instead.COOKIE_WALL
    if length < WALL or body.length < SHORT_LIST:
        if any(len(name) <= TITLE and GONE.search(name) for name in names):
            return Instead.MISSING
        if any(len(name) <= TITLE and WENT_WRONG.search(name) for name in names):
            return Instead.ERROR
        if length < WALL and any(LOG_IN.match(name) for name in names) and _has_password(shown.tree):
            return Instead.LOGIN
    if body.length < TEASER and (_says_it_is_paid_for(witnesses) or _names_a_price(lines, body)):
        return Instead.PAYWALL
    return None


def _is_about_consent(lines: Sequence[str]) -> bool:
    length = sum(map(len, lines))
    return length > 0 and 2 * sum(len(line) for line in lines if CONSENT.search(line)) > length


def _asks_for_consent(tree: _Element) -> bool:
    return any(ASKS_CONSENT.search("".join(map(str, part.itertext()))) for part in tree.iter("button", "a"))


def _has_password(tree: _Element) -> bool:
    return any((field.get("type") or "").lower() == "password" for field in tree.iter("input"))


def _says_it_is_paid_for(witnesses: Witnesses) -> bool:
    """Whether the page's JSON-LD says that not all of it is free to read."""
    thing = witnesses.report_thing or {}
    return str(thing.get("isAccessibleForFree")).strip().lower() in ("false", "no", "https://schema.org/false")


def _names_a_price(lines: Sequence[str], body: Body) -> bool:
    """Whether a line of its own, behind or beside the text, asks for a subscription to go on."""
    text = {fold(paragraph) for paragraph in body.paragraphs if len(paragraph) > TITLE}
    return any(PRICE.search(line) for line in lines if len(line) <= 2 * TITLE and fold(line) not in text)


def is_list(shown: Shown, witnesses: Witnesses, body: Body) -> bool:
    """Whether a page that nobody calls an article is plainly a list of others."""
    if witnesses.report_thing or any("article" in kind.lower() for kind in witnesses.said("og:type")):
        return False
    share = link_share(shown, body.paragraphs) if body.length >= SHORT_LIST or witnesses.things else 0.0
    if body.length >= SHORT_LIST and share >= LINKS_OF_A_LIST:
        return True
    if share >= LINKS_OF_A_LIST / 2 and any(jsonld.is_list(thing) for thing in witnesses.things):
        return True
    return _is_made_of_teasers(shown, body)


def _is_made_of_teasers(shown: Shown, body: Body) -> bool:
    """Whether most of the paragraphs stand right under headings that are links, each under another."""
    if any(len(paragraph) > LONGEST_TEASER for paragraph in body.paragraphs):
        return False
    text = {fold(paragraph) for paragraph in body.paragraphs if len(paragraph) > LONGEST_TEASER / 8}
    under, over = 0, 0  # paragraphs seen right under such a heading; lines since the last one
    for element, line in shown.lines:
        over += 1
        if _is_linked_heading(element) and len(line) >= 15:
            over = 0
        elif 0 < over <= UNDER_HEADING and fold(line) in text:
            under, over = under + 1, UNDER_HEADING
    return under >= TEASERS and under >= LINKS_OF_A_LIST * len(text)


def _is_linked_heading(element: _Element) -> bool:
    around = (element, *islice(element.iterancestors(), 3))
    tags = {up.tag for up in around}
    return "a" in tags and not tags.isdisjoint(("h1", "h2", "h3", "h4"))


def needs_scripts(tree: _Element) -> bool:
    """Whether a page without text says that it has none without JavaScript, or is hardly more than scripts."""
    said = " ".join("".join(map(str, part.itertext())) for part in tree.iter("noscript"))
    return bool(NEEDS_SCRIPTS.search(said)) or sum(1 for _ in tree.iter("script")) >= 3
