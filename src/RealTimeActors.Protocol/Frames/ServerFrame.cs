namespace RealTimeActors.Protocol.Frames;

/// <summary>What the server can say. PROTOCOL.md, "Server frames".</summary>
public abstract record ServerFrame
{
    private ServerFrame() { }

    /// <summary>The id of the client frame that this answers; 0: none.</summary>
    public long Id { get; init; }

    public sealed record Welcome : ServerFrame
    {
        public required string Connection { get; init; }
        public required SessionRef Session { get; init; }
        public required string Node { get; init; }
        public required long TimeUnixMs { get; init; }
        public required long HeartbeatMs { get; init; }
        public required long FrameBytesMax { get; init; }
        public required long SubscriptionsMax { get; init; }
        public required ReconnectAdvice Reconnect { get; init; }
        public IReadOnlyList<Subscribed> Subscriptions { get; init; } = [];
    }

    public sealed record Subscribed : ServerFrame
    {
        public required string Channel { get; init; }
        public required string Epoch { get; init; }

        /// <summary>Events after it follow, starting now.</summary>
        public required long Offset { get; init; }

        /// <summary>The newest offset when the subscription was made.</summary>
        public required long Head { get; init; }
        public required Recovered Recovered { get; init; }

        /// <summary>With <see cref="Recovered.Gap"/>: what is lost to this subscription.</summary>
        public OffsetRange? Missing { get; init; }
        public string? Reason { get; init; }
    }

    /// <summary>One event of a channel.</summary>
    public sealed record Event(ChannelEvent Body) : ServerFrame
    {
        /// <summary>2, 3 … on a redelivery; 0 on the first delivery.</summary>
        public int Attempt { get; init; }
    }

    public sealed record Receipt : ServerFrame
    {
        public required ReceiptStatus Status { get; init; }
        public required string Channel { get; init; }
        public string Epoch { get; init; } = "";
        public long Offset { get; init; }

        /// <summary>32 bytes, or empty where the channel keeps no log.</summary>
        public ReadOnlyMemory<byte> Hash { get; init; }
        public bool Duplicate { get; init; }

        /// <summary>Where <c>delivered</c> was asked for: how many sessions acked …</summary>
        public long? Acked { get; init; }

        /// <summary>… of how many that were online at commit.</summary>
        public long? Of { get; init; }

        /// <summary>Where it was asked for: who has not acked, without states; at most <see cref="Limits.MissingMax"/>.</summary>
        public IReadOnlyList<Member> Missing { get; init; } = [];
    }

    /// <summary>What became of a mutation: <c>applied</c>, <c>merged</c>, <c>superseded</c> or <c>rejected</c>.</summary>
    public sealed record Mutated : ServerFrame
    {
        public required string Result { get; init; }
        public string? Channel { get; init; }
        public string? Key { get; init; }
        public string? Epoch { get; init; }

        /// <summary>Where it is in the log; of what was rejected, which is in none: the offset as of which the version and the value are the present ones.</summary>
        public long Offset { get; init; }

        /// <summary>The present version.</summary>
        public long Version { get; init; }

        /// <summary>The present value, compact JSON; empty: the key is absent.</summary>
        public ReadOnlyMemory<byte> Value { get; init; }

        /// <summary>Why it was superseded or rejected, for people.</summary>
        public string? Reason { get; init; }

        /// <summary>The same mutation was decided before: result and offset are those of then, version and value those of now.</summary>
        public bool Duplicate { get; init; }
    }

    public sealed record State(string Channel, long Offset, IReadOnlyList<Entry> Entries, bool Last) : ServerFrame;

    public sealed record Change : ServerFrame
    {
        public required string Channel { get; init; }
        public required long Offset { get; init; }
        public required string Key { get; init; }
        public required long Version { get; init; }
        public ReadOnlyMemory<byte>? Patch { get; init; }
        public ReadOnlyMemory<byte>? Value { get; init; }
        public bool Deleted { get; init; }
        public string? MutationId { get; init; }
        public string? User { get; init; }
    }

    /// <summary>Left out because the client asked for it.</summary>
    public sealed record Skip(string Channel, long From, long To) : ServerFrame;

    /// <summary>Lost to this subscription.</summary>
    public sealed record Gap(string Channel, long From, long To, string Reason) : ServerFrame;

    /// <summary>How far the subscription is behind, and what is done about it: <c>catchUp</c>, <c>conflating</c> or <c>live</c>.</summary>
    public sealed record Lag(string Channel, long Behind, string Mode) : ServerFrame;

    public sealed record Unsubscribed(string Channel, int Code, string Reason) : ServerFrame;

    public sealed record PresenceDiff(string Channel, IReadOnlyList<Member> Joined, IReadOnlyList<Member> Left, IReadOnlyList<Member> Updated, long Count)
        : ServerFrame
    {
        /// <summary>How the lists are to be read.</summary>
        public PresenceKind Kind { get; init; }

        /// <summary>Of <see cref="PresenceKind.Ended"/>: why.</summary>
        public string? Reason { get; init; }
    }

    public sealed record Page : ServerFrame
    {
        public required string Channel { get; init; }
        public required string What { get; init; }
        public string Epoch { get; init; } = "";
        public IReadOnlyList<ChannelEvent> Events { get; init; } = [];
        public IReadOnlyList<Entry> Entries { get; init; } = [];
        public IReadOnlyList<Member> Members { get; init; } = [];

        /// <summary>Of a state: the offset as of which it is.</summary>
        public long? Offset { get; init; }

        /// <summary>Of a presence list: how many are there in all.</summary>
        public long? Count { get; init; }

        /// <summary>Of a state or a presence list: the <c>afterKey</c> of the next read. null: this was the last page.</summary>
        public string? NextKey { get; init; }

        /// <summary>The next page is what follows this offset: with the epoch it is the <c>from</c> of the next read. null: this was the last.</summary>
        public long? Next { get; init; }
    }

    public sealed record Goaway(long WithinMs, long SpreadMs, string? Url) : ServerFrame;

    public sealed record Error(ErrorCode Code, string Message) : ServerFrame
    {
        public long? AfterMs { get; init; }
    }

    public sealed record Close(int Code, string Reason) : ServerFrame
    {
        public long AfterMs { get; init; }
    }

    public sealed record Ok : ServerFrame;

    public sealed record Ping : ServerFrame;

    public sealed record Pong : ServerFrame;

    /// <summary>A part of a frame that is too long to let others wait for it. The data of one number, joined, is the encoded frame: its JSON text without line end,
    /// or its Protobuf without the length before it.</summary>
    public sealed record Piece(long Of, bool Last, ReadOnlyMemory<byte> Data) : ServerFrame;

    /// <summary>A frame of a kind, or with a field, that this version does not know: ignored by clients.</summary>
    public sealed record Unknown(string Kind) : ServerFrame;
}
