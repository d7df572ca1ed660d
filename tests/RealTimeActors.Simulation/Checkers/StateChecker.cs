using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Simulation.Workloads;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>A checker of the channel whose state is shared.</summary>
internal abstract class StateChecker : Checker
{
    protected ChannelPlan? Channel => Seen.Plan.State?.Channel;

    protected bool IsMutation(TrueEvent durable) => durable.Event.Channel == Channel?.Name && durable.Event.Type == ServerTypes.State;

    /// <summary>The newest offset on the disk.</summary>
    protected long Head => Seen.Truth.Head(Channel!.Name);

    /// <summary>The state as of an offset of the present life, by what is on the disk; null: that offset is not there.</summary>
    protected StateDocument? At(long offset) => offset > Head ? null : Seen.States.At(Seen.Truth.Life, offset);

    /// <summary>Version and value of a key; where it was deleted its version, and no value.</summary>
    protected static (long Version, ReadOnlyMemory<byte> Value) Of(StateDocument document, string key)
    {
        var isPresent = document.TryGet(key, out var entry);
        return (entry?.Version ?? 0, isPresent ? entry!.Value : default);
    }
}
