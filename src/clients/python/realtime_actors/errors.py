"""What goes wrong, as exceptions. Each says its code and name by the contract, what is to be done about it, and where a publish may be."""

from __future__ import annotations


class RealTimeError(Exception):
    """Something that was asked for was refused, or could not be learnt.

    ``code`` is the contract's: an error (100 …), an unsubscribe (2000 …) or a close (4000 …); 0: the client itself gave up, ``name`` says why.
    ``retry`` is ``never``, ``same``, ``backoff``, ``token`` or ``resync``. ``may_be_in_log``: of a publish, whether it may be in the log all the
    same, because an answer was lost; False: it is in no log.
    """

    def __init__(self, message: str, code: int = 0, name: str = "", retry: str = "never", may_be_in_log: bool = False) -> None:
        super().__init__(f"{message} ({code} {name})" if code else message)
        self.code = code
        self.name = name
        self.retry = retry
        self.may_be_in_log = may_be_in_log


class RefusedError(RealTimeError):
    """The server said no."""


class NotSentError(RealTimeError):
    """The client did not even send it: it is in no log. ``name``: outbox_full, too_many_requests, too_large, closed or withdrawn."""


class OutboxFullError(NotSentError):
    """As many publishes, or bytes of them, as may wait for their answers are waiting. Wait for some before publishing more."""


class UnresolvedError(RealTimeError):
    """It was sent, and no answer came before the client gave up: it may or may not be in the log."""


class ClientClosedError(RealTimeError):
    """The client, or one of its subscriptions, has ended: by the application, or for good by a refusal."""
