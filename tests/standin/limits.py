"""How often an app may ask: so many times a second, so many times a minute.

Whichever is reached first refuses until its window is over. Windows begin at
whole seconds and minutes of the clock; a refused request counts for nothing.
"""

import math


class Window:
    """At most `limit` in each `length_s` seconds."""

    def __init__(self, limit, length_s):
        self.limit, self.length_s = limit, length_s
        self._number, self._taken = None, 0

    def wait_s(self, now):
        """0 if there is room, else how long until there is."""
        number = math.floor(now / self.length_s)
        if number != self._number:
            self._number, self._taken = number, 0
        if self._taken < self.limit:
            return 0
        return (number + 1) * self.length_s - now

    def take(self):
        """One request more in the window of the last wait_s()."""
        self._taken += 1


class Limiter:
    """The limits of one API. Times are seconds on any clock."""

    def __init__(self, per_second=50, per_minute=1000):
        self._windows = [Window(per_second, 1), Window(per_minute, 60)]

    def take(self, now):
        """None if the request may pass, else the headers of the refusal."""
        waits = [window.wait_s(now) for window in self._windows]
        if not any(waits):
            for window in self._windows:
                window.take()
            return None
        longest = max(waits)
        window = self._windows[waits.index(longest)]
        return {"x-ogw-ratelimit-limit": str(window.limit),
                "x-ogw-ratelimit-reset": str(math.ceil(longest))}
