using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Reads and refreshes: asked again after a reconnect, for as long as they may take.
public sealed partial class ClientMachine
{
    private readonly List<PendingRequest> _requests = [];

    /// <summary>Reads. Its end is told by a <see cref="ClientEffect.Complete"/> with the number that is returned.</summary>
    public long Read(TimeSpan now, ClientFrame.Read read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Request(now, read with { Id = NextId() });
    }

    private long Request(TimeSpan now, ClientFrame frame)
    {
        if (IsOver)
        {
            Reject(frame.Id, RejectReason.Closed, "The client is closed.");
        }
        else if (_requests.Count >= _options.RequestsMax)
        {
            Reject(frame.Id, RejectReason.TooManyRequests, $"{_requests.Count} requests wait for their answers; wait for some of them before asking for more.");
        }
        else
        {
            var request = new PendingRequest(frame, now + _options.RequestWithin);
            _requests.Add(request);
            if (_phase == ConnectionPhase.Welcomed)
                SendOne(now, request);
        }

        return frame.Id;
    }

    private void SendOne(TimeSpan now, PendingRequest request)
    {
        request.IsSent = true;
        request.RetryAt = null;
        Send(now, request.Frame);
    }

    private void ResumeRequests(TimeSpan now)
    {
        foreach (var request in _requests)
        {
            if (!request.IsSent)
                SendOne(now, request);
        }
    }

    private void DetachRequests()
    {
        foreach (var request in _requests)
        {
            request.IsSent = false;
            request.RetryAt = null;
        }
    }

    private void OnPage(ServerFrame.Page page)
    {
        if (FindRequest(page.Id) is { Frame: ClientFrame.Read } request)
            Finish(request, new RequestOutcome.Paged(page));
    }

    private void OnOk(TimeSpan now, ServerFrame.Ok ok)
    {
        if (FindRequest(ok.Id) is { Frame: ClientFrame.Refresh } request)
            Finish(request, new RequestOutcome.Done());
        else if (FindOwn(ok.Id) is { } own)
            OnPresenceTaken(now, own);
    }

    private void OnRequestError(TimeSpan now, PendingRequest request, ServerFrame.Error error)
    {
        switch (ErrorCodes.RetryOf(error.Code))
        {
            case RetryClass.Same or RetryClass.Backoff when ++request.Attempts < RefusalsMax:
                var after = TimeSpan.FromMilliseconds(error.AfterMs ?? 0);
                var pause = Backoff.Pause(_advice, request.Attempts - 1, _chance());
                request.IsSent = false;
                request.RetryAt = now + (after > pause ? after : pause);
                break;
            case RetryClass.Token when request.Frame is not ClientFrame.Refresh && _options.UsesTokens && request.TokenAttempts++ == 0:
                RenewToken(now, error.Message);
                break;
            default:
                Finish(request, new RequestOutcome.Refused(error.Code, error.Message, MayBeInLog: false));
                break;
        }
    }

    /// <summary>Nothing can be asked for any more.</summary>
    private bool IsOver => _phase is ConnectionPhase.Ended or ConnectionPhase.Leaving;

    /// <summary>Why an event or an edit is not even taken to wait for its answer; null: it is.</summary>
    private RequestOutcome.Rejected? RefusalOf(string what, int bytes, bool hasRoom, int waiting, long bytesWaiting)
    {
        if (IsOver)
            return new RequestOutcome.Rejected(RejectReason.Closed, "The client is closed.");
        if (bytes > FrameBytesMax)
            return new RequestOutcome.Rejected(RejectReason.TooLarge, $"The server takes frames of at most {FrameBytesMax} bytes; this {what} has {bytes}. Make it smaller, several of it, or a reference to what is large.");
        if (!hasRoom)
            return new RequestOutcome.Rejected(RejectReason.OutboxFull, $"{waiting} {what}s with {bytesWaiting} bytes wait for their answers; let some be answered before the next.");

        return null;
    }

    private void Reject(long id, RejectReason reason, string message) => Emit(new ClientEffect.Complete(id, new RequestOutcome.Rejected(reason, message)));

    private PendingRequest? FindRequest(long id) => id == 0 ? null : _requests.Find(request => request.Frame.Id == id);

    private void Finish(PendingRequest request, RequestOutcome outcome)
    {
        _requests.Remove(request);
        Emit(new ClientEffect.Complete(request.Frame.Id, outcome));
    }

    private void EndRequests()
    {
        foreach (var request in _requests.ToList())
            Finish(request, new RequestOutcome.Rejected(RejectReason.Closed, "The client was closed before the answer came."));
    }

    private TimeSpan? RequestDeadline
    {
        get
        {
            TimeSpan? next = null;
            foreach (var request in _requests)
                next = Earlier(next, _phase == ConnectionPhase.Welcomed ? Earlier(request.RetryAt, request.Deadline) : request.Deadline);
            return next;
        }
    }

    private void TickRequests(TimeSpan now)
    {
        for (var i = _requests.Count - 1; i >= 0; i--)
        {
            var request = _requests[i];
            if (request.Deadline <= now)
                Finish(request, new RequestOutcome.Unresolved($"No answer came within {_options.RequestWithin}."));
            else if (_phase == ConnectionPhase.Welcomed && request.RetryAt <= now)
                SendOne(now, request);
        }
    }
}
