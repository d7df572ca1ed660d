using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>5: what asked for a version was done on that one and no other: for each key the successes are a chain, and none of them is lost.</summary>
internal sealed class CompareAndSet : StateChecker
{
    public override void OnDurable(TrueEvent durable)
    {
        if (!IsMutation(durable) || StateEventFormat.Read(durable.Event.Data).IfVersion is not { } wanted)
            return;

        var (version, value) = Of(Seen.States.At(durable.Life, durable.Event.Offset - 1)!, durable.Event.Key!);
        Require(
            Holds(wanted, version, value),
            $"Offset {durable.Event.Offset} asked for version {wanted} of {durable.Event.Key}, and was done on version {version}.");
        Seen.Sometimes.Count("a compare-and-set succeeds");
    }

    public override void OnSent(LinkView link, ServerFrame frame)
    {
        if (frame is not ServerFrame.Mutated { Result: "rejected" } rejected || link.Answered(frame) is not ClientFrame.Mutate mutate)
            return;

        Seen.Sometimes.Count("a compare-and-set fails");
        if (At(rejected.Offset) is not { } document)
        {
            Fail($"{link.Name} was rejected by the state as of {rejected.Offset}; on disk the log ends at {Head}.");
            return;
        }

        var (version, value) = Of(document, mutate.Key);
        Require(
            mutate.IfVersion is { } wanted && !Holds(wanted, version, value),
            $"{link.Name} asked for version {mutate.IfVersion} of {mutate.Key}, which has {version} as of {rejected.Offset}, and was rejected.");
        Require(
            rejected.Version == version && rejected.Value.Span.SequenceEqual(value.Span),
            $"{link.Name} was rejected with version {rejected.Version} of {mutate.Key}; as of {rejected.Offset} it has {version}, or another value.");
    }

    private static bool Holds(long wanted, long version, ReadOnlyMemory<byte> value) => wanted switch
    {
        0 => value.IsEmpty,
        Mutation.MustExist => !value.IsEmpty,

        // A deletion has a version, too, on which one may build.
        _ => version == wanted,
    };
}
