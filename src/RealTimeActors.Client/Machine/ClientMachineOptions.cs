using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine;

/// <summary>What a <see cref="ClientMachine"/> is told once, at its birth.</summary>
public sealed record ClientMachineOptions
{
    /// <summary>Where to connect to; the next one is tried when one cannot be reached or sends the client elsewhere. Opaque to the machine. At least one.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary><c>name/version</c>, for the server's logs.</summary>
    public string? ClientName { get; init; }

    /// <summary>The session to go on as; null: a new one.</summary>
    public SessionTicket? Session { get; init; }

    /// <summary>Whether <see cref="ClientEffect.ObtainToken"/> can be answered. Without it a connection has no token, and a demand for one closes the client.</summary>
    public bool UsesTokens { get; init; }

    /// <summary>The most events that may be on their way to, or waiting in, the application; null: not counted. 1 … 1,000,000.</summary>
    public int? CreditWindow { get; init; }

    /// <summary>Frames longer than that may come in pieces of at most so many bytes, so that urgent ones pass between them; whoever reads the transport joins them. null: every frame
    /// comes whole. 1,024 or more.</summary>
    public int? PieceBytes { get; init; }

    /// <summary>How long acks are gathered before they leave, one frame per channel. Zero: each leaves at once.</summary>
    public TimeSpan AckDelay { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>The most publishes that may wait for their answers; one more is rejected.</summary>
    public int OutboxCountMax { get; init; } = 10_000;

    /// <summary>The most bytes of publishes that may wait for their answers; what would exceed it is rejected.</summary>
    public long OutboxBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Publishes of one channel that may be unanswered at a time; more wait. Never above the 1,000 that a channel remembers per producer, or a
    /// repeat after a lost answer could no longer be recognised.</summary>
    public int ChannelInFlightMax { get; init; } = 1_000;

    /// <summary>The edits that a former process left unanswered; null: there was none, or it kept nothing.</summary>
    public KeptMutations? Mutations { get; init; }

    /// <summary>Whether <see cref="ClientEffect.KeepMutation"/> can be answered. Without it an edit is shown and sent at once, and lost with the process.</summary>
    public bool KeepsMutations { get; init; }

    /// <summary>The wall clock, ms since 1970, which stamps edits; null: they are not stamped, and compete by their arrival.</summary>
    public Func<long>? WallClock { get; init; }

    /// <summary>The most edits that may wait for their answers; one more is rejected. What a former process left comes on top.</summary>
    public int MutationsMax { get; init; } = 10_000;

    /// <summary>The most bytes of edits that may wait for their answers; what would exceed it is rejected.</summary>
    public long MutationBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most bytes that the state of one channel may have here; one that has more is not followed any longer.</summary>
    public long StateBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most reads and refreshes that may wait for their answers; one more is rejected.</summary>
    public int RequestsMax { get; init; } = 100;

    /// <summary>How long a publish may go unanswered, reconnects included; null: as long as it takes.</summary>
    public TimeSpan? PublishWithin { get; init; }

    /// <summary>How long a read or a refresh may go unanswered, reconnects included.</summary>
    public TimeSpan RequestWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long opening a transport, and how long obtaining a token, may take.</summary>
    public TimeSpan OpenWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after opening the welcome may take, and after it the answer to a subscription of the hello.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a bye waits for its close.</summary>
    public TimeSpan CloseWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a welcomed connection must have lasted for its loss to be answered by the shortest pause again.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to pause between attempts until a welcome says otherwise.</summary>
    public ReconnectAdvice Reconnect { get; init; } = new(MinMs: 100, MaxMs: 5_000, Factor: 1.5, Jitter: 1);

    internal void Validate()
    {
        if (Endpoints.Count == 0)
            throw new ArgumentException("At least one endpoint is expected; there is none.", nameof(Endpoints));
        Require(CreditWindow is null or (>= 1 and <= 1_000_000), nameof(CreditWindow), "1 … 1,000,000 or null", CreditWindow);
        Require(PieceBytes is null or >= Limits.PieceBytesMin, nameof(PieceBytes), "at least 1,024 or null", PieceBytes);
        Require(AckDelay >= TimeSpan.Zero, nameof(AckDelay), "zero or more", AckDelay);
        Require(OutboxCountMax >= 1, nameof(OutboxCountMax), "at least 1", OutboxCountMax);
        Require(OutboxBytesMax >= 1, nameof(OutboxBytesMax), "at least 1", OutboxBytesMax);
        Require(ChannelInFlightMax is >= 1 and <= 1_000, nameof(ChannelInFlightMax), "1 … 1,000", ChannelInFlightMax);
        Require(MutationsMax >= 1, nameof(MutationsMax), "at least 1", MutationsMax);
        Require(MutationBytesMax >= 1, nameof(MutationBytesMax), "at least 1", MutationBytesMax);
        Require(StateBytesMax >= 1, nameof(StateBytesMax), "at least 1", StateBytesMax);
        Require(RequestsMax >= 1, nameof(RequestsMax), "at least 1", RequestsMax);
    }

    private static void Require(bool holds, string name, string expected, object? actual)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, actual, $"{name} is expected to be {expected}.");
    }
}
