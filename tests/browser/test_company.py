"""Does an operator sign in, find another platform's canvases, and read who did what? In a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect
from starlette.applications import Starlette

from tests.adapters.slack.easel import in_slack, local_slack
from tests.browser.conftest import Tab
from tests.browser.test_look import AXE, judge, on_each_screen
from tests.journeys.driver import drawn
from tests.journeys.slack import SlackDriver
from tests.servers.http import serving
from tests.servers.oidc import CLIENT, SECRET, OidcServer

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.conftest import Start

CLAIMS = {"sub": "u-1", "name": "Ana Lima", "email": "ana@example.com", "email_verified": True}


async def test_an_operator_signs_in_finds_slacks_canvas_and_reads_the_audit_log(
    browser: Browser, start: Start, unused_port: int
) -> None:
    provider, address = OidcServer(), f"http://127.0.0.1:{unused_port}"
    provider.claims = dict(CLAIMS)
    provider.redirects = {f"{address}/sign-in/callback"}
    async with (
        serving(Starlette(routes=provider.routes)) as provider.url,
        local_slack() as slack,
        in_slack(
            start,
            slack,
            web_url=address,
            web_port=unused_port,
            oidc_issuer=provider.url,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_operators="ana@example.com",
        ) as one,
    ):
        driver = SlackDriver(slack, one)
        thread = await driver.start("a boat in Slack")
        await driver.seen(thread, 0, drawn("v1"))
        await driver.say(thread, "add a flag")
        await driver.seen(thread, 1, drawn("v2 ← v1"))
        page = await browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(15_000)
        tab, axe = Tab(page, address), AXE.read_text()
        tab.address = "http://127.0.0.1:"  # the provider, too

        await page.goto(address)
        await judge(tab, axe, "sign-in")
        await page.get_by_role("link", name="Sign in").click()
        await expect(page.locator("header .me")).to_contain_text("Ana Lima")
        await page.select_option("#where", label="All of Slack")
        await expect(page.locator(".tile")).to_have_count(1)
        await expect(page.locator(".tile .about")).to_contain_text("Slack")
        await on_each_screen(tab, axe, "gallery-elsewhere")
        await page.set_viewport_size({"width": 1440, "height": 900})
        await page.click(".tile > a")
        await tab.sees("v2")
        await expect(page.locator("#elsewhere")).to_contain_text("This canvas is in Slack")
        await expect(page.locator("#composer")).to_be_hidden()
        tools = page.locator("#toolbar .tool")
        await expect(tools).to_have_text(["Compare", "Copy", "Download"])
        await judge(tab, axe, "canvas-elsewhere")
        await page.goto(address)
        await page.get_by_role("link", name="Audit log").click()
        await expect(page.locator(".log tbody tr")).to_have_count(3)
        await expect(page.locator(".log")).to_contain_text("sign-in ana@example.com")
        await expect(page.locator(".log tr").last).to_contain_text("draw gpt-4o-image, 1 picture")
        await on_each_screen(tab, axe, "audit")
        await page.goto(address)
        await page.get_by_role("button", name="Log out").click()
        await page.goto(address)
        await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        assert tab.wrong == []
        await page.close()
