"""Which offsets of one log are accounted for: everything up to a prefix, and some ranges ahead of it."""

from __future__ import annotations

from bisect import bisect_left

from ..protocol.frames import OffsetRange


class CursorTracker:
    """An offset is accounted for once, however often it comes. Adding the next offset is O(1), anywhere else O(ranges)."""

    def __init__(self) -> None:
        self.prefix = 0
        # Changes whenever something new is accounted for.
        self.version = 0
        self._ahead: list[OffsetRange] = []
        self._ends: list[int] = []

    @property
    def ahead(self) -> list[OffsetRange]:
        """Beyond the prefix: ascending, touching neither each other nor the prefix."""
        return self._ahead

    def restart(self, prefix: int) -> None:
        """Forgets everything; the offsets up to ``prefix`` count as accounted for."""
        self.prefix = prefix
        self._ahead.clear()
        self._ends.clear()
        self.version += 1

    def __contains__(self, offset: int) -> bool:
        if offset <= self.prefix:
            return True
        at = bisect_left(self._ends, offset)
        return at < len(self._ahead) and self._ahead[at].first <= offset

    def add(self, offset: int) -> bool:
        """Accounts for one offset; says whether it is new."""
        if offset == self.prefix + 1 and not self._ahead:
            self.prefix = offset
            self.version += 1
            return True
        if offset in self:
            return False
        self.add_range(OffsetRange(offset, offset))
        return True

    def add_range(self, offsets: OffsetRange) -> None:
        """Accounts for a range, parts of which may be so already. One that ends before it begins is nothing."""
        first, last = max(offsets.first, self.prefix + 1), offsets.last
        if last < first:
            return

        # Everything that touches the new range is merged into it.
        low = bisect_left(self._ends, first - 1)
        high = low
        while high < len(self._ahead) and self._ahead[high].first <= last + 1:
            high += 1
        if high == low + 1 and self._ahead[low].first <= first and self._ahead[low].last >= last:
            return
        if high > low:
            first = min(first, self._ahead[low].first)
            last = max(last, self._ahead[high - 1].last)

        self.version += 1
        if first == self.prefix + 1:
            self.prefix = last
            del self._ahead[low:high], self._ends[low:high]
        else:
            self._ahead[low:high] = [OffsetRange(first, last)]
            self._ends[low:high] = [last]

    def missing_within(self, offsets: OffsetRange) -> list[OffsetRange]:
        """What of the range is not accounted for, ascending."""
        missing = []
        next = max(offsets.first, self.prefix + 1)
        for at in range(bisect_left(self._ends, next), len(self._ahead)):
            known = self._ahead[at]
            if known.first > offsets.last:
                break
            if next < known.first:
                missing.append(OffsetRange(next, known.first - 1))
            next = known.last + 1
        if next <= offsets.last:
            missing.append(OffsetRange(next, offsets.last))
        return missing
