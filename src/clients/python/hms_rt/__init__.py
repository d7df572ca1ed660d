"""Real-time synchronization of HMS: every office, service and user sees the latest data at the same time."""

from .sync import RealTimeSync

__all__ = ["RealTimeSync"]
