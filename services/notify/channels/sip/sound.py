"""Sound files: a text spoken as a telephone carries it, and both sides of a call in one file."""

from __future__ import annotations

import asyncio
from pathlib import Path

# What a telephone carries (G.711).
TELEPHONE = ("-r", "8000", "-c", "1", "-b", "16")
PAUSE = "0.7"
SECONDS = 30.0


class Unspeakable(Exception):
    """A sound file could not be made."""


async def speak(text: str, voice: str, times: int, quiet: float, file: Path) -> None:
    """The text spoken so many times, with a pause before each, and so many seconds of quiet. Raises Unspeakable."""
    raw = file.with_suffix(".raw.wav")
    # By standard input: arguments stand in every list of processes.
    await _run("espeak-ng", "-v", voice, "-s", "150", "--stdin", "-w", str(raw), said=text.encode())
    await _run("sox", "-G", str(raw), *TELEPHONE, str(file), "pad", PAUSE, "0", "repeat", str(times - 1), "pad", "0", str(quiet))


async def both_sides(folder: Path) -> bytes | None:
    """What baresip wrote of a call as one WAV, the one called on the left and we on the right; nothing where nobody spoke."""
    heard, said = await asyncio.to_thread(_dumps, folder)
    if heard is None or said is None:
        return None
    whole = folder / "call.wav"
    await _run("sox", "-M", str(heard), str(said), str(whole))
    return await asyncio.to_thread(whole.read_bytes)


def _dumps(folder: Path) -> tuple[Path | None, Path | None]:
    """What was heard and what was said, as baresip's sndfile names them."""
    heard, said = (next(folder.glob(f"dump-*-{side}.wav"), None) for side in ("dec", "enc"))
    return heard, said


async def _run(*args: str, said: bytes = b"") -> None:
    process = await asyncio.create_subprocess_exec(
        *args, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(SECONDS):
            await process.communicate(said)
    except TimeoutError:
        raise Unspeakable(f"{args[0]} did not end") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise Unspeakable(f"{args[0]} failed with {process.returncode}")
