using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client;

/// <summary>What a channel promises of a publish.</summary>
public sealed record Receipt
{
    /// <summary>How much is promised: <see cref="ReceiptStatus.Accepted"/>, <see cref="ReceiptStatus.Persisted"/> or <see cref="ReceiptStatus.Delivered"/>.</summary>
    public required ReceiptStatus Status { get; init; }
    public required string Channel { get; init; }

    /// <summary>The life of the log; empty where only <c>accepted</c> is promised.</summary>
    public required string Epoch { get; init; }

    /// <summary>Where the event stands in it; 0 where only <c>accepted</c> is promised.</summary>
    public required long Offset { get; init; }

    /// <summary>32 bytes, or empty where the channel keeps no log.</summary>
    public required ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>It had been published before, by an earlier sending of the same publish; this is where.</summary>
    public required bool IsDuplicate { get; init; }

    /// <summary>How many sessions have acked it, where that was asked for …</summary>
    public long? Acked { get; init; }

    /// <summary>… of how many that were online.</summary>
    public long? Of { get; init; }

    /// <summary>Where it was asked for: the sessions that were online and have not acked, at most 100 of them.</summary>
    public IReadOnlyList<Member> Missing { get; init; } = [];

    internal static Receipt From(ServerFrame.Receipt receipt) => new()
    {
        Status = receipt.Status,
        Channel = receipt.Channel,
        Epoch = receipt.Epoch,
        Offset = receipt.Offset,
        Hash = receipt.Hash,
        IsDuplicate = receipt.Duplicate,
        Acked = receipt.Acked,
        Of = receipt.Of,
        Missing = receipt.Missing,
    };
}
