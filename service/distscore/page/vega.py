"""Vega, Vega-Lite and vega-embed as one script, out of the package that has them.

It is made by a process of its own, once: the engine that bundles it stays out of the process that serves.
"""

import asyncio
import sys

import vl_convert


class Vega:
    """The script, made when it is first asked for."""

    def __init__(self) -> None:
        self._script = b""
        self._turn = asyncio.Lock()

    async def script(self) -> bytes:
        """The script; the first call takes a second or two."""
        async with self._turn:
            if not self._script:
                made = await asyncio.create_subprocess_exec(
                    sys.executable, "-P", "-m", __name__, stdout=asyncio.subprocess.PIPE, start_new_session=True
                )
                self._script, _ = await made.communicate()
        return self._script


def main() -> None:
    """Write the script to the standard output."""
    sys.stdout.write(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))


if __name__ == "__main__":
    main()
