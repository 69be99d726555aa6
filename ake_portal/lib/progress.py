"""Progress of a long command: a bar on a terminal, plain lines in a log."""

import sys
import time

from tqdm import tqdm


def progress(items, label, total=None, every=10, stream=None):
    """Yield `items`, showing how far it is; in a log one line at the start, every `every` seconds and at the end."""
    stream = stream or sys.stderr
    if total is None and hasattr(items, "__len__"):
        total = len(items)
    if stream.isatty():
        yield from tqdm(items, desc=label, total=total, file=stream, leave=True)
        return
    done, spoken = 0, time.monotonic()
    for item in items:
        yield item
        done += 1
        if time.monotonic() - spoken >= every:
            spoken = time.monotonic()
            print(f"{label}: {done}" + (f" of {total}" if total else ""), file=stream, flush=True)
    print(f"{label}: {done} done", file=stream, flush=True)
