using System.Text.Json;
using RealTimeActors.Client.Machine;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Client.Mutations;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Client.Transport;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>How a <see cref="RealTimeClient"/> connects, and what it may hold.</summary>
public sealed record RealTimeClientOptions
{
    /// <summary>Where to connect to: <c>ws</c>, <c>wss</c>, <c>http</c> or <c>https</c>; without a path it is <c>/v1/ws</c>. With several, the next one is tried when one cannot be reached.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>The encoding. Protobuf is smaller and faster; JSON can be read by people.</summary>
    public WireFormat Format { get; init; } = WireFormat.WebSocketProtobuf;

    /// <summary><c>name/version</c> of the program, for the server's logs.</summary>
    public string ClientName { get; init; } = "dotnet/1";

    /// <summary>
    /// Gives a token: before the first connection, when the server wants a new one (43xx), and a little before the present one ends, which then is replaced while the connection goes on.
    /// null, or a null that it gives: connect without.
    /// </summary>
    /// <remarks>When it ends is read off a JWT's <c>exp</c>; of any other token only the server knows. When it throws, it is called again after a pause.</remarks>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; init; }

    /// <summary>The session to go on as. It wins over what the <see cref="SessionStore"/> holds.</summary>
    public SessionTicket? Session { get; init; }

    /// <summary>Keeps the session from one process to the next; null: it ends with the process, unless <see cref="RealTimeClient.Session"/> is carried over.</summary>
    public ISessionStore? SessionStore { get; init; }

    /// <summary>Told when the store could not save a new key, which means that the next process will begin a new session. Without it the client is closed.</summary>
    public Action<Exception>? SessionNotSaved { get; init; }

    /// <summary>Told, with the server's reason, when it no longer knows the session that was to be resumed: a new one has begun, and its subscriptions begin as if for the first time.</summary>
    public Action<string>? SessionNotResumed { get; init; }

    /// <summary>Told of every change of state, in order. Must be quick and not throw.</summary>
    public Action<ClientStateChange>? StateChanged { get; init; }

    /// <summary>The most events that may wait in this process for their handlers, over all subscriptions. 1 … 1,000,000.</summary>
    public int EventsMax { get; init; } = 1_024;

    /// <summary>Longer frames of the server may come in pieces of at most so many bytes, so that urgent events pass between them; they are joined before anybody sees them.
    /// At least 1,024; null: every frame comes whole.</summary>
    public int? PieceBytes { get; init; } = 16_384;

    /// <summary>How long acks are gathered before they leave, one frame per channel.</summary>
    public TimeSpan AckDelay { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>The most publishes that may wait for their answers; one more is rejected (<see cref="RejectReason.OutboxFull"/>).</summary>
    public int OutboxCountMax { get; init; } = 10_000;

    /// <summary>The most bytes of publishes that may wait for their answers.</summary>
    public long OutboxBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Keeps edits of states from one process to the next until the server has answered them; null: those that are not answered end with the process.</summary>
    public IMutationStore? MutationStore { get; init; }

    /// <summary>Told what could not be read of the kept edits, and where it was put aside. Without it starting the client fails, once, where an edit that was shown may be lost.</summary>
    public Action<string>? MutationsDamaged { get; init; }

    /// <summary>Told of the server's word on every edit, also on those that a former process left; where there is a store, as soon as that has let go of the edit. Must be quick and not throw.</summary>
    public Action<MutationOutcome>? MutationDecided { get; init; }

    /// <summary>The most edits of states that may wait for their answers; one more is rejected (<see cref="RejectReason.OutboxFull"/>).</summary>
    public int MutationsMax { get; init; } = 10_000;

    /// <summary>The most bytes of edits that may wait for their answers.</summary>
    public long MutationBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most bytes that the state of one channel may have here; one that has more is not followed any longer.</summary>
    public long StateBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a publish may go unanswered, reconnects included; null: as long as it takes, or until its token is cancelled.</summary>
    public TimeSpan? PublishWithin { get; init; }

    /// <summary>How long a read may go unanswered, reconnects included.</summary>
    public TimeSpan ReadWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long opening a connection, and how long the first answer on it, may take.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a bye waits for its close when the client is disposed of.</summary>
    public TimeSpan CloseWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to pause between attempts until the server has said what it likes.</summary>
    public ReconnectAdvice Reconnect { get; init; } = new(MinMs: 100, MaxMs: 5_000, Factor: 1.5, Jitter: 1);

    /// <summary>How .NET objects become <c>data</c> and back; null: as on the web (camelCase).</summary>
    public JsonSerializerOptions? Json { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Another transport than WebSocket; null: WebSocket.</summary>
    internal OpenLink? OpenLink { get; init; }

    internal ClientMachineOptions ForMachine(SessionTicket? session, KeptMutations? mutations = null) => new()
    {
        Endpoints = Endpoints.Select(endpoint => endpoint.ToString()).ToList(),
        ClientName = ClientName,
        Session = session,
        UsesTokens = Token is not null,
        CreditWindow = EventsMax,
        PieceBytes = PieceBytes,
        AckDelay = AckDelay,
        OutboxCountMax = OutboxCountMax,
        OutboxBytesMax = OutboxBytesMax,
        Mutations = mutations,
        KeepsMutations = MutationStore is not null,
        WallClock = () => TimeProvider.GetUtcNow().ToUnixTimeMilliseconds(),
        MutationsMax = MutationsMax,
        MutationBytesMax = MutationBytesMax,
        StateBytesMax = StateBytesMax,
        PublishWithin = PublishWithin,
        RequestWithin = ReadWithin,
        OpenWithin = ConnectWithin,
        AnswerWithin = ConnectWithin,
        CloseWithin = CloseWithin,
        Reconnect = Reconnect,
    };
}
