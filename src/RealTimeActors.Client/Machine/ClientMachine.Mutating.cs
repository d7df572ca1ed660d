using System.Text;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

// Edits of states: kept, shown, sent until they are answered, over as many connections and processes as it takes.
public sealed partial class ClientMachine
{
    private readonly MutationQueue _mutations;
    private readonly HybridClock? _clock;

    /// <summary>Edits whose end was not told yet.</summary>
    public int MutationsWaiting => _mutations.Count;

    /// <summary>Edits an entry of a channel's state. Its end is told once, by <see cref="ClientEffect.MutationDecided"/> or <see cref="ClientEffect.MutationAbandoned"/>.</summary>
    /// <param name="now">The time.</param>
    /// <param name="mutate">As it goes out; id, mutation id, time and, where the state is followed, base version are filled in. Its value is compact JSON and must not change.</param>
    /// <returns>The edit. It is shown, and on its way, once <see cref="ClientEffect.MutationPending"/> tells so.</returns>
    public PendingMutation Mutate(TimeSpan now, ClientFrame.Mutate mutate)
    {
        ArgumentNullException.ThrowIfNull(mutate);
        var mutation = new PendingMutation
        {
            Channel = mutate.Channel,
            Key = mutate.Key,
            Operation = mutate.Operation,
            Value = mutate.Value,
            IfVersion = mutate.IfVersion,
            BaseVersion = SeenVersionOf(mutate.Channel, mutate.Key) ?? mutate.BaseVersion,
            Producer = _mutations.Producer,
            Number = _mutations.NextNumber(),
            TimeUnixMs = _clock?.Next(),
        };

        var bytes = BytesOf(mutation);
        if (RefusalOf("edit", bytes, _mutations.HasRoomFor(bytes), _mutations.Count, _mutations.Bytes) is { } refusal)
            Emit(new ClientEffect.MutationAbandoned(mutation, refusal));
        else
            Keep(now, _mutations.Add(NextId(), mutation, bytes));
        return mutation;
    }

    /// <summary>The host has written an edit down: a crash does not lose it any more. Answers <see cref="ClientEffect.KeepMutation"/>.</summary>
    public void MutationKept(TimeSpan now, long number)
    {
        if (_mutations.FindByNumber(number) is not { Writing.Count: > 0 } entry)
            return;

        entry.Written = entry.Writing.Dequeue();
        if (entry.IsKept && !entry.IsShown)
        {
            entry.IsShown = true;
            if (_byChannel.TryGetValue(entry.Mutation.Channel, out var subscription))
            {
                subscription.View?.Show(entry.Mutation);
                ShowState(subscription);
            }

            Emit(new ClientEffect.MutationPending(entry.Mutation));
        }

        SendMutations(now, entry.Lane);
    }

    /// <summary>The host could not write an edit down: it is as if it had not been made. Answers <see cref="ClientEffect.KeepMutation"/>.</summary>
    public void MutationNotKept(TimeSpan now, long number, string reason)
    {
        if (_mutations.FindByNumber(number) is not { Writing.Count: > 0 } entry)
            return;

        entry.Writing.Dequeue();
        if (entry.Writing.Count > 0)
            return;

        if (entry.Written is { } written)
        {
            // It goes out as it was written down: another process could not tell otherwise.
            entry.Mutation = written;
        }
        else
        {
            _mutations.Remove(entry);
            Emit(new ClientEffect.MutationAbandoned(entry.Mutation, new RequestOutcome.Rejected(RejectReason.NotKept, "The edit could not be kept: " + reason)));
        }

        SendMutations(now, entry.Lane);
    }

    private static long LatestOf(KeptMutations? kept) => kept is null ? 0 : Math.Max(kept.LastTimeUnixMs, kept.Pending.Max(mutation => mutation.TimeUnixMs) ?? 0);

    private void Restore(KeptMutations kept)
    {
        foreach (var mutation in kept.Pending)
        {
            var entry = _mutations.Add(NextId(), mutation, BytesOf(mutation));
            entry.Written = mutation;
            entry.IsShown = entry.MayBeSent = entry.MayBeInLog = true;
        }
    }

