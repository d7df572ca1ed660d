using RealTimeActors.Engine;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.HttpSessions;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Cluster;
using RealTimeActors.Simulation.Faults;
using RealTimeActors.Simulation.Workloads;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Simulation;

/// <summary>The mix of one run, drawn from its seed: channels, clients, faults, and an engine whose bounds are so small that they are met.</summary>
internal sealed record RunPlan
{
    public required ulong Seed { get; init; }

    public required IReadOnlyList<ChannelPlan> Channels { get; init; }

    /// <summary>A channel that comes into being when the faults are over, by one event that nothing follows: who follows it by a pattern has nobody's help to find it.</summary>
    public ChannelPlan Late { get; } = new("durable.late", new ChannelSettings());

    /// <summary>All that anything is written to.</summary>
    public IEnumerable<ChannelPlan> AllChannels => [.. Channels, Late, .. State is null ? [] : new[] { State.Channel }, .. Nacks is null ? [] : new[] { Nacks.Channel, Nacks.Letters }];

    public required IReadOnlyList<ClientPlan> Clients { get; init; }

    /// <summary>Clients that repeat themselves: the same producer and sequence over and over, now and then with another payload.</summary>
    public required int Repeaters { get; init; }

    /// <summary>Clients that follow a pattern; only where nobody is asked who he is.</summary>
    public required int PatternFollowers { get; init; }

    /// <summary>Clients that follow a pattern, and whose rights come and go; only where everybody is asked who he is.</summary>
    public int RightsFollowers { get; init; }

    /// <summary>The channel whose state is shared; null: none in this run. Only where nobody is asked who he is.</summary>
    public StatePlan? State { get; init; }

    /// <summary>A channel whose events cannot always be processed; null: none in this run. Only where nobody is asked who he is.</summary>
    public required NackPlan? Nacks { get; init; }

    /// <summary>Whether checkpoints are made, and asked for.</summary>
    public required bool Signs { get; init; }

    /// <summary>Who comes and goes; null: nobody does. Only where nobody is asked who he is.</summary>
    public PresencePlan? Presence { get; init; }

    /// <summary>Who is who; null: nobody is asked.</summary>
    public required AccessPlan? Access { get; init; }

    /// <summary>Whether some events are so large that they come in pieces to who asked for that.</summary>
    public required bool HasLargeEvents { get; init; }

    /// <summary>Bounds of what goes over plain HTTP.</summary>
    public required HttpLineOptions Lines { get; init; }

    /// <summary>How often something on the way of a stream of events gathers what comes.</summary>
    public double GatherChance { get; init; }

    /// <summary>Every publisher waits for all who follow.</summary>
    public bool AwaitsReceivers { get; init; }

    /// <summary>Whether at the end it is seen to that nothing is left of sessions that nobody comes back to.</summary>
    public bool Sweeps { get; init; }

    /// <summary>The nodes, where there are several; null: there is one.</summary>
    public ClusterPlan? Cluster { get; init; }

    /// <summary>How often what is written as an answer over plain HTTP breaks off; null: seldom, where connections are cut.</summary>
    public double? AnswerCutChance { get; init; }

    public required FaultPlan Faults { get; init; }

    public required EngineOptions Engine { get; init; }

    /// <summary>How long things go wrong.</summary>
    public required TimeSpan FaultsFor { get; init; }

    /// <summary>What is measured, for somebody who listens; null: nothing. It changes nothing about the run.</summary>
    public EngineMeters? Meters { get; init; }

