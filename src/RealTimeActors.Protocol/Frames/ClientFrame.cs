using System.Text;

namespace RealTimeActors.Protocol.Frames;

/// <summary>What a client can say, decoded. PROTOCOL.md, "Client frames".</summary>
/// <remarks>Absent strings are <c>null</c> here; the codecs translate ("absent means its default"). Values are checked for syntax and limits by the
/// codec; what they mean is for the connection to judge.</remarks>
public abstract record ClientFrame
{
    private ClientFrame() { }

    private static string Secret(string? value) => value is null ? "" : "(secret)";

    /// <summary>Names the answer; 0 where the client wants none. 1 … 2^53-1.</summary>
    public long Id { get; init; }

    /// <summary>The first frame.</summary>
    public sealed record Hello : ClientFrame
    {
        public string? Token { get; init; }
        public string? SessionId { get; init; }
        public string? SessionKey { get; init; }
        public string? Client { get; init; }
        public IReadOnlyList<Subscribe> Subscriptions { get; init; } = [];

        /// <summary>Events that may be sent at first; null: events are not counted.</summary>
        public long? InitialCredit { get; init; }

        /// <summary>Frames longer than that may come in pieces of at most so many bytes; null: every frame comes whole.</summary>
        public long? PieceBytes { get; init; }

        /// <summary>Without token and key: a frame that is printed must not give away whose it is.</summary>
        protected override bool PrintMembers(StringBuilder builder)
        {
            base.PrintMembers(builder);
            builder.Append($", Token = {Secret(Token)}, SessionId = {SessionId}, SessionKey = {Secret(SessionKey)}, Client = {Client}");
            builder.Append($", Subscriptions = [{string.Join(", ", Subscriptions)}], InitialCredit = {InitialCredit}, PieceBytes = {PieceBytes}");
            return true;
        }
    }

    /// <summary>Follow a channel.</summary>
    public sealed record Subscribe : ClientFrame
    {
        public required string Channel { get; init; }
        public From From { get; init; } = From.Now;
        public SubscriptionMode Mode { get; init; } = SubscriptionMode.Events;

        /// <summary>The top-level fields of <c>data</c> that are wanted; null: all.</summary>
        public IReadOnlyList<string>? Fields { get; init; }
        public Shape? Shape { get; init; }

        /// <summary>The events that are wanted: every attribute named must be one of its values; null: all.</summary>
        public IReadOnlyList<AttributeFilter>? Filter { get; init; }

        /// <summary>null: the channel's default.</summary>
        public OverflowPolicy? Overflow { get; init; }
        public AckMode AckMode { get; init; } = AckMode.Auto;
        public DeliveryOrder Order { get; init; } = DeliveryOrder.Lanes;

        /// <summary>The least priority that is wanted; null: every priority, low included.</summary>
        public Priority? Priority { get; init; }

        /// <summary>Reserved by the contract; answered by 111.</summary>
        public string? Group { get; init; }

        /// <summary>Which presence frames are wanted without being present oneself.</summary>
        /// <remarks>New: the kind of frame has the same name, and is not meant here.</remarks>
        public new PresenceInterest Presence { get; init; } = PresenceInterest.None;
    }

    public sealed record Unsubscribe(string Channel) : ClientFrame;

    public sealed record Publish : ClientFrame
    {
        public required string Channel { get; init; }
        public required string Type { get; init; }

        /// <summary>The JSON value, compact UTF-8: white space outside strings removed, tokens untouched.</summary>
        public required ReadOnlyMemory<byte> Data { get; init; }
        public string? MessageId { get; init; }
        public string? Key { get; init; }
        public Priority Priority { get; init; } = Priority.Normal;
        public Confirm Confirm { get; init; } = Confirm.Persisted;
        public string? ProducerId { get; init; }
        public long ProducerSequence { get; init; }
        public string? Source { get; init; }
        public string? CorrelationId { get; init; }

        /// <summary>0: lives for ever.</summary>
        public long TtlMs { get; init; }

        /// <summary>With <see cref="Confirm.Delivered"/>: how many sessions must have acked; 0: all that were online.</summary>
        public long DeliveredCount { get; init; }

        /// <summary>0: the server's default.</summary>
        public long DeliveredTimeoutMs { get; init; }

        /// <summary>With <see cref="Confirm.Delivered"/>: the receipt names who is missing.</summary>
        public bool DeliveredMissing { get; init; }
    }

    public sealed record Mutate : ClientFrame
    {
        public required string Channel { get; init; }
        public required string Key { get; init; }
        public required string Operation { get; init; }
        public ReadOnlyMemory<byte> Value { get; init; }

        /// <summary>A precondition: the present version must be this one; 0: only if absent.</summary>
        public long? IfVersion { get; init; }

        /// <summary>No precondition: the version that the editor saw. What came after it competes with this edit, what came before loses to it.</summary>
        public long? BaseVersion { get; init; }
        public string? MutationId { get; init; }

        /// <summary>When it was edited, by the editor's clock; null: when it arrives.</summary>
        public long? TimeUnixMs { get; init; }
    }

    public sealed record Ack(string Channel, long Offset, IReadOnlyList<OffsetRange> Ranges) : ClientFrame;

    public sealed record Nack(string Channel, long Offset, string? Reason) : ClientFrame;

    public sealed record Credit(long Events) : ClientFrame;

    public sealed record Read : ClientFrame
    {
        public required string Channel { get; init; }

        /// <summary><c>events</c>, <c>state</c>, <c>history</c>, <c>presence</c> or <c>stats</c>.</summary>
        public required string What { get; init; }
        public From? From { get; init; }

        /// <summary>Of a state: this entry only. Of a history: the entry whose mutations are wanted, required there.</summary>
        public string? Key { get; init; }

        /// <summary>Of a state or a presence list: what comes after this key. null: from the first on.</summary>
        public string? AfterKey { get; init; }

        /// <summary>0: the server's default.</summary>
        public long Limit { get; init; }

        /// <summary>The state as of this offset; null: now.</summary>
        public long? At { get; init; }
    }

    public sealed record Presence(string Channel, ReadOnlyMemory<byte> State) : ClientFrame
    {
        /// <summary>Not here any more; the state means nothing then.</summary>
        public bool Leave { get; init; }
    }

    public sealed record Refresh(string Token) : ClientFrame
    {
        /// <summary>Without the token.</summary>
        protected override bool PrintMembers(StringBuilder builder)
        {
            base.PrintMembers(builder);
            builder.Append($", Token = {Secret(Token)}");
            return true;
        }
    }

    public sealed record Ping : ClientFrame;

    public sealed record Pong : ClientFrame;

    public sealed record Bye(bool KeepSession) : ClientFrame;

    /// <summary>A frame that could not be taken. With an id it is answered by the error; without one it is dropped.</summary>
    /// <remarks>Also an unknown kind: 101 with an id, ignored without.</remarks>
    public sealed record Malformed(ErrorCode Code, string Message) : ClientFrame;

    /// <summary>A ping of the WebSocket layer (RFC 6455, 5.5.2): answered by a pong with the same payload, at most 125 bytes.</summary>
    public sealed record TransportPing(ReadOnlyMemory<byte> Payload) : ClientFrame;
}