    private void Keep(TimeSpan now, QueuedMutation entry)
    {
        entry.Writing.Enqueue(entry.Mutation);
        if (_options.KeepsMutations)
            Emit(new ClientEffect.KeepMutation(entry.Mutation));
        else
            MutationKept(now, entry.Mutation.Number);
    }

    /// <summary>The server has said what time it is. What this process has made before was made at another time than the wall clock said, if that is wrong.</summary>
    private void SetClock(TimeSpan now, long serverUnixMs, long agoMs)
    {
        if (_clock is null)
            return;

        var wrongBy = _clock.Observe(serverUnixMs, agoMs);
        var waiting = _mutations.Lanes.SelectMany(lane => lane.Entries).OrderBy(entry => entry.Mutation.Number).ToList();

        // What may have been sent goes out as it did, and stays before what was made after it. Where a stamp would come to lie ahead of now, it was not the wall clock's.
        var fixedTo = waiting.Where(entry => entry.MayBeSent).Max(entry => entry.Mutation.TimeUnixMs) ?? 0;
        foreach (var entry in waiting.Where(entry => !entry.MayBeSent && wrongBy != 0))
        {
            if (entry.Mutation.TimeUnixMs + wrongBy is { } time && time > fixedTo && time < _clock.Now)
                Rewrite(now, entry, entry.Mutation with { TimeUnixMs = time });
            else
                fixedTo = Math.Max(fixedTo, entry.Mutation.TimeUnixMs ?? 0);
        }

        _clock.GoOnBehind(waiting.Max(entry => entry.Mutation.TimeUnixMs) ?? 0);
    }

    private void ResumeMutating(TimeSpan now)
    {
        foreach (var lane in _mutations.Lanes)
            SendMutations(now, lane);
    }

    private void SendMutations(TimeSpan now, MutationLane lane)
    {
        if (_phase != ConnectionPhase.Welcomed)
            return;

        foreach (var entry in lane.Sendable(MutationsInFlightMax))
        {
            entry.IsSent = entry.MayBeSent = true;
            Send(now, FrameOf(entry));
        }
    }

    private static ClientFrame.Mutate FrameOf(QueuedMutation entry) => new()
    {
        Id = entry.Id,
        Channel = entry.Mutation.Channel,
        Key = entry.Mutation.Key,
        Operation = entry.Mutation.Operation,
        Value = entry.Mutation.Value,
        IfVersion = entry.Mutation.IfVersion,
        BaseVersion = entry.Mutation.BaseVersion,
        MutationId = entry.Mutation.MutationId,
        TimeUnixMs = entry.Mutation.TimeUnixMs,
    };

    private void OnMutated(TimeSpan now, ServerFrame.Mutated mutated)
    {
        if (!_mutations.TryFind(mutated.Id, out var entry))
            return;

        var result = ResultOf(mutated.Result);
        entry.Lane.Attempts = 0;
        Decide(now, entry, mutated.Epoch, new MutationOutcome
        {
            Mutation = entry.Mutation,
            Result = result,
            Offset = mutated.Offset,
            Version = mutated.Version,
            Value = mutated.Value.IsEmpty ? default(ReadOnlyMemory<byte>?) : mutated.Value,
            Reason = mutated.Reason,
            IsDuplicate = mutated.Duplicate,
        });
    }

    private void OnMutateError(TimeSpan now, QueuedMutation entry, ServerFrame.Error error)
    {
        entry.MayBeInLog |= error.Code is ErrorCode.Internal or ErrorCode.Timeout;
        switch (ErrorCodes.RetryOf(error.Code))
        {
            // An edit has all the time of the world; only one that makes the server fail again and again would hold back those behind it for ever.
            case RetryClass.Same or RetryClass.Backoff when error.Code != ErrorCode.Internal || ++entry.Failures < RefusalsMax:
                entry.IsSent = false;
                var pause = Backoff.Pause(_advice, entry.Lane.Attempts++, _chance());
                var after = TimeSpan.FromMilliseconds(error.AfterMs ?? 0);
                entry.Lane.HeldUntil = now + (after > pause ? after : pause);
                break;
            case RetryClass.Token when _options.UsesTokens && entry.TokenAttempts++ == 0:
                entry.IsSent = false;
                RenewToken(now, error.Message);
                break;
            default:
                var present = ViewOf(entry.Mutation.Channel)?.ConfirmedOf(entry.Mutation.Key);
                Decide(now, entry, null, new MutationOutcome
                {
                    Mutation = entry.Mutation,
                    Result = MutationResult.Rejected,
                    Version = present?.Version ?? 0,
                    Value = present?.Value,
                    Reason = error.Message,
                    Error = error.Code,
                    MayBeInLog = entry.MayBeInLog,
                });
                break;
        }
    }

