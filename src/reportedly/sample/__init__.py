"""The sample wire: an invented world's news, for `reportedly demo` and for the tests.

Fifteen outlets, each in its own voice and its own HTML, publish some eighty reports of thirteen stories between 2 and
13 November 2026. Nothing in it is real. The texts lie in `reports/`, one file each, and WORLD.md says how they hang
together; `loading` reads them, `site` turns them into pages and feeds, and `server.SampleWire` serves those on loopback,
so that the demo runs the true line from the fetch to the page.
"""
