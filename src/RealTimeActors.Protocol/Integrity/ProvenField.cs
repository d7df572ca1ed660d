using System.Security.Cryptography;
using System.Text;

namespace RealTimeActors.Protocol.Integrity;

/// <summary>One field of an event in a proof: shown with its salt, or hidden behind its commitment.</summary>
public sealed class ProvenField
{
    private readonly ReadOnlyMemory<byte> _commitment;

    private ProvenField(string? name, string? value, ReadOnlyMemory<byte> salt, ReadOnlyMemory<byte> commitment)
    {
        Name = name;
        Value = value;
        Salt = salt;
        _commitment = commitment;
    }

    /// <summary>What stands between the quotes of its name in the log; null: it is hidden.</summary>
    public string? Name { get; }

    /// <summary>Its value as it stands in the log, as JSON; null: it is hidden.</summary>
    public string? Value { get; }

    /// <summary>16 bytes; empty: it is hidden.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>Whether its name and value are told.</summary>
    public bool IsShown => Name is not null;

    /// <summary>A field that is told.</summary>
    public static ProvenField Shown(string name, string value, ReadOnlyMemory<byte> salt) => new(name, value, salt, default);

    /// <summary>A field of which only the commitment is told.</summary>
    /// <param name="commitment">32 bytes.</param>
    public static ProvenField Hidden(ReadOnlyMemory<byte> commitment) => new(null, null, default, commitment);

    /// <summary>The same field, hidden.</summary>
    public ProvenField Hide() => Hidden(Commitment());

    /// <summary>The 32 bytes to which the commitment to the data commits.</summary>
    public byte[] Commitment()
    {
        var commitment = new byte[EventHash.Bytes];
        WriteCommitment(commitment);
        return commitment;
    }

    internal void WriteCommitment(Span<byte> commitment)
    {
        if (Name is null || Value is null)
        {
            _commitment.Span.CopyTo(commitment);
            return;
        }

        var input = new byte[Salt.Length + sizeof(int) + Encoding.UTF8.GetByteCount(Name) + Encoding.UTF8.GetByteCount(Value)];
        Salt.Span.CopyTo(input);
        var at = Salt.Length;
        EventHash.Put(input, ref at, Name);
        Encoding.UTF8.GetBytes(Value, input.AsSpan(at));
        SHA256.HashData(input, commitment);
    }
}
