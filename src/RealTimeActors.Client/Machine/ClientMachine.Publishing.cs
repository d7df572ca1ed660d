using RealTimeActors.Client.Machine.Outbox;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Publishes wait in the outbox until they are answered, over as many connections as it takes.
public sealed partial class ClientMachine
{
    private readonly PublishOutbox _outbox;

    /// <summary>Publishes. Its end is told by a <see cref="ClientEffect.Complete"/> with the number that is returned, sooner or later, once.</summary>
    /// <param name="now">The time.</param>
    /// <param name="publish">As it goes out; id and producer are filled in. Its data is kept until the end and must not change.</param>
    /// <returns>The number of the request.</returns>
    public long Publish(TimeSpan now, ClientFrame.Publish publish)
    {
        ArgumentNullException.ThrowIfNull(publish);
        var id = NextId();
        var bytes = BytesOf(publish);

        if (RefusalOf("event", bytes, _outbox.HasRoomFor(bytes), _outbox.Count, _outbox.Bytes) is { } refusal)
            Emit(new ClientEffect.Complete(id, refusal));
        else
            SendNext(now, _outbox.Add(id, publish, bytes, now + _options.PublishWithin).Lane);
        return id;
    }

    /// <summary>The application no longer waits for a publish or a read. It is completed at once, as unresolved where it may have been appended.</summary>
    public void Withdraw(TimeSpan now, long request)
    {
        if (_outbox.TryFind(request, out var entry))
        {
            GiveUp(entry, "It was withdrawn by the application.");
            SendNext(now, entry.Lane);
        }
        else if (!WithdrawPresence(request) && FindRequest(request) is { } pending)
        {
            Finish(pending, new RequestOutcome.Rejected(RejectReason.Withdrawn, "It was withdrawn by the application."));
        }
    }

    private void ResumePublishing(TimeSpan now)
    {
        // Whatever a lane was held for, this is another connection; and its publishes go out in order again.
        _outbox.ReleaseAll();
        SendUnsent(now);
    }

    private void SendUnsent(TimeSpan now)
    {
        if (_phase != ConnectionPhase.Welcomed)
            return;

        // Publishes that nobody confirms leave the window as they are sent, and make room for more.
        for (var unsent = _outbox.AllUnsent(); unsent.Count > 0; unsent = _outbox.AllUnsent())
        {
            foreach (var entry in unsent)
                SendOne(now, entry);
        }
    }

    private void SendNext(TimeSpan now, PublishLane lane)
    {
        if (_phase != ConnectionPhase.Welcomed)
            return;

        while (_outbox.NextOf(lane) is { } entry)
            SendOne(now, entry);
    }

    private void SendOne(TimeSpan now, OutboxEntry entry)
    {
        entry.IsSent = true;
        Send(now, entry.Frame);
        if (entry.Frame.Confirm == Confirm.None)
            Finish(entry, new RequestOutcome.Sent());
    }

    private void OnReceipt(TimeSpan now, ServerFrame.Receipt receipt)
    {
        if (!_outbox.TryFind(receipt.Id, out var entry))
            return;

        if (receipt.Status == ReceiptStatus.Unknown)
        {
            entry.MayBeInLog = true;
            Repeat(now, entry, TimeSpan.Zero);
            return;
        }

        entry.Lane.Attempts = 0;
        Finish(entry, new RequestOutcome.Published(receipt));
        SendNext(now, entry.Lane);
    }

    private void OnPublishError(TimeSpan now, OutboxEntry entry, ServerFrame.Error error)
    {
        entry.MayBeInLog |= error.Code is ErrorCode.Internal or ErrorCode.Timeout;
        switch (ErrorCodes.RetryOf(error.Code))
        {
            case RetryClass.Same or RetryClass.Backoff when ++entry.Refusals < RefusalsMax:
                Repeat(now, entry, TimeSpan.FromMilliseconds(error.AfterMs ?? 0));
                break;
            case RetryClass.Token when _options.UsesTokens && entry.TokenAttempts++ == 0:
                entry.IsSent = false;
                RenewToken(now, error.Message);
                break;
            default:
                Finish(entry, new RequestOutcome.Refused(error.Code, error.Message, entry.MayBeInLog));
                SendNext(now, entry.Lane);
                break;
        }
    }

    /// <summary>The same once more, with the same sequence. Until then nothing else goes to that channel, so that order is kept where it still can be.</summary>
    private void Repeat(TimeSpan now, OutboxEntry entry, TimeSpan after)
    {
        entry.IsSent = false;
        var pause = Backoff.Pause(_advice, entry.Lane.Attempts++, _chance());
        _outbox.Hold(entry.Lane, now + (after > pause ? after : pause));
    }

    private void RenewToken(TimeSpan now, string reason) => Drop(now, CloseCode.TokenExpired, reason);

    private void GiveUp(OutboxEntry entry, string why)
    {
        var wasSent = entry.IsSent || entry.MayBeInLog;
        Finish(entry, wasSent ? new RequestOutcome.Unresolved(why) : new RequestOutcome.Rejected(RejectReason.Withdrawn, why));
    }

    private void Finish(OutboxEntry entry, RequestOutcome outcome)
    {
        _outbox.Settle(entry);
        Emit(new ClientEffect.Complete(entry.Id, outcome));
    }

    private void EndPublishing()
    {
        foreach (var entry in _outbox.Drain())
        {
            Emit(new ClientEffect.Complete(entry.Id, entry.IsSent || entry.MayBeInLog
                ? new RequestOutcome.Unresolved("The client was closed before the answer came.")
                : new RequestOutcome.Rejected(RejectReason.Closed, "The client was closed before it was sent.")));
        }
    }

    private TimeSpan? PublishingDeadline => Earlier(_outbox.Oldest?.Deadline, _phase == ConnectionPhase.Welcomed ? _outbox.NextRelease : null);

    private void TickPublishing(TimeSpan now)
    {
        while (_outbox.Oldest is { } oldest && oldest.Deadline <= now)
        {
            GiveUp(oldest, $"No answer came within {_options.PublishWithin}.");
            SendNext(now, oldest.Lane);
        }

        if (_outbox.Release(now))
            SendUnsent(now);
    }

    /// <summary>At least as many as the frame will have; escapes in JSON may add to it.</summary>
    private static int BytesOf(ClientFrame.Publish publish) =>
        publish.Data.Length + publish.Channel.Length + publish.Type.Length + (publish.MessageId?.Length ?? 0) + (publish.Key?.Length ?? 0)
        + (publish.Source?.Length ?? 0) + (publish.CorrelationId?.Length ?? 0) + PublishBytesAtLeast;

    // Id, producer id and sequence, lengths.
    private const int PublishBytesAtLeast = 60;

    /// <summary>How often a publish is sent again after "later". Then the refusal is the answer.</summary>
    private const int RefusalsMax = 10;
}
