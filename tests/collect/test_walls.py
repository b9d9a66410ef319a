"""Which wall turned us away."""

from __future__ import annotations

import pytest
from multidict import CIMultiDict

from reportedly.collect.walls import challenge, wall


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (403, {}, b"", ""),
        (403, {"server": "nginx"}, b"<h1>403 Forbidden</h1>", ""),
        (403, {"server": "cloudflare"}, b"", "behind Cloudflare"),
        (403, {"server": "cloudflare", "cf-mitigated": "challenge"}, b"", "Cloudflare's challenge"),
        (403, {"server": "cloudflare"}, b"<title>Attention Required! | Cloudflare</title>", "Cloudflare's firewall"),
        (403, {"server": "cloudflare"}, b"error code: 1020", "Cloudflare's firewall"),
        (503, {}, b"<TITLE>Just a moment...</TITLE>", "Cloudflare's challenge"),
        (403, {"server": "AkamaiGHost"}, b"Reference&#32;&#35;18&#46;2f", "Akamai's firewall"),
        (403, {"server": "AkamaiGHost"}, b"", "behind Akamai"),
        (403, {"via": "1.1 x.cloudfront.net (CloudFront)"}, b"", "behind CloudFront"),
        (403, {"x-datadome": "protected"}, b"", "DataDome's wall"),
        (403, {}, b"<script src=https://geo.captcha-delivery.com/c.js>", "DataDome's captcha"),
        (405, {"x-amzn-waf-action": "captcha"}, b"", "AWS WAF's captcha"),
        (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF's challenge"),
        (429, {"x-vercel-mitigated": "challenge"}, b"", "Vercel's wall"),
        (403, {"x-iinfo": "1-2-3"}, b"", "behind Imperva"),
        (403, {}, b"Request unsuccessful. Incapsula incident ID: 1-2", "Imperva's wall"),
        (403, {}, b'<div id="px-captcha">', "HUMAN's captcha"),
        (403, {}, b'<div class="g-recaptcha">', "a captcha (reCAPTCHA)"),
        (403, {}, b"<p>This is not available in your region.</p>", "closed to our country"),
        (401, {"www-authenticate": 'Basic realm="desk"'}, b"", "asks for a password (Basic)"),
        (401, {"www-authenticate": "<script>"}, b"", "asks for a password"),
        (401, {}, b"", "asks for a password"),
        (402, {"crawler-price": "USD 0.01"}, b"", "Cloudflare's toll for crawlers"),
        (402, {}, b"", "asks to be paid"),
        (451, {"link": '<https://Court.example/>; rel="blocked-by"'}, b"", "blocked by court.example"),
        (451, {"link": '<https://court.example/>; rel="help"'}, b"", "closed by law"),
        (451, {}, b"", "closed by law"),
        (429, {"server": "ddos-guard"}, b"", "behind DDoS-Guard"),
        (404, {"server": "cloudflare"}, b'<div class="g-recaptcha">', ""),  # nobody was turned away: it is not there
        (500, {"server": "cloudflare"}, b"", ""),
    ],
)
def test_a_refusal_names_its_wall(status: int, headers: dict[str, str], body: bytes, said: str) -> None:
    assert wall(status, CIMultiDict(headers), body) == said
    assert wall(status, CIMultiDict({name.title(): value for name, value in headers.items()}), body) == said


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'<rss version="2.0"><channel/></rss>',
        b'<form><div class="g-recaptcha"></div></form>',  # a form for comments
        b'<script src="/_Incapsula_Resource?x">',  # on every page that stands behind it
        b"<script>window._pxAppId = 'x'</script>",
        b"<h1>Outlets put up \"Just a moment...\" pages</h1>",
        b"x" * (1 << 20) + b"<title>Just a moment...</title>",
    ],
)  # fmt: skip
def test_what_only_stands_behind_a_wall_is_no_wall(body: bytes) -> None:
    assert challenge(CIMultiDict({"server": "cloudflare", "x-datadome": "protected"}), body) == ""
