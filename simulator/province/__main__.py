"""A province: `python -m simulator.province --port 9443 --key … [--city http://127.0.0.1:8443]`. Without a city it waits to be polled."""

from __future__ import annotations

import argparse
import asyncio

from aiohttp import web

from simulator.province.book import Book
from simulator.province.faults import Faults
from simulator.province.pushing import push
from simulator.province.serving import Serving


async def main() -> None:
    """Until it is ended."""
    parser = argparse.ArgumentParser(prog="python -m simulator.province")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--code", default="370000")
    parser.add_argument("--city-code", default="370300")
    parser.add_argument("--city", default="")
    options = parser.parse_args()
    book, faults = Book(options.city_code), Faults()
    runner = web.AppRunner(Serving(book, faults, options.key).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port).start()
    print(f"a province listens on 127.0.0.1:{options.port}", flush=True)
    if options.city:
        await push(book, faults, options.city, options.code, options.key)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