    private void Decide(TimeSpan now, QueuedMutation entry, string? epoch, MutationOutcome outcome)
    {
        // What was taken is, or will be, in what is confirmed, and everybody sees it there. That it was not is not seen before it is told.
        if (IsTaken(outcome))
            ShowDecided(outcome, epoch);
        EndMutation(entry, new ClientEffect.MutationDecided(outcome));
        Release(now, entry, outcome);
        SendMutations(now, entry.Lane);
    }

    /// <summary>Those that waited for this answer were made by somebody who had seen this edit: now it can be said.</summary>
    private void Release(TimeSpan now, QueuedMutation answered, MutationOutcome outcome)
    {
        var isTaken = IsTaken(outcome);
        var isNext = true;
        foreach (var later in answered.Lane.Entries.Where(later => later.Mutation.Key == answered.Mutation.Key && later.Mutation.Number > answered.Mutation.Number).ToList())
        {
            // To take members away is to take away one's own for certain. Whoever replaces the whole must not say that he has seen what others did in between.
            var mutation = later.Mutation;
            var awaits = MutationLane.AwaitsFormer(mutation);
            if (awaits && isTaken && mutation.BaseVersion is { } former && outcome.Version > former && (mutation.Operation == "remove" || outcome.Version == former + 1))
                later.Mutation = mutation with { BaseVersion = outcome.Version };

            // Kept once more behind the answered one's end, and only then sent.
            if (awaits && isNext)
                Keep(now, later);
            isNext = false;
        }
    }

    /// <summary>Versions of another life of the log say nothing in this one. What may have been sent goes out as it did.</summary>
    private void ForgetBases(TimeSpan now, string channel)
    {
        if (_mutations.LaneOf(channel) is not { } lane)
            return;

        foreach (var entry in lane.Entries.ToList())
        {
            if (!entry.MayBeSent && entry.Mutation.BaseVersion is not null)
                Rewrite(now, entry, entry.Mutation with { BaseVersion = null });
        }
    }

    private void Rewrite(TimeSpan now, QueuedMutation entry, PendingMutation mutation)
    {
        entry.Mutation = mutation;
        Keep(now, entry);
    }

    private TimeSpan? MutatingDeadline => Earlier(_phase == ConnectionPhase.Welcomed ? _mutations.NextRelease : null, _mutations.Ending.NextAsk);

    private void TickMutating(TimeSpan now)
    {
        AskAgain(now);
        if (_phase != ConnectionPhase.Welcomed || _mutations.NextRelease is not { } due || due > now)
            return;

        foreach (var lane in _mutations.Lanes.Where(lane => lane.HeldUntil <= now).ToList())
        {
            lane.HeldUntil = null;
            SendMutations(now, lane);
        }
    }

    /// <summary>A word that this version does not know is something that was done: the document says what.</summary>
    private static MutationResult ResultOf(string word) => word switch
    {
        "applied" => MutationResult.Applied,
        "superseded" => MutationResult.Superseded,
        "rejected" => MutationResult.Rejected,
        _ => MutationResult.Merged,
    };

    private static int BytesOf(PendingMutation mutation) =>
        mutation.Value.Length + mutation.Channel.Length + (2 * Encoding.UTF8.GetByteCount(mutation.Key)) + mutation.Producer.Length + MutationBytesAtLeast;

    // Id, versions, time, operation, names in JSON.
    private const int MutationBytesAtLeast = 220;

    // A channel remembers the last 1,000 of a user, whose other sessions edit as well.
    private const int MutationsInFlightMax = 100;
}
