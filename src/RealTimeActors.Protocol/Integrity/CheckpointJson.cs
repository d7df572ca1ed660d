using System.Text.Json;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>Checkpoints, and the heads that they stand for, as JSON. PROTOCOL.md, "Checkpoints".</summary>
public static class CheckpointJson
{
    private const int SignatureBytes = 64;

    /// <summary>Writes a checkpoint as an object; with the heads of all channels where they are wanted, so that it can be told later what is missing.</summary>
    public static void Write(Utf8JsonWriter to, Checkpoint checkpoint, IReadOnlyList<CheckpointHead>? heads = null)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(checkpoint);
        to.WriteStartObject();
        to.WriteNumber("number", checkpoint.Number);
        to.WriteString("time", ProofJson.Time(checkpoint.TimeUnixMs));
        to.WriteNumber("channels", checkpoint.Channels);
        to.WriteString("root", ProofJson.Hex(checkpoint.Root));
        to.WriteNumber("moved", checkpoint.Moved);
        to.WriteString("movedRoot", ProofJson.Hex(checkpoint.MovedRoot));
        to.WriteString("previous", ProofJson.Hex(checkpoint.Previous));
        to.WriteString("key", checkpoint.KeyId);
        to.WriteString("signature", ProofJson.Hex(checkpoint.Signature));
        if (heads is not null)
        {
            to.WriteStartArray("heads");
            foreach (var head in heads)
                Write(to, head);

            to.WriteEndArray();
        }

        to.WriteEndObject();
    }

    /// <summary>Reads a checkpoint, and its heads if it has them.</summary>
    /// <exception cref="FormatException">It is none; the message says what was expected.</exception>
    public static (Checkpoint Checkpoint, IReadOnlyList<CheckpointHead>? Heads) Parse(ReadOnlyMemory<byte> json) =>
        ProofJson.Read(json, "A checkpoint", root => (Read(root), ReadHeads(root)));

    internal static void Write(Utf8JsonWriter to, CheckpointHead head)
    {
        to.WriteStartObject();
        to.WriteString("channel", head.Channel);
        to.WriteString("epoch", head.Epoch);
        to.WriteNumber("offset", head.Offset);
        to.WriteString("hash", ProofJson.Hex(head.Hash));
        to.WriteNumber("from", head.From);
        to.WriteString("eventsRoot", ProofJson.Hex(head.EventsRoot));
        to.WriteEndObject();
    }

    internal static Checkpoint Read(JsonElement from) => new(
        ProofJson.Number(from, "number"),
        ProofJson.Time(from, "time"),
        ProofJson.Number(from, "channels"),
        ProofJson.Bytes(from, "root", EventHash.Bytes),
        ProofJson.Number(from, "moved"),
        ProofJson.Bytes(from, "movedRoot", EventHash.Bytes),
        ProofJson.Bytes(from, "previous", EventHash.Bytes),
        ProofJson.Text(from, "key"))
    {
        Signature = ProofJson.Bytes(from, "signature", SignatureBytes),
    };

    internal static CheckpointHead ReadHead(JsonElement from) => new(
        ProofJson.Text(from, "channel"),
        ProofJson.Text(from, "epoch"),
        ProofJson.Number(from, "offset"),
        ProofJson.Bytes(from, "hash", EventHash.Bytes),
        ProofJson.Number(from, "from"),
        ProofJson.Bytes(from, "eventsRoot", EventHash.Bytes));

    private static IReadOnlyList<CheckpointHead>? ReadHeads(JsonElement from)
    {
        if (ProofJson.Optional(from, "heads") is not { } heads)
            return null;

        return heads.ValueKind == JsonValueKind.Array ? [.. heads.EnumerateArray().Select(ReadHead)] : throw new FormatException("'heads' is expected to be a list");
    }
}
