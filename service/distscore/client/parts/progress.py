"""A bar of progress on a terminal, by tqdm where it is installed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from distscore.client.optional import installed, needed

Done = Callable[[int], object]  # told how many more rows are done


@contextmanager
def bar(progress: bool | None, rows: int | None = None) -> Iterator[Done]:
    """What to tell of rows that are done, of so many if that is known; None shows them on a terminal only."""
    shown = installed("tqdm") and sys.stderr.isatty() if progress is None else progress
    if not shown:
        yield int
        return
    with needed("tqdm", "progress=True").tqdm(total=rows, unit=" rows", unit_scale=True) as shows:
        yield shows.update