    public static RunPlan Draw(ulong seed)
    {
        var entropy = new SeededEntropy(seed).Fork("plan");
        var channels = DrawChannels(entropy.Fork("channels").Numbers);
        var clients = entropy.Fork("clients").Numbers;
        var access = DrawAccess(entropy.Fork("access").Numbers);
        var shared = entropy.Fork("state").Numbers;
        var state = access is null && !shared.OneIn(3) ? StatePlan.Draw(shared).WithMore(entropy.Fork("state")) : null;
        var refused = entropy.Fork("nacks").Numbers;
        var nacks = access is null && !refused.OneIn(3) ? NackPlan.Draw(refused) : null;
        IReadOnlyList<ChannelPlan> special = [.. state is null ? [] : new[] { state.Channel }, .. nacks is null ? [] : new[] { nacks.Channel }];
        var presence = access is null ? PresencePlan.Draw(entropy.Fork("presence").Numbers) : null;
        return new RunPlan
        {
            Seed = seed,
            Channels = channels,
            Clients = [.. Enumerable.Range(1, clients.Between(2, 5)).Select(number => DrawClient($"client-{number}", channels, entropy.Fork($"client/{number}").Numbers) with
            {
                PieceBytes = entropy.Fork($"pieces/{number}").Numbers.Pick<int?>(null, 1_024, 1_024, 2_000),
                Ways = WayDraws.Draw(entropy.Fork($"ways/{number}").Numbers),
            })],
            Repeaters = clients.Below(3),
            PatternFollowers = access is null ? entropy.Fork("patterns").Numbers.Below(3) : 0,
            RightsFollowers = access is null ? 0 : entropy.Fork("rights").Numbers.Below(3),
            State = state,
            Nacks = nacks,
            Signs = entropy.Fork("signs").Numbers.OneIn(2),
            Presence = presence,
            Access = access,
            Lines = WayDraws.DrawLines(entropy.Fork("lines").Numbers),
            GatherChance = entropy.Fork("gather").Numbers.Pick(0, 0, 0.3),
            HasLargeEvents = entropy.Fork("large").Numbers.OneIn(3),
            Faults = WithEnds(DrawFaults(entropy.Fork("faults").Numbers), entropy.Fork("ends").Numbers, entropy.Fork("sessions end").Numbers),
            Engine = DrawEngine([.. channels, .. special], entropy.Fork("engine").Numbers, entropy.Fork("bounds").Numbers).WithMore(entropy) with { Presence = presence?.Options ?? new() },
            FaultsFor = entropy.Fork("length").Numbers.Ms(2_000, 5_000),
        }.WithSituations(entropy);
    }

    /// <summary>Other than 0: the same plan, and everything that is drawn while it runs is drawn otherwise. Where something is taken out, everything else shifts, and what fails by the moment no longer does: then another
    /// moment is looked for.</summary>
    public ulong Moment { get; init; }

    /// <summary>What was taken out of it, by name, to see what a failure needs.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    public override string ToString() =>
        $"{Channels.Count} channels ({string.Join(", ", Channels.Select(channel => channel.Name))}), {Clients.Count} clients, {Repeaters} repeaters, {State?.Clients ?? 0} clients of shared state, {Presence?.Clients ?? 0} who come and go, {Access}, {(AwaitsReceivers ? "publishers wait for receivers, " : "")}{(Sweeps ? "sessions are swept, " : "")}{FaultsFor.TotalSeconds:0.0} s of {Faults}{(Cluster is null ? "" : $" on {Cluster}")}";

    private static List<ChannelPlan> DrawChannels(Xoshiro256 chance)
    {
        var channels = new List<ChannelPlan> { new("durable.all", new ChannelSettings()) };
        if (chance.OneIn(2))
            channels.Add(new("durable.newest", new ChannelSettings { Retention = new RetentionRule { Count = chance.Pick(3L, 10L, 40L) } }));

        if (chance.OneIn(3))
            channels.Add(new("durable.second", new ChannelSettings()));

        if (chance.OneIn(2))
            channels.Add(new("ephemeral", new ChannelSettings { IsDurable = false, MemoryEventsMax = chance.Pick(5, 50), KeepsForOffline = chance.OneIn(3) }));

        return channels;
    }

