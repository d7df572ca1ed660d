using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.States;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>The channel and its shared state: what is asked for is decided on the tentative state, goes into the log like every event, and is answered when it is on disk.</summary>
/// <remarks>The rules are in <see cref="StateDocument"/>. Whatever is answered was judged on what is durable by then: a rejection, too, waits for the writes that it was judged on.</remarks>
internal sealed partial class ChannelActor
{
    /// <summary>Mutations that wait for the disk, in order of the offset that answers them.</summary>
    private Queue<PendingMutation>? _mutations;

    /// <summary>The documents after the mutations that wait for the disk, in order of offset.</summary>
    private Queue<(long Offset, StateDocument Document)>? _documents;

    /// <summary>The document as it is on disk: what is read.</summary>
    private StateDocument _committed = StateDocument.Empty;

    private void OnMutate(ChannelCommand.Mutate mutate)
    {
        _stages.Received(mutate.ReceivedAt);
        if (UndecidedCount >= _services.Options.UndecidedEventsMax)
        {
            Refuse(mutate, ErrorCode.Overloaded, $"{UndecidedCount} events of {_channel} wait for the disk already.", TimeSpan.FromMilliseconds(100));
            return;
        }

        var mutation = mutate.Mutation;
        var digest = mutation.MutationId is null ? [] : MutationDigest.Of(mutation);
        if (mutation.MutationId is { } id && State.Shared?.Mutations.Find(mutation.User, id) is { } earlier)
        {
            OnRepeat(mutate, earlier, digest);
            return;
        }

        var document = Has(PlantedBug.IfVersionOnCommitted) && mutation.IfVersion is not null ? _committed : State.Document;
        var decision = Decide(document, mutation);
        if (decision.Error is { } code)
        {
            Refuse(mutate, code, decision.Reason ?? "It cannot be done.");
            return;
        }

        var frame = FrameOf(mutation, decision);
        if (decision.Result != MutationResult.Rejected)
        {
            Append(mutation, decision, digest);
            frame = frame with { Offset = State.Head };
        }
        else if (Has(PlantedBug.RejectedLogged) && Decide(document, mutation with { IfVersion = null }) is { Error: null } forced)
        {
            Append(mutation, forced, digest);
        }

        AnswerWhenDurable(new PendingMutation(mutate, frame, State.Head));
    }

    private Decision Decide(StateDocument document, Mutation mutation) => document.Decide(
        mutation,
        _settings.Merge,
        _services.Options.MergeRules,
        _settings.State,
        Math.Max(NowUnixMs, State.HeadTimeUnixMs),
        (long)_services.Options.StateSkewMax.TotalMilliseconds);

    /// <summary>It was decided before: the same result and offset again, with the version and the value of now. Where that is still on its way to the disk, the repeat waits for it.</summary>
    private void OnRepeat(ChannelCommand.Mutate mutate, RememberedMutation earlier, ReadOnlySpan<byte> digest)
    {
        if (!earlier.Digest.Span.SequenceEqual(digest))
        {
            Refuse(mutate, ErrorCode.Conflict, $"The mutation {mutate.Mutation.MutationId} came before and asked for something else; it is at offset {earlier.Offset}. Another mutation needs another id.");
            return;
        }

        var frame = new ServerFrame.Mutated
        {
            Result = MutationResults.NameOf(earlier.Result),
            Channel = _channel.Value,
            Key = mutate.Mutation.Key,
            Epoch = State.Epoch,
            Offset = earlier.Offset,
            Duplicate = true,
        };
        AnswerWhenDurable(new PendingMutation(mutate, frame, earlier.Offset <= CommittedSequence ? CommittedSequence : State.Head));
    }

    private void Append(Mutation mutation, Decision decision, ReadOnlyMemory<byte> digest)
    {
        var publication = new Publication { Type = ServerTypes.State, Key = mutation.Key, User = mutation.User, Session = mutation.Session, Data = decision.EventData };
        Append(publication, default, withPrevious: false, new StoredMutation(mutation.MutationId, decision.Result, digest)
        {
            FirstNamed = State.Shared?.Rules.Contains(_settings.Merge) == true ? null : _settings.Merge,
            Decided = decision,
        });
        (_documents ??= new()).Enqueue((State.Head, State.Document));
    }

    private ServerFrame.Mutated FrameOf(Mutation mutation, Decision decision) => new()
    {
        Result = MutationResults.NameOf(decision.Result),
        Channel = _channel.Value,
        Key = mutation.Key,
        Epoch = State.Epoch,
        Offset = State.Head,
        Version = Has(PlantedBug.VersionNotRaised) && decision.Result is MutationResult.Applied or MutationResult.Merged ? decision.Version - 1 : decision.Version,
        Value = decision.Value,
        Reason = decision.Reason,
    };

    private void AnswerWhenDurable(PendingMutation pending)
    {
        if (pending.AnsweredAt <= CommittedSequence || Has(PlantedBug.MutatedBeforeCommit))
            Answer(pending);
        else
            (_mutations ??= new()).Enqueue(pending);
    }

    /// <summary>More has reached the disk.</summary>
    private void AnswerMutations()
    {
        while (_documents is not null && _documents.TryPeek(out var next) && next.Offset <= CommittedSequence)
            _committed = _documents.Dequeue().Document;

        while (_mutations is not null && _mutations.TryPeek(out var pending) && pending.AnsweredAt <= CommittedSequence)
            Answer(_mutations.Dequeue());
    }

    private void Answer(PendingMutation pending)
    {
        var (mutate, frame, _) = pending;
        if (frame.Duplicate)
        {
            var isPresent = _committed.TryGet(mutate.Mutation.Key, out var entry);
            frame = frame with { Version = entry?.Version ?? 0, Value = isPresent ? entry!.Value : default };
        }

        mutate.ReplyTo.Tell(new ChannelReply.Mutated(mutate.Tag, frame));
    }

    /// <summary>What waited for the disk did not reach it, or perhaps did.</summary>
    private void LoseMutations(bool isUnknown, string message)
    {
        while (_mutations is not null && _mutations.TryDequeue(out var pending))
        {
            if (pending.AnsweredAt <= CommittedSequence || (pending.Frame.Duplicate && pending.Frame.Offset <= CommittedSequence))
                Answer(pending);
            else if (isUnknown)
                Refuse(pending.Command, ErrorCode.Timeout, $"It could not be learnt whether {_channel} was written ({message}). Send the mutation again under the same mutationId: it counts once.");
            else
                Refuse(pending.Command, ErrorCode.Overloaded, $"{_channel} could not be written: {message}", TimeSpan.FromSeconds(1));
        }
    }

    private void RecoverDocument()
    {
        _documents?.Clear();
        _formerStates = null;
        _committed = State.Document;
    }

    private void Refuse(ChannelCommand.Mutate mutate, ErrorCode code, string message, TimeSpan? after = null)
    {
        _services.Meters.Refused(code, 1);
        mutate.ReplyTo.Tell(new ChannelReply.Refused(mutate.Tag, code, message) { After = after });
    }

    /// <summary>A mutation that was decided.</summary>
    /// <param name="Command">Who asks for what.</param>
    /// <param name="Frame">The answer; of a repeat without the present version and value.</param>
    /// <param name="AnsweredAt">It may be told when everything up to this offset is on disk.</param>
    private sealed record PendingMutation(ChannelCommand.Mutate Command, ServerFrame.Mutated Frame, long AnsweredAt);
}
