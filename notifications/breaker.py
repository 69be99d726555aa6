"""A breaker: after a failure the next tries are left out for a while, so that nobody waits for what is down."""

import time


class Breaker:
    """`is_open` for `seconds` after `trip`, in this process. Neighbours find out for themselves."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.until = None

    @property
    def is_open(self):
        return self.until is not None and time.monotonic() < self.until

    def trip(self):
        self.until = time.monotonic() + self.seconds

    def reset(self):
        self.until = None
