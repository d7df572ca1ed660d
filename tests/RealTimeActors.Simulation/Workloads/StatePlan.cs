using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Network;

namespace RealTimeActors.Simulation.Workloads;

/// <summary>A channel whose shared state several change at once, by rules that are others after a restart.</summary>
/// <param name="Channel">The channel, with the rules that hold at first.</param>
/// <param name="Later">The rules that hold after every other start of the node.</param>
/// <param name="Clients">How many change it.</param>
internal sealed record StatePlan(ChannelPlan Channel, ConflictRules Later, int Clients)
{
    /// <summary>How many edit it through the client library, offline too.</summary>
    public required int Editors { get; init; }

    /// <summary>How many keys it has, about.</summary>
    public required int Keys { get; init; }

    /// <summary>How many times as long as else its long values are.</summary>
    public int LongTimes { get; private init; } = 1;

    /// <summary>Who reads it with a session, by name.</summary>
    public IReadOnlyDictionary<string, StateReaderPlan> Readers { get; private init; } = new SortedDictionary<string, StateReaderPlan>(StringComparer.Ordinal);

    /// <summary>What a client wants of the values; empty: all.</summary>
    public IReadOnlyList<string> FieldsOf(string client) => Readers.GetValueOrDefault(client)?.Fields ?? [];

    /// <summary>More of it, each drawn from a stream of its own, so that one more leaves the others where they were.</summary>
    public StatePlan WithMore(SeededEntropy entropy)
    {
        var reading = entropy.Fork("readers").Numbers;
        var readers = new SortedDictionary<string, StateReaderPlan>(StringComparer.Ordinal);
        for (var i = reading.Pick(0, 0, 1, 2); i > 0; i--)
            readers.Add($"{StateReaderPlan.NamePrefix}{i}", StateReaderPlan.Draw(reading));

        var retained = entropy.Fork("retention").Numbers.Pick<long?>(null, null, 15, 60);
        return this with { Readers = readers, Channel = Channel with { Settings = Channel.Settings with { Retention = new RetentionRule { Count = retained } } } };
    }

    /// <summary>Many keys, and several who want to see all of them.</summary>
    public StatePlan WithManyReaders(int readers) => this with
    {
        Keys = 20,
        LongTimes = 6,
        Readers = new SortedDictionary<string, StateReaderPlan>(
            Enumerable.Range(1, readers).ToDictionary(i => $"{StateReaderPlan.NamePrefix}{i}", _ => new StateReaderPlan([], AckMode.Auto, [SimulatedWay.WebSocket])), StringComparer.Ordinal),
    };

    public static StatePlan Draw(Xoshiro256 chance) =>
        new(new ChannelPlan("state.shared", new ChannelSettings { Merge = DrawRules(chance) }), DrawRules(chance), chance.Between(2, 3)) { Editors = chance.Below(3), Keys = chance.Pick(5, 5, 20) };

    private static ConflictRules DrawRules(Xoshiro256 chance)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, rule) in new[] { ("count", "sum"), ("top", "max"), ("tags", "union"), ("seat", "first-write"), ("log", "append") })
        {
            if (chance.OneIn(2))
                fields.Add(path, rule);
        }

        if (chance.OneIn(5))
            fields.Add("amount", "reject");

        var isGood = ConflictRules.TryCreate(chance.OneIn(6) ? "first-write" : "last-write", fields, out var rules, out var error);
        return isGood ? rules! : throw new InvalidOperationException(error);
    }
}
