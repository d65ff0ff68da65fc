"""The wall shows small pictures of the sites in view, the sites see that, and secret content takes them away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import async_playwright, expect

from tests.browser.devices import RED, coloured_camera, tone_microphone
from tests.browser.rooms import demo_sitting, launch, pair, picture, sign_in

pytestmark = pytest.mark.browser
#: Browsers that share a small machine with their server take their time, in ms.
SOON = 60_000

#: The colour in the middle of the only picture on the wall.
_COLOUR = """
(image) => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const brush = canvas.getContext('2d');
  brush.drawImage(image, 0, 0);
  return [...brush.getImageData(image.naturalWidth / 2, image.naturalHeight / 2, 1, 1).data.slice(0, 3)];
}
"""


async def test_the_wall_shows_sites_that_are_in_view(tmp_path: Path, unused_tcp_port: int) -> None:
    async with demo_sitting(tmp_path, unused_tcp_port) as demo, async_playwright() as playwright:
        camera = coloured_camera(tmp_path / "red.y4m", RED)
        browser = await launch(playwright, camera, tone_microphone(tmp_path / "tone.wav"))
        console = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        await pair(console, demo, demo.sites[2])
        await console.goto(demo.room("console", "?as=room"))
        watched = console.get_by_text("Kỹ thuật hoặc chủ trì đang xem điểm cầu này")
        await expect(console.get_by_role("heading", name="Thiết bị")).to_be_visible(timeout=SOON)
        await expect(watched).to_have_count(0, timeout=SOON)

        technician = await browser.new_page(viewport={"width": 1366, "height": 768}, locale="vi-VN")
        await technician.context.clear_cookies()
        technician.set_default_timeout(SOON)
        await sign_in(technician, demo, "kythuat")
        await technician.goto(demo.room("wall"))
        still = technician.locator(".tile img")
        await expect(still).to_have_count(1, timeout=SOON)
        red, green, blue = await still.evaluate(_COLOUR)
        assert red > 150
        assert max(green, blue) < 90
        await expect(watched).to_be_visible(timeout=SOON)
        first = await still.get_attribute("src")
        await expect(still).not_to_have_attribute("src", str(first), timeout=SOON)
        await picture(technician, "wall-pictures")
        await technician.set_viewport_size({"width": 390, "height": 844})
        await picture(technician, "wall-pictures-phone")

        await technician.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        await expect(watched).to_have_count(0, timeout=SOON)
        await technician.evaluate("window.scrollTo(0, 0)")
        await expect(watched).to_be_visible(timeout=SOON)
        await technician.set_viewport_size({"width": 1366, "height": 768})

        await technician.get_by_role("button", name="Dừng vì nội dung mật").click()
        await technician.get_by_role("button", name="Dừng ngay").click()
        await expect(still).to_have_count(0, timeout=SOON)
        await expect(watched).to_have_count(0, timeout=SOON)
        await browser.close()
