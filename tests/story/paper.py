"""After the sitting: minutes signed twice in the browser, and checked by tools that are not ours."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
from pathlib import Path

from playwright.async_api import expect

from tests.story.processes import ROOT
from tests.story.province import Office
from tests.story.screens import Screen


async def sign(screen: Screen, address: str, meeting: str, name: str) -> None:
    """Sign on the minutes page, as whoever is signed in there."""
    page = screen.page
    await page.goto(f"{address}/minutes/{meeting}")
    await page.get_by_role("button", name="Ký số").click(timeout=60_000)
    await page.get_by_role("alertdialog").or_(page.get_by_role("dialog")).get_by_role("button", name="Ký số").click()
    await expect(page.get_by_role("alertdialog").or_(page.get_by_role("dialog"))).to_have_count(0, timeout=60_000)
    await expect(page.get_by_text("đã ký lúc")).to_have_count(1 if name == "secretary" else 2)
    await screen.picture(f"minutes-signed-by-{name}")


async def look_around(screen: Screen, address: str, meeting: str) -> None:
    """A picture of every view that the sitting itself did not pass."""
    views = {
        "calendar": "/calendar", "meeting": f"/meetings/{meeting}", "directory": "/directory", "accounts": "/accounts",
        "devices": "/devices", "tasks": "/tasks", "verify": "/verify", "device-check": f"/room/{meeting}/check",
        "new-meeting": "/meetings/new", "room-device": "/room-device", "join-hall": "/join/hall",
    }  # fmt: skip
    for name, path in views.items():
        await screen.page.goto(f"{address}{path}")
        await screen.page.wait_for_load_state("networkidle")
        await screen.picture(name)


async def run(*command: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
    """A command's exit code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
        env=os.environ | (environment or {}),
    )
    printed, _ = await asyncio.wait_for(process.communicate(), 120)
    return process.returncode or 0, printed.decode()


async def check(office: Office, meeting: str, data: Path, work: Path) -> str:
    """Download the minutes and have them checked; their SHA-256."""
    content = await office.download(f"/api/meetings/{meeting}/minutes/file.pdf")
    file = work / "minutes.pdf"
    file.write_bytes(content)
    trust = str(data / "sample-authority" / "trust.pem")
    code, told = await run(sys.executable, "-m", "web", "verify", str(file), "--trust", trust, "--json")
    found = json.loads(told)
    assert (code, found["intact"], len(found["signatures"])) == (0, True, 2), told
    code, told = await run("pdfsig", "-nocert", str(file))
    assert told.count("Signature is Valid.") == 2, told
    code, told = await run("qpdf", "--check", str(file))
    assert code == 0, told
    changed = work / "minutes-changed.pdf"
    middle = content.rindex(b"/Contents") // 2
    changed.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    code, told = await run(sys.executable, "-m", "web", "verify", str(changed), "--trust", trust)
    assert code in (1, 2), f"one changed byte was not noticed: {told}"
    return hashlib.sha256(content).hexdigest()
