"""A client without input or output: told what happened and when, it says what is to be done. No asyncio, clock or chance of its own."""

from .client_machine import ClientMachine
from .options import MachineOptions

__all__ = ["ClientMachine", "MachineOptions"]
