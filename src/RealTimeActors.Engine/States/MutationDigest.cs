using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Engine.States;

/// <summary>Tells whether a mutation repeated under the same id is the same mutation. Everything that the editor chooses goes in; by whom and over which session it came does not.</summary>
internal static class MutationDigest
{
    /// <summary>Bytes of a digest that are enough to remember.</summary>
    internal const int Bytes = 16;

    /// <summary>The first bytes of the SHA-256 over the values, each with its length before it; an absent number is told from every number.</summary>
    internal static byte[] Of(Mutation mutation)
    {
        var key = Encoding.UTF8.GetBytes(mutation.Key);
        var input = new byte[4 + key.Length + 1 + 4 + mutation.Value.Length + (3 * 9)];
        var to = input.AsSpan();
        Put(ref to, key);
        to[0] = (byte)mutation.Operation;
        to = to[1..];
        Put(ref to, mutation.Value.Span);
        Put(ref to, mutation.IfVersion);
        Put(ref to, mutation.BaseVersion);
        Put(ref to, mutation.TimeUnixMs);
        return SHA256.HashData(input)[..Bytes];
    }

    private static void Put(ref Span<byte> to, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, value.Length);
        value.CopyTo(to[4..]);
        to = to[(4 + value.Length)..];
    }

    private static void Put(ref Span<byte> to, long? value)
    {
        to[0] = value is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64LittleEndian(to[1..], value ?? 0);
        to = to[9..];
    }
}
