"""What people press in the room, one act each; whoever plays a sitting says when it has had its effect."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.story.screens import Screen


async def confirm(secretary: Screen, people: int) -> None:
    """Confirm everybody who said that they are there."""
    await secretary.press(re.compile("^Điểm danh"))
    await secretary.press(f"Xác nhận {people} đại biểu đã báo có mặt")


async def open_sitting(chair: Screen) -> None:
    await chair.press("Khai mạc")
    await chair.agree("Khai mạc")
    await chair.press("Vào nội dung đầu")


async def raise_hand(hall: Screen) -> None:
    await hall.page.mouse.move(200, 200)
    await hall.press("Đăng ký phát biểu")


async def grant_first(chair: Screen) -> None:
    """Give the floor to the first in the queue, by keyboard."""
    await chair.page.get_by_role("list", name="Danh sách đăng ký phát biểu").focus()
    await chair.page.keyboard.press("Enter")


async def open_ballot(chair: Screen, question: str, secret: bool = False) -> None:
    """Prepare a ballot and open it."""
    await chair.page.get_by_role("tab", name=re.compile("^Biểu quyết")).click()
    await chair.page.get_by_label("Nội dung biểu quyết").fill(question)
    await chair.page.get_by_label("Bỏ phiếu kín").set_checked(secret)
    await chair.press("Chuẩn bị biểu quyết")
    await chair.press("Mở biểu quyết")
    await chair.agree("Mở biểu quyết")


async def vote(companion: Screen, secret: bool = False) -> None:
    """Vote in favour on a phone."""
    card = companion.page.get_by_role("dialog")
    await card.get_by_role("button", name=re.compile("Đồng ý$")).first.click(timeout=60_000)
    if secret:
        await card.get_by_role("button", name="Bấm lần nữa để gửi: Đồng ý").click()
    await expect(card.get_by_role("status")).to_contain_text("Đã ghi nhận", timeout=30_000)


async def close_ballot(chair: Screen) -> None:
    await chair.press("Đóng biểu quyết")
    await chair.agree("Đóng biểu quyết")


async def adjourn(chair: Screen) -> None:
    await chair.press("Bế mạc")
    await chair.agree("Bế mạc")
