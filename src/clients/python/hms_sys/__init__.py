"""The messaging bus of HMS-SYS, on channels of RealTimeActors."""

from .bus import HMSBus

__all__ = ["HMSBus"]
