"""Working on a case in a browser, and what axe and narrow screens make of all that it may show."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.looking import Looking
from tests.journeys.tabs import Tabs
from tests.triage.example_office import MUNICIPALITY

_TALKED = next(one.text["nb"] for one in MUNICIPALITY.phrases if one.id == "talked")


def test_a_case_with_all_that_staff_write_beside_it(sites: Sites, tabs: Tabs) -> None:
    page = tabs.open()
    desk, looking = Desk(page, sites.triage.url), Looking(page, thumbs=False)
    sites.place.tip("notatskogen", urgent=True)
    desk.sign_in(sites.place.member())
    desk.open_case("notatskogen")
    page.locator("#note").fill("Snakket med helsesykepleieren.\nVi møtes torsdag.")
    page.locator('button[formaction$="/notes"]').click()
    expect(page.locator(".notes .text")).to_have_text(
        "Snakket med helsesykepleieren.\nVi møtes torsdag."
    )
    page.locator(".head a.told").click()
    page.locator(".rung summary").click()
    page.locator("#said").fill("De sender en patrulje.")
    page.locator('.rung button[value="police_emergency"]').click()
    expect(page.locator(".notes")).to_contain_text("De sender en patrulje.")
    for label in ("måsan", "en etikett som er så lang som den får bli"):
        page.locator("details:has(#label) > summary").click()
        page.locator("#label").fill(label)
        page.locator("#label + button").click()
    expect(page.locator(".labels button")).to_have_count(2)
    page.locator("details:has([name=level]) > summary").click()
    page.locator("[name=level]").select_option("indicated")
    page.locator('button[formaction$="/level"]').click()
    page.locator("details:has(#on) > summary").click()
    page.locator("#on").fill(str(page.locator("#on").get_attribute("min")))
    page.locator("#on + button").click()
    page.locator('button[formaction$="/assign"]').first.click()
    for language, other in (("nb", "en"), ("en", "nb")):
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        looking.look(f"office case with notes {language}")
        page.locator("#text").fill("Hei.")
        page.locator("#phrase").select_option("talked")
        page.locator('button[formaction*="/phrase"]').click()
        expect(page.locator("#text")).to_have_value(f"Hei.\n\n{_TALKED}")
        page.locator('button[formaction$="/notes"]').click()
        expect(page.locator("#note-error")).to_be_visible()
        looking.look(f"office case with an error {language}")
        page.locator(f'footer button[value="{other}"]').click()
    assert not looking.found, "\n".join(looking.found)
