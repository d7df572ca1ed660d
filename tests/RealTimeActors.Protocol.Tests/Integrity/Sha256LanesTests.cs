using System.Security.Cryptography;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Tests.Integrity;

public sealed class Sha256LanesTests
{
    [Fact]
    public void Gives_what_the_library_gives_for_every_length_in_every_lane()
    {
        for (var length = 0; length <= 600; length++)
            Compare([length, (length * 7) % 601, 0, 55, 56, 63, 64, length], seed: length);
    }

    [Fact]
    public void Gives_what_the_library_gives_for_any_number_of_messages_of_any_length()
    {
        var chance = new Random(20261121);
        for (var i = 0; i < 500; i++)
            Compare([.. Enumerable.Range(0, chance.Next(40)).Select(_ => chance.Next(4) == 0 ? chance.Next(3_000) : chance.Next(200))], i);
    }

    private static void Compare(int[] lengths, int seed)
    {
        var messages = new byte[lengths.Sum()];
        new Random(seed).NextBytes(messages);
        var hashes = new byte[lengths.Length * 32];

        Sha256Lanes.HashMany(Padded(messages, lengths), lengths, hashes);

        var at = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            Assert.Equal(SHA256.HashData(messages.AsSpan(at, lengths[i])), hashes.AsSpan(i * 32, 32).ToArray());
            at += lengths[i];
        }
    }

    private static byte[] Padded(byte[] messages, int[] lengths)
    {
        // What was there before may be anything.
        var padded = new byte[lengths.Sum(Sha256Lanes.PaddedBytes)];
        Array.Fill(padded, (byte)0xa5);
        var (from, to) = (0, 0);
        foreach (var length in lengths)
        {
            var room = padded.AsSpan(to, Sha256Lanes.PaddedBytes(length));
            messages.AsSpan(from, length).CopyTo(room);
            Sha256Lanes.Pad(room, length);
            (from, to) = (from + length, to + room.Length);
        }

        return padded;
    }
}
