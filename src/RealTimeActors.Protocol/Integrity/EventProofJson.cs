using System.Text;
using System.Text.Json;
using RealTimeActors.Protocol.Codecs;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>Proofs as JSON. PROTOCOL.md, "Proofs". Names and values of fields are texts that hold the JSON of the log, byte for byte: a number that was parsed is not the number that was hashed.</summary>
public static class EventProofJson
{
    private const int Version = 1;

    /// <summary>Writes a proof as an object.</summary>
    public static void Write(Utf8JsonWriter to, EventProof proof)
    {
        ArgumentNullException.ThrowIfNull(to);
        ArgumentNullException.ThrowIfNull(proof);
        to.WriteStartObject();
        to.WriteNumber("version", Version);
        to.WriteString("epoch", proof.Epoch);
        to.WritePropertyName("event");
        Write(to, proof.Event);
        to.WriteString("kind", proof.IsObject ? "object" : "value");
        to.WriteStartArray("fields");
        foreach (var field in proof.Fields)
            Write(to, field);

        to.WriteEndArray();
        to.WriteString("previousHash", ProofJson.Hex(proof.PreviousHash));
        to.WritePropertyName("inclusion");
        if (proof.Inclusion is { } inclusion)
            Write(to, inclusion);
        else
            to.WriteNullValue();

        to.WriteEndObject();
    }

    /// <summary>Reads a proof.</summary>
    /// <exception cref="FormatException">It is none; the message says what was expected.</exception>
    public static EventProof Parse(ReadOnlyMemory<byte> json) => ProofJson.Read(json, "A proof", Read);

    private static EventProof Read(JsonElement from)
    {
        if (ProofJson.Number(from, "version") != Version)
            throw new FormatException($"a proof of version {Version} is expected; this one is of version {ProofJson.Number(from, "version")}");

        var fields = ProofJson.Member(from, "fields");
        if (fields.ValueKind != JsonValueKind.Array)
            throw new FormatException("'fields' is expected to be a list");

        return new EventProof(
            ReadEvent(ProofJson.Member(from, "event")),
            ProofJson.Text(from, "epoch"),
            ProofJson.Text(from, "kind") switch
            {
                "object" => true,
                "value" => false,
                var word => throw new FormatException($"'kind' is expected to be object or value; '{word}' came"),
            },
            [.. fields.EnumerateArray().Select(ReadField)],
            ProofJson.Bytes(from, "previousHash", EventHash.Bytes),
            ProofJson.Optional(from, "inclusion") is { } inclusion ? ReadInclusion(inclusion) : null);
    }

    private static void Write(Utf8JsonWriter to, ChannelEvent e)
    {
        to.WriteStartObject();
        to.WriteString("channel", e.Channel);
        to.WriteNumber("offset", e.Offset);
        to.WriteString("id", e.Id);
        to.WriteString("type", e.Type);
        to.WriteString("time", ProofJson.Time(e.TimeUnixMs));
        to.WriteString("priority", Words.Of(e.Priority));
        Write(to, "key", e.Key);
        Write(to, "source", e.Source);
        Write(to, "user", e.User);
        Write(to, "correlationId", e.CorrelationId);
        to.WriteString("hash", ProofJson.Hex(e.Hash));
        to.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter to, string name, string? text)
    {
        if (text is not null)
            to.WriteString(name, text);
    }

    private static ChannelEvent ReadEvent(JsonElement from) => new()
    {
        Channel = ProofJson.Text(from, "channel"),
        Offset = ProofJson.Number(from, "offset"),
        Id = ProofJson.Text(from, "id"),
        Type = ProofJson.Text(from, "type"),
        TimeUnixMs = ProofJson.Time(from, "time"),
        Priority = Words.TryRead(Encoding.UTF8.GetBytes(ProofJson.Text(from, "priority")), out Priority priority)
            ? priority
            : throw new FormatException($"'priority' is expected to be critical, high, normal or low; '{ProofJson.Text(from, "priority")}' came"),
        Key = ProofJson.OptionalText(from, "key"),
        Source = ProofJson.OptionalText(from, "source"),
        User = ProofJson.OptionalText(from, "user"),
        CorrelationId = ProofJson.OptionalText(from, "correlationId"),
        Hash = ProofJson.Bytes(from, "hash", EventHash.Bytes),
        Data = default,
    };

    private static void Write(Utf8JsonWriter to, ProvenField field)
    {
        to.WriteStartObject();
        if (field.IsShown)
        {
            to.WriteString("name", field.Name);
            to.WriteString("value", field.Value);
            to.WriteString("salt", ProofJson.Hex(field.Salt));
        }
        else
        {
            to.WriteString("commitment", ProofJson.Hex(field.Commitment()));
        }

        to.WriteEndObject();
    }

    private static ProvenField ReadField(JsonElement from) => ProofJson.OptionalText(from, "name") is { } name
        ? ProvenField.Shown(name, ProofJson.Text(from, "value"), ProofJson.Bytes(from, "salt", EventHash.SaltBytes))
        : ProvenField.Hidden(ProofJson.Bytes(from, "commitment", EventHash.Bytes));

    private static void Write(Utf8JsonWriter to, EventInclusion inclusion)
    {
        to.WriteStartObject();
        to.WritePropertyName("head");
        CheckpointJson.Write(to, inclusion.Head);
        Write(to, "eventPath", inclusion.EventPath);
        to.WriteNumber("headIndex", inclusion.HeadIndex);
        Write(to, "headPath", inclusion.HeadPath);
        to.WritePropertyName("checkpoint");
        CheckpointJson.Write(to, inclusion.Checkpoint);
        to.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter to, string name, IReadOnlyList<ReadOnlyMemory<byte>> path)
    {
        to.WriteStartArray(name);
        foreach (var hash in path)
            to.WriteStringValue(ProofJson.Hex(hash));

        to.WriteEndArray();
    }

    private static EventInclusion ReadInclusion(JsonElement from) => new(
        CheckpointJson.ReadHead(ProofJson.Member(from, "head")),
        ProofJson.Hashes(from, "eventPath"),
        ProofJson.Number(from, "headIndex"),
        ProofJson.Hashes(from, "headPath"),
        CheckpointJson.Read(ProofJson.Member(from, "checkpoint")));
}
