using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.DeadLetters;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Presence;
using RealTimeActors.Engine.Relays;
using RealTimeActors.Persistence.EventSourcing;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Sharding;

namespace RealTimeActors.Engine;

/// <summary>Everything about the engine that can be chosen. Documented key by key in <c>hocon/reference.conf</c>.</summary>
public sealed record EngineOptions
{
    /// <summary>The name of this node, told in <c>welcome</c>.</summary>
    public string Node { get; init; } = "n1";

    /// <summary>Edge actors: lanes of work that the connections are divided over. Default 1; a server takes as many as there are cores.</summary>
    public int Edges { get; init; } = 1;

    /// <summary>Shards per region. Default 64.</summary>
    public int Shards { get; init; } = 64;

    /// <summary>How channels behave: the settings of the first pattern that matches, the most specific pattern first.</summary>
    public IReadOnlyList<(ChannelPattern Pattern, ChannelSettings Settings)> Channels { get; init; } = [];

    /// <summary>What identities may do with channels.</summary>
    public AccessRules Access { get; init; } = AccessRules.Closed;

    /// <summary>The longest that a token is good for, from its issue to its expiry: so long a revocation is remembered. The verifier takes none that lives longer. Default 24 h.</summary>
    public TimeSpan TokenLifetimeMax { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Users whose tokens can be revoked at a time. Beyond it a revocation is refused (105). Default 100,000.</summary>
    public int RevocationsMax { get; init; } = 100_000;

    /// <summary>How long putting a user out may take, from the disk to the last edge; then the answer is 114. Default 10 s.</summary>
    public TimeSpan OrdersWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A client that was silent for so long is pinged; for twice as long, it is gone.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>A connection that has not said hello by then is closed (4401).</summary>
    public TimeSpan HelloWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of one frame.</summary>
    public int FrameBytesMax { get; init; } = Limits.FrameBytesMax;

    /// <summary>Subscriptions of one connection; one more is refused (105).</summary>
    public int SubscriptionsMax { get; init; } = 200;

    /// <summary>Channels that a connection follows by patterns, all of them together; the pattern that would go beyond it is ended (2003). Default 100,000.</summary>
    public int PatternChannelsMax { get; init; } = 100_000;

    /// <summary>How often the journal is looked through for channels that nobody told of, while patterns are followed. Default 30 s.</summary>
    public TimeSpan PatternsCheckedEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long nothing must have come in a channel that is followed by patterns only, before it goes to rest.</summary>
    internal TimeSpan PatternsRestAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Events that the stages of one shaped subscription hold at most; more wait where they are.</summary>
    internal int HeldEventsMax { get; init; } = 1_024;

    /// <summary>What clients are told about reconnecting.</summary>
    public ReconnectAdvice Reconnect { get; init; } = new(100, 5_000, 1.5, 1);

    /// <summary>Encoded events kept per channel, lane and format on an edge, for its connections to read from. Default 1 MiB.</summary>
    public int RingBytesMax { get; init; } = 1_048_576;

    /// <summary>Events of one page read from the log for a connection that catches up. Default 256.</summary>
    public int CatchUpEventsMax { get; init; } = 256;

    /// <summary>Answers that wait for a connection which does not read. Beyond it its publishes are not read any more; at four times as much it is closed (4102).</summary>
    public int OutboxBytesMax { get; init; } = 262_144;

    /// <summary>Events of one channel that wait for the disk. Beyond it a publish is refused (113).</summary>
    public int UndecidedEventsMax { get; init; } = 100_000;

    /// <summary>How long <c>confirm: delivered</c> waits where the publisher does not say. Default 10 s.</summary>
    public TimeSpan DeliveredTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a publisher that asks for so long waits, no longer than <see cref="DeliveredTime"/> lets it.</summary>
    internal TimeSpan DeliveredWait(TimeSpan asked) => asked <= TimeSpan.Zero ? DeliveredTimeout : new(Math.Min(asked.Ticks, DeliveredTime.MaxMs * TimeSpan.TicksPerMillisecond));

    /// <summary>Channels and sessions that nobody has used for so long leave the memory.</summary>
    public TimeSpan PassivateAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A session that is not on disk is kept so long after its connection ended.</summary>
    public TimeSpan UnsavedSessionKeptFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A session that was not used for so long is gone.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often expired sessions are looked for.</summary>
    public TimeSpan SessionSweepEvery { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How the actors use the journal.</summary>
    public EventSourcingOptions EventSourcing { get; init; } = EventSourcingOptions.Default;

    /// <summary>Entries of a channel that must be free to go before the journal is told to trim. Reads obey retention at once all the same. Default 1,000.</summary>
    public int TrimEvery { get; init; } = 1_000;

    /// <summary>The conflict rules of the application by the names that the channels' settings use (<c>custom:&lt;name&gt;</c>).</summary>
    public IReadOnlyDictionary<string, IMergeRule> MergeRules { get; init; } = new SortedDictionary<string, IMergeRule>(StringComparer.Ordinal);

    /// <summary>How far ahead of the server's clock the time of an edit is believed; beyond it the edit counts as made then. Default 5 s.</summary>
    public TimeSpan StateSkewMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of one part of the snapshot that mode <c>state</c> begins with, about. Default 32 KiB.</summary>
    public int StatePartBytesMax { get; init; } = 32_768;

    /// <summary>Who is there: how long somebody is kept, and how it is told.</summary>
    public PresenceOptions Presence { get; init; } = new();

    /// <summary>How often the heads of all logs are signed, where the engine is given a signer.</summary>
    public CheckpointOptions Checkpoints { get; init; } = new();

    /// <summary>What nodes pass on to each other for clients over plain HTTP.</summary>
    internal RelayOptions Relays { get; init; } = new();

    /// <summary>Measurements only: events are neither committed to nor hashed.</summary>
    internal bool IsUnhashed { get; init; }

    /// <summary>Simulation only.</summary>
    internal PlantedBug Bug { get; init; }

    /// <summary>Simulation only: the same where it is one of the way of shards from node to node.</summary>
    internal PlantedShardBug ShardBug => Bug switch
    {
        PlantedBug.LeaseNotGivenUp => PlantedShardBug.LeaseNotGivenUp,
        PlantedBug.HandOffUnsettled => PlantedShardBug.HandOffUnsettled,
        PlantedBug.RememberedNotStarted => PlantedShardBug.RememberedNotStarted,
        PlantedBug.DeathIgnored => PlantedShardBug.DeathIgnored,
        PlantedBug.StandInsKept => PlantedShardBug.StandInsKept,
        PlantedBug.LinkLosesOne => PlantedShardBug.LinkLosesOne,
        PlantedBug.HeldDropped => PlantedShardBug.HeldDropped,
        _ => PlantedShardBug.None,
    };

    /// <summary>Simulation only: whether the next word that a channel tells the directory, or the directory an edge, is lost on its way. Null: none is.</summary>
    internal Func<bool>? LosesWord { get; init; }

    /// <summary>The settings of a channel.</summary>
    public ChannelSettings SettingsOf(ChannelName channel)
    {
        foreach (var (pattern, settings) in Channels)
        {
            if (pattern.Matches(channel))
                return settings;
        }

        return DeadLetterChannel.OriginOf(channel) is null ? ChannelSettings.Default : DeadLetterChannel.Settings;
    }

    /// <summary>Whether there may be a channel of this pattern with a log on disk.</summary>
    internal bool MayBeDurable(ChannelPattern channels)
    {
        foreach (var (pattern, settings) in Channels)
        {
            if (settings.IsDurable && pattern.Overlaps(channels))
                return true;

            if (!settings.IsDurable && pattern.Covers(channels))
                return false;
        }

        return true;
    }
}