    internal static ClientPlan DrawClient(string name, IReadOnlyList<ChannelPlan> channels, Xoshiro256 chance) => new(
        name,
        chance.Pick(WireFormat.WebSocketJson, WireFormat.WebSocketProtobuf),
        chance.Pick<int?>(null, 1, 10, 100, 10_000),
        [.. channels.Where(_ => !chance.OneIn(4)).Select(channel => SubscriptionDraws.Draw(channel, chance))],
        chance.Pick(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(100), Timeout.InfiniteTimeSpan),
        chance.Pick(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(5)),
        chance.Pick(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(50)),
        StopsReading: chance.OneIn(3),
        Restarts: chance.OneIn(2),
        IsTakenOver: chance.OneIn(4),
        Unsubscribes: chance.OneIn(4),
        Reads: chance.OneIn(2))
    {
        // Two of them may be the same user.
        User = name is "client-2" && chance.OneIn(3) ? "client-1" : name,
    };

    private static AccessPlan? DrawAccess(Xoshiro256 chance) => chance.OneIn(2)
        ? null
        : new AccessPlan(
            chance.Pick(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1_500), TimeSpan.FromSeconds(60)),
            VariesRights: !chance.OneIn(3),
            PutsOut: chance.OneIn(2),
            HasIntruder: chance.OneIn(3),
            IsSlow: chance.OneIn(2),
            Fails: chance.OneIn(4),
            IsForeseen: chance.OneIn(2));

    private static FaultPlan DrawFaults(Xoshiro256 chance) => new()
    {
        Crashes = chance.OneIn(2),
        Restores = chance.OneIn(5),
        SlowDisk = chance.OneIn(4),
        StalledDisk = chance.OneIn(4),
        FullDisk = chance.OneIn(5),
        UnknownCommits = chance.OneIn(4),
        FailedReads = chance.OneIn(5),
        Cuts = chance.OneIn(2),
        HalfOpen = chance.OneIn(4),
        SlowNetwork = chance.OneIn(4),
        SmallBuffers = chance.OneIn(3),
        GoesAway = chance.OneIn(3),
        LosesWords = chance.OneIn(3),
    };

    private static FaultPlan WithEnds(FaultPlan plan, Xoshiro256 chance, Xoshiro256 sessions) => plan with
    {
        EndsChannels = chance.OneIn(3),
        EndsEphemeral = chance.OneIn(3),
        EndsSessions = sessions.OneIn(5),
    };

    private static EngineOptions DrawEngine(List<ChannelPlan> channels, Xoshiro256 chance, Xoshiro256 bounds) => new()
    {
        Edges = chance.Pick(1, 1, 2),
        Shards = 4,
        Channels = [.. channels.Select(channel => (ChannelPattern.Parse(channel.Name), channel.Settings))],
        Heartbeat = TimeSpan.FromMilliseconds(800),
        HelloWithin = TimeSpan.FromMilliseconds(800),
        Reconnect = new ReconnectAdvice(20, 400, 1.5, 1),
        RingBytesMax = chance.Pick(1_500, 6_000, 1_048_576),
        CatchUpEventsMax = chance.Pick(3, 16, 256),
        OutboxBytesMax = chance.Pick(2_000, 262_144),
        UndecidedEventsMax = chance.Pick(200, 100_000),
        DeliveredTimeout = TimeSpan.FromMilliseconds(400),
        PatternsRestAfter = chance.Pick(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)),
        PatternsCheckedEvery = TimeSpan.FromMilliseconds(700),
        PassivateAfter = chance.Pick(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(60)),
        UnsavedSessionKeptFor = TimeSpan.FromSeconds(2),
        HeldEventsMax = bounds.Pick(8, 1_024),
        EventSourcing = new EventSourcingOptions
        {
            SnapshotEvery = chance.Pick(4, 30, 10_000),
            RowEventsMax = chance.Pick(1, 5, 256),
            RowsInFlightMax = chance.Pick(1, 2, 4),
            ReplayEventsMax = chance.Pick(5, 4_096),
            RecoveryRetryAfter = TimeSpan.FromMilliseconds(50),
        },
    };
}
