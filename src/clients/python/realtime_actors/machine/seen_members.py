"""Who is there in one channel, put together of what the server tells."""

from __future__ import annotations

from types import MappingProxyType

from ..members import PresenceMember, PresenceSnapshot
from ..protocol.frames import PresenceFrame


class SeenMembers:
    def __init__(self) -> None:
        self.snapshot = PresenceSnapshot()
        self._members: dict[str, PresenceMember] = {}
        # Whether it is known on this connection who is there, or is just being told in several frames.
        self._has_list = False
        # Whether the rest of a long list is still to come.
        self._is_filling = False

    def take(self, told: PresenceFrame) -> bool:
        """Whether something is to be shown."""
        if told.kind == "count":
            self._members, self._has_list, self._is_filling = {}, False, False
            self.snapshot = PresenceSnapshot(told.count, None, True)
            return True
        # What changed says nothing to whoever does not know what there was; every connection begins with all of it.
        is_full = told.kind == "full"
        if not is_full and not self._has_list:
            return False

        members = {} if is_full else dict(self._members)
        for left in told.left:
            members.pop(left.session, None)
        for member in (*told.joined, *told.updated):
            members[member.session] = member
        self._members = dict(sorted(members.items()))
        self._has_list = True
        goes_on = is_full or (self._is_filling and not told.left and not told.updated)
        self._is_filling = goes_on and len(members) < told.count
        if self._is_filling:
            return False
        # Half a list is none.
        self.snapshot = PresenceSnapshot(told.count, MappingProxyType(self._members) if len(members) == told.count else None, True)
        return True

    def connection_lost(self) -> bool:
        """Whether something is to be shown."""
        self._has_list = self._is_filling = False
        if not self.snapshot.is_current:
            return False
        self.snapshot = PresenceSnapshot(self.snapshot.count, self.snapshot.members, False)
        return True
