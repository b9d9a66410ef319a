"""Pages that stand where a report should be, made after the kinds that outlets serve; outlets and people are invented."""

from __future__ import annotations

from extract.pages import ARTICLE, FIRST, SECOND, THIRD

LONG = "".join(f"<p>{p} That was said on day {day}.</p>" for day in range(1, 4) for p in (FIRST, SECOND, THIRD))
MENU = "<nav><ul><li><a href='/harbour'>Harbour</a></li><li><a href='/weather'>Weather</a></li></ul></nav>"
FOOTER = "<footer><p>© 2024 Westmere Courier. <a href='/privacy'>Privacy policy</a></p></footer>"


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>"


ROBOT_WALLS = {
    "a challenge by script": page(
        "<div class='main-wrapper'><h1>courier.example</h1><h2>Checking if the site connection is secure</h2>"
        "<p>courier.example needs to review the security of your connection before proceeding.</p></div>",
        "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script>",
    ),
    "a captcha": page(
        "<h1>Are you a human?</h1><p>We have noticed unusual activity from your network. Press and hold the button.</p>"
        "<div id='px-captcha'></div>",
        "<title>Access to this page has been denied</title>",
    ),
    "an empty page with a challenge": page("<div></div>", "<script src='https://captcha-delivery.com/c.js'></script>"),
    "in German": page("<h1>Sicherheitsüberprüfung</h1><p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p>"),
}
COOKIE_WALLS = {
    "in English": page(
        "<div class='consent'><h1>We value your privacy</h1><p>We and our 214 partners store cookies on your device and "
        "use them for personalised advertising, measuring and product development. You can change your consent at any "
        "time in our privacy policy.</p><p>With your consent we and our partners may use precise location and cookies."
        "</p><button>Accept all</button><button>Reject all</button></div>",
        "<title>Westmere Courier</title>",
    ),
    "pay or agree, in German": page(
        "<main><h1>Weiter mit Werbung</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Details zu Werbung und "
        "Tracking finden Sie im Datenschutz.</p><p>Ihre Einwilligung umfasst unsere 160 Partner und Ihre "
        "personenbezogenen Daten.</p><button>Akzeptieren und weiter</button></main>"
    ),
}
PAYWALLS = {
    "said in JSON-LD": page(
        f"{MENU}<article><h1>Ferry to Sool sails again</h1><p>{FIRST}</p></article><div class='offer'>From 1 a month</div>",
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry to Sool sails again",'
        '"isAccessibleForFree":"False"}</script>',
    ),
    "said to its readers": page(
        f"{MENU}<article><h1>Ferry to Sool sails again</h1><p>{FIRST}</p><p>{SECOND}</p></article>"
        "<div><h2>Subscribe to continue reading</h2><p>Already a subscriber?</p></div>"
    ),
    "in German": page(
        f"<article><h1>Fähre nach Sool fährt wieder</h1><p>{FIRST}</p></article><div><p>Jetzt weiterlesen mit Courier Plus"
        "</p><p>Bereits Abonnent? Anmelden</p></div>"
    ),
}
LOGINS = {
    "a form": page(
        "<form><h1>Log in to the Westmere Courier</h1><input name='mail'><input type='password'><button>Go</button></form>"
        "<p>Forgotten your password? We will send you another one, to the address that you gave us.</p>"
    ),
}
MISSING = {
    "in English": page(
        f"{MENU}<main><h1>Page not found</h1><p>We are sorry, but what you are looking for is not here. It may have moved, "
        f"or it never was. Try the search.</p></main>{FOOTER}",
        "<title>404 | Westmere Courier</title>",
    ),
    "in French": page("<main><h1>Page introuvable</h1><p>Cette page n’existe plus.</p></main>"),
}
ERRORS = {
    "a gateway": page(
        "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>", "<title>502 Bad Gateway</title>"
    ),
    "an apology": page(
        "<main><h1>Something went wrong</h1><p>Our servers are having a bad day, and so are the people who look after "
        "them. Please try again in a few minutes.</p></main>"
    ),
    "a database": page("<h1>Error establishing a database connection</h1>", "<title>Database Error</title>"),
}
LISTS = {
    "links alone": page(
        "<h1>Harbour</h1><main><ul>"
        + "".join(f"<li><a href='/{n}'>Report number {n} from the harbour of Westmere</a></li>" for n in range(40))
        + "</ul></main>"
    ),
    "headings with their first lines": page(
        "<h1>Latest</h1><main>"
        + "".join(
            f"<article><h2><a href='/{n}'>Report {n} from the harbour of Westmere</a></h2><p>In the {n}th week of the year "
            f"the harbour office counted {n * 7} ships, and one that nobody had expected came in on Friday.</p></article>"
            for n in range(12)
        )
        + "</main>",
        "<meta property='og:type' content='website'>",
    ),
}
SCRIPTS = {
    "it says so": page("<div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript>"),
    "nothing but scripts": page("<div id='app'></div>" + "<script src='/a.js'></script>" * 4),
}
REPORTS = {
    "on a page that sells, asks and lists": page(
        f"<div class='consent'><p>We value your privacy.</p><p>We and our 214 partners use cookies.</p><button>Accept all"
        f"</button></div>{MENU}<article><h1>Ferry to Sool sails again</h1>{LONG}</article><div><p>Subscribe to continue reading the next one</p></div>{FOOTER}",
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ferry","isAccessibleForFree":false}</script>',
    ),
    "about a wall of robots": page(
        f"<article><h1>Are you a robot? How outlets keep machines out</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
        f"<p>{FIRST} Press and hold the button, it says.</p><p>{SECOND} Nobody laughed.</p></article>"
    ),
    "about something that was not found": page(
        f"<article><h1>Body of missing sailor not found after storm</h1>{ARTICLE}{ARTICLE.replace('ferry', 'barge')}</article>"
    ),
    "about cookies": page(
        f"<article><h1>Regulator fines outlets over cookies</h1><p>{FIRST} It was about cookies.</p>{ARTICLE}"
        f"<p>The outlets had set cookies before anyone agreed, the regulator found, and will appeal.</p></article>"
    ),
    "short": page(f"<article><h1>Ferry sails</h1><p>{FIRST}</p></article>"),
    "with other reports below it": page(
        f"<article><h1>Ferry to Sool sails again</h1>{ARTICLE}</article><section>"
        + "".join(f"<h3><a href='/{n}'>Report {n} from the harbour of Westmere</a></h3>" for n in range(12))
        + "</section>"
    ),
}
