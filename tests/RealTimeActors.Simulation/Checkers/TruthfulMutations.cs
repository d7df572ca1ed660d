using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>7, of mutations: whatever is answered is on the disk, there, as asked and once; what was rejected or refused is in no log; a repeat is told the same offset.</summary>
internal sealed class TruthfulMutations : StateChecker
{
    private readonly SortedDictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Life, string Id), long> _offsets = [];

    public override void OnArrived(LinkView link, ClientFrame frame)
    {
        if (frame is not ClientFrame.Mutate { MutationId: { } id })
            return;

        _attempts[id] = _attempts.GetValueOrDefault(id) + 1;
        _refused.Remove(id);
    }

    public override void OnDurable(TrueEvent durable)
    {
        if (!IsMutation(durable) || durable.Stored.Mutation?.MutationId is not { } id)
            return;

        var offset = durable.Event.Offset;
        if (!_offsets.TryAdd((durable.Life, id), offset))
            Fail($"The mutation {id} is in the log twice: at {_offsets[(durable.Life, id)]} and at {offset}.");

        Require(!_refused.Contains(id), $"The mutation {id} was rejected or refused, and is in the log at {offset}.");
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (link.Answered(frame) is not ClientFrame.Mutate mutate)
            return;

        if (frame is ServerFrame.Error { Code: not (ErrorCode.Internal or ErrorCode.Timeout) } or ServerFrame.Mutated { Result: "rejected" })
            OnRefused(mutate, frame);
        else if (frame is ServerFrame.Mutated mutated)
            OnDone(link, mutate, mutated);
    }

    private void OnRefused(ClientFrame.Mutate mutate, ServerFrame frame)
    {
        Seen.Sometimes.Count(frame is ServerFrame.Error ? "a mutation is refused" : "a mutation is rejected");
        if (mutate.MutationId is not { } id || _attempts.GetValueOrDefault(id) > 1)
            return;

        Seen.Truth.Refresh();
        Require(!_offsets.ContainsKey((Seen.Truth.Life, id)), $"The mutation {id} was answered {Line.Of(frame)}, and is in the log.");
        _refused.Add(id);
    }

    private void OnDone(LinkView link, ClientFrame.Mutate mutate, ServerFrame.Mutated mutated)
    {
        Seen.Epochs.See(mutate.Channel, mutated.Epoch ?? "");
        if (Seen.Truth.Find(mutate.Channel, mutated.Offset) is not { } durable || durable.Stored.Mutation is not { } stored)
        {
            Fail($"{link.Name} was told that {mutate.MutationId} is {mutated.Result} at {mutated.Offset}; on disk the log ends at {Head}, or has no mutation there.");
            return;
        }

        var e = StateEventFormat.Read(durable.Event.Data);
        Require(
            durable.Event.Key == mutate.Key && stored.MutationId == mutate.MutationId && MutationResults.NameOf(e.Result) == mutated.Result
                && MutationOperations.NameOf(e.Operation) == mutate.Operation && e.Value.Span.SequenceEqual(mutate.Value.Span),
            $"{link.Name} was told that {mutate.Operation} {mutate.MutationId} of {mutate.Key} is {mutated.Result} at {mutated.Offset}; there is {e.Operation} {stored.MutationId} of {durable.Event.Key}, {e.Result}.");
        if (mutated.Duplicate)
            Seen.Sometimes.Count("a repeated mutation is recognised");

        // A repeat is told how it is now, which is some moment between then and now.
        var last = mutated.Duplicate ? Head : mutated.Offset;
        for (var offset = mutated.Offset; offset <= last; offset++)
        {
            var (version, value) = Of(At(offset)!, mutate.Key);
            if (version == mutated.Version && value.Span.SequenceEqual(mutated.Value.Span))
                return;
        }

        Fail($"{link.Name} was told that {mutate.Key} has version {mutated.Version} after {mutated.Offset}; the log makes {Of(At(last)!, mutate.Key).Version}, or another value.");
    }
}
