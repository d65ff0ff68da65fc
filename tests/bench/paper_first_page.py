"""The first page of a 50 MB paper of 500 pages in Chromium over a line of 8 Mbit/s.

Run as `python -m tests.bench.paper_first_page`: a line of JSON for a paper as written, and for a linearised one.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import structlog
from playwright.async_api import Page, Response, expect

from agendas.documents.service import Upload, add
from agendas.documents.store import Store
from meetings.ids import now_ms
from tests.browser.office import Province, sample_province
from tests.large_paper import large_paper

PAGES = 500
MBIT, LATENCY_MS = 8, 20


async def keep(province: Province, folder: Path, content: bytes) -> str:
    async def whole() -> AsyncIterator[bytes]:
        yield content

    store = Store(folder / "documents")
    upload = Upload(province.meeting, "", "Tài liệu lớn (mẫu)", "delegates", "bench", False)
    return (await add(province.database, store, upload, await store.receive(whole()), now_ms())).id


async def drawn(page: Page, number: int) -> None:
    text = page.locator(".sheet").get_by_text(f"Trang {number}", exact=True)
    await expect(text).to_be_visible(timeout=120_000)


def parts_of(page: Page, document: str) -> Callable[[], int]:
    """Counts the bytes of the paper that the page was sent in parts."""
    got = 0

    def count(response: Response) -> None:
        nonlocal got
        if document in response.url and response.status == 206:
            got += int(response.headers["content-length"])

    page.on("response", count)
    return lambda: got


async def measure(province: Province, document: str) -> dict[str, float]:
    page = await province.visit("/calendar", "thuky")
    devtools = await page.context.new_cdp_session(page)
    rate = MBIT * 1_000_000 / 8
    line = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": rate, "uploadThroughput": rate}
    await devtools.send("Network.enable")
    await devtools.send("Network.emulateNetworkConditions", line)
    got = parts_of(page, document)
    started = time.perf_counter()
    await page.goto(f"{province.address}/meetings/{province.meeting}/papers/{document}")
    await drawn(page, 1)
    first, first_bytes = time.perf_counter() - started, got()
    started = time.perf_counter()
    await page.get_by_label("Đến trang").fill(str(PAGES - 100))
    await page.keyboard.press("Enter")
    await drawn(page, PAGES - 100)
    far = time.perf_counter() - started
    await page.context.close()
    return {
        "first_page_ms": round(first * 1000),
        "first_page_kb": first_bytes // 1024,
        "page_400_ms": round(far * 1000),
    }


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as name, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        async with sample_province(Path(name), port) as province:
            for kind in ("as written", "linearised"):
                content = large_paper(PAGES, linearised=kind == "linearised")
                figures = await measure(province, await keep(province, Path(name), content))
                size = {"mb": round(len(content) / 1024 / 1024, 1), "pages": PAGES, "line_mbit": MBIT}
                whole = {"whole_file_on_that_line_ms": round(len(content) * 8 / MBIT / 1000)}
                print(json.dumps({"bench": "paper_first_page", "paper": kind, **size, **figures, **whole}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
