"""Every route of the back office, asked by everybody, against a table that a person can read.

A route without a line fails, and so does a line without a route. The case belongs to the youth
team alone, so that the police see what another unit's member sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.triage.example_office import Browser
from tests.triage.example_world import World
from triage.people.sign_in import limiter

WHO = {
    "door": "",
    "new": "newcomer",
    "read": "youth worker",
    "pol": "police",
    "lead": "leader",
    "intp": "interpreter",
    "audit": "auditor",
    "adm": "administrator",
}
"""The columns, and who it is in the example world; at the door stands a stranger."""

# yes: they come in, if only to be told that the form is empty.   no: 403.   404: as if there were
# none (where everybody gets it: nobody waits for that just now).   in: to sign-in, which is where
# signing out leads too.   wait: to the page of whoever is not let in yet.
TABLE = """
                                                      door  new   read  pol   lead  intp  audit adm
GET  /                                                yes   yes   yes   yes   yes   yes   yes   yes
GET  /audit                                           in    no    no    no    yes   no    yes   no
GET  /cases/<case_id>                                 in    no    yes   404   yes   no    no    no
GET  /cases/<case_id>/<action>                        in    no    yes   yes   yes   no    no    no
POST /cases/<case_id>/<action>                        in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/assign                          in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/called                          in    no    yes   404   yes   no    no    no
GET  /cases/<case_id>/export                          in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/export                          in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/enter                           in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/follow-up                       in    no    yes   404   yes   no    no    no
GET  /cases/<case_id>/handover                        in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/handover                        in    no    yes   404   yes   no    no    no
GET  /cases/<case_id>/handover/<handover_id>          in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/handover/<handover_id>/<action> in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/incident                        in    no    yes   404   yes   no    no    no
GET  /cases/<case_id>/interpreter                     in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/interpreter                     in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/interpreter/end                 in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/interpreter/send                in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/labels                          in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/level                           in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/notes                           in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/offer                           in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/phrase                          in    no    yes   404   yes   no    no    no
POST /cases/<case_id>/told                            in    no    yes   404   yes   no    no    no
GET  /coverage                                        in    no    yes   yes   yes   no    yes   yes
GET  /handovers                                       in    no    yes   yes   yes   no    no    no
GET  /handovers/<handover_id>                         in    no    yes   404   yes   no    no    no
POST /handovers/<handover_id>/<action>                in    no    yes   404   yes   no    no    no
GET  /healthz                                         yes   yes   yes   yes   yes   yes   yes   yes
GET  /incidents                                       in    no    yes   yes   yes   no    no    no
GET  /incidents/<incident>                            in    no    yes   404   yes   no    no    no
POST /incidents/<incident>/answer                     in    no    yes   404   yes   no    no    no
GET  /interpreting                                    in    no    no    no    no    yes   no    no
GET  /interpreting/<folder_id>                        in    no    no    no    no    yes   no    no
POST /interpreting/<folder_id>                        in    no    no    no    no    yes   no    no
GET  /join                                            yes   yes   yes   yes   yes   yes   yes   yes
POST /join                                            yes   yes   yes   yes   yes   yes   yes   yes
POST /language                                        in    wait  yes   yes   yes   yes   yes   yes
GET  /picture                                         in    no    yes   yes   yes   no    no    no
GET  /picture/counts.csv                              in    no    yes   yes   yes   no    no    no
GET  /picture/print                                   in    no    yes   yes   yes   no    no    no
GET  /posters                                         in    no    yes   yes   yes   no    no    no
POST /posters                                         in    no    yes   yes   yes   no    no    no
GET  /profile                                         in    yes   yes   yes   yes   yes   yes   yes
GET  /profile/card                                    in    no    404   404   404   no    no    no
POST /profile/card                                    in    no    404   404   404   no    no    no
POST /profile/card/away                               in    no    404   404   404   no    no    no
POST /profile/card/back                               in    no    404   404   404   no    no    no
GET  /profile/passphrase                              in    yes   yes   yes   yes   yes   yes   yes
POST /profile/passphrase                              in    yes   yes   yes   yes   yes   yes   yes
POST /profile/passphrase/keep                         in    yes   yes   yes   yes   yes   yes   yes
POST /profile/sessions/end                            in    yes   yes   yes   yes   yes   yes   yes
GET  /queue                                           in    no    yes   yes   yes   no    no    no
POST /queue/close                                     in    no    yes   yes   yes   no    no    no
GET  /rota                                            in    no    yes   yes   yes   no    no    no
POST /rota/close                                      in    no    yes   yes   yes   no    no    no
POST /rota/join                                       in    no    yes   yes   yes   no    no    no
POST /rota/leave                                      in    no    yes   yes   yes   no    no    no
POST /rota/pause                                      in    no    yes   yes   yes   no    no    no
POST /rota/plan                                       in    no    yes   yes   yes   no    no    no
POST /rota/remove                                     in    no    yes   yes   yes   no    no    no
POST /rota/reopen                                     in    no    yes   yes   yes   no    no    no
POST /rota/resume                                     in    no    yes   yes   yes   no    no    no
POST /rota/stay                                       in    no    yes   yes   yes   no    no    no
GET  /rules                                           in    no    yes   yes   yes   no    yes   yes
GET  /search                                          in    no    yes   yes   yes   no    no    no
POST /search                                          in    no    yes   yes   yes   no    no    no
GET  /second-factor                                   yes   yes   yes   yes   yes   yes   yes   yes
POST /second-factor                                   yes   yes   yes   yes   yes   yes   yes   yes
GET  /sign-in                                         yes   wait  yes   yes   yes   yes   yes   yes
POST /sign-in                                         yes   yes   yes   yes   yes   yes   yes   yes
POST /sign-out                                        in    in    in    in    in    in    in    in
GET  /staff                                           in    wait  yes   yes   yes   yes   yes   yes
GET  /staff/<what>                                    in    no    no    no    yes   no    no    yes
POST /staff/<what>                                    in    no    no    no    yes   no    no    yes
GET  /staff/cards                                     in    no    no    no    yes   no    no    no
GET  /staff/cards/<adult>                             in    no    no    no    yes   no    no    no
POST /staff/cards/<adult>/<action>                    in    no    no    no    yes   no    no    no
GET  /staff/invite                                    in    no    no    no    yes   no    no    yes
POST /staff/invite                                    in    no    no    no    yes   no    no    yes
GET  /staff/leave                                     in    no    no    no    yes   no    no    yes
POST /staff/leave                                     in    no    no    no    yes   no    no    yes
GET  /staff/let-in                                    in    no    no    no    yes   no    no    no
POST /staff/let-in                                    in    no    no    no    yes   no    no    no
GET  /staff/open-key                                  in    no    no    no    404   no    no    no
POST /staff/open-key                                  in    no    no    no    404   no    no    no
GET  /staff/pass-on                                   in    no    404   404   404   no    no    no
POST /staff/pass-on                                   in    no    404   404   404   no    no    no
GET  /staff/picture                                   in    no    no    no    404   no    no    no
POST /staff/picture                                   in    no    no    no    404   no    no    no
GET  /staff/person                                    in    no    no    no    yes   no    no    yes
GET  /staff/renewal                                   in    404   404   404   404   404   404   404
POST /staff/renewal/go-on                             in    no    404   404   404   no    no    no
POST /staff/renewal/let-in                            in    no    404   404   404   no    no    no
POST /staff/renewal/make                              in    no    404   404   404   no    no    no
POST /staff/renewal/sign                              in    no    no    no    404   no    no    no
GET  /staff/sessions                                  in    no    no    no    yes   no    no    yes
POST /staff/sessions                                  in    no    no    no    yes   no    no    yes
POST /staff/withdraw                                  in    no    no    no    yes   no    no    yes
GET  /waiting                                         in    yes   yes   yes   yes   yes   yes   yes
"""


@pytest.mark.parametrize("who", WHO)
def test_who_comes_in_where(world: World, who: str) -> None:
    column = list(WHO).index(who)
    expected = {line: answers[column] for line, answers in rows()}
    browser = _browser(world, who)
    found = {}
    for method, rule, path in every_route(world):
        if (method, path) in _ENDS_A_SESSION:
            continue
        found[f"{method} {rule}"] = _asked(world, browser, who, method, path)
    # Last: they sign out whoever asks.
    for method, path in _ENDS_A_SESSION:
        browser = _browser(world, who)
        found[f"{method} {path}"] = _asked(world, browser, who, method, path)
    assert found == expected


def test_every_route_has_a_line(app: Flask) -> None:
    there = {
        f"{method} {plain(rule.rule)}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {line for line, _ in rows()} == there


_ENDS_A_SESSION = (("POST", "/profile/sessions/end"), ("POST", "/sign-out"))


def rows() -> Iterator[tuple[str, list[str]]]:
    heading, *lines = TABLE.strip("\n").split("\n")
    assert heading.split() == list(WHO)
    for line in lines:
        method, rule, *answers = line.split()
        assert len(answers) == len(WHO), line
        yield f"{method} {rule}", answers


def plain(rule: str) -> str:
    """``/cases/<case_id>/<any(a, b):action>`` as ``/cases/<case_id>/<action>``."""
    return re.sub(r"<(?:[^<>:]*:)?([a-z_]+)>", r"<\1>", rule)


def every_route(world: World) -> Iterator[tuple[str, str, str]]:
    """Method, rule, and an address of it that leads to something, where anything does."""
    values = {
        "case_id": world.cases["interpreted"],
        "handover_id": world.handovers["proposed"],
        "folder_id": world.interpreters["interpreted"],
        "incident": world.incident,
        "adult": "school_nurse",
    }
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda one: one.rule):
        path = rule.rule
        if path.startswith("/handovers/"):
            path = path.replace("<handover_id>", world.handovers["whole handed over"])
        elif "handover_id" in rule.arguments:
            path = path.replace("<case_id>", world.cases["proposed"])
        path = re.sub(r"<any\(['\"]?([a-z-]+)[^>]*>", r"\1", path)
        for name, value in values.items():
            path = path.replace(f"<{name}>", value)
        assert "<" not in path, f"{path}: say here what stands for it"
        if path.startswith("/staff/"):
            whom = "newcomer" if path == "/staff/let-in" else "police"
            path += f"?account={world.accounts[whom].id}&unit=youth_team"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, plain(rule.rule), path


def _browser(world: World, who: str) -> Browser:
    if not WHO[who]:
        return Browser(world.app.test_client(), world.office)
    limiter.reset()
    world.browsers.clear()
    return world.browser(WHO[who])


def _asked(world: World, browser: Browser, who: str, method: str, path: str) -> str:
    limiter.reset()
    if method == "GET":
        return _answer(browser.client.get(path))
    browser.get("/profile" if WHO[who] else "/sign-in")
    token = browser.page.find("input", {"name": "csrf_token"})
    assert token is not None
    return _answer(browser.client.post(path, data={"csrf_token": token["value"]}))


def _answer(response: TestResponse) -> str:
    where = response.headers.get("Location", "")
    if response.status_code == 401 or where.startswith("/sign-in"):
        return "in"
    if where == "/waiting":
        return "wait"
    if response.status_code == 403:
        return "no"
    if response.status_code == 404:
        return "404"
    assert response.status_code in (200, 303, 400, 409, 422), response.status
    return "yes"
