using System.Buffers;
using RealTimeActors.Protocol.Integrity.Hashing;

namespace RealTimeActors.Protocol.Integrity;

/// <content>The hashes of events that follow each other.</content>
public static partial class EventHash
{
    /// <summary>What <see cref="Compute"/> makes of each: but only the blocks with the previous hash have to wait for it, and those before them are hashed in lanes (<see cref="Sha256Lanes"/>).</summary>
    /// <param name="links">In their order.</param>
    /// <param name="commitments">To the data of each: 32 bytes, from <see cref="CommitMany"/>.</param>
    public static void ComputeMany(ReadOnlySpan<ChainLink> links, ReadOnlySpan<byte> commitments)
    {
        while (!links.IsEmpty)
        {
            var count = Libcrypto.IsThere ? FittingAmong(links) : 0;
            if (count >= Sha256Lanes.WorthItMany)
            {
                ComputeTogether(links[..count], commitments);
            }
            else
            {
                count = 1;
                Compute(links[0].Event, links[0].Epoch, commitments[..Bytes], links[0].PreviousHash.Span, links[0].Hash.Span);
            }

            links = links[count..];
            commitments = commitments[(count * Bytes)..];
        }
    }

    /// <summary>How many of the first are short enough; 0 as well where there are too few to look.</summary>
    private static int FittingAmong(ReadOnlySpan<ChainLink> links)
    {
        if (links.Length < Sha256Lanes.WorthItMany)
            return 0;

        var fitting = 0;
        while (fitting < links.Length && InputBytesMax(links[fitting].Event, links[fitting].Epoch) <= BytesOnStackMax)
            fitting++;

        return fitting;
    }

    private static void ComputeTogether(ReadOnlySpan<ChainLink> links, ReadOnlySpan<byte> commitments)
    {
        var rented = ArrayPool<byte>.Shared.Rent(ChainWindow.Bytes + ((ChainWindow.Together + 2) * BytesOnStackMax));
        var window = new ChainWindow(rented.AsSpan(0, ChainWindow.Bytes), stackalloc ChainWindow.Place[ChainWindow.Slots], stackalloc uint[Libcrypto.ContextWords]);
        var log = rented.AsSpan(ChainWindow.Bytes, BytesOnStackMax);
        var inputs = rented.AsSpan(ChainWindow.Bytes + BytesOnStackMax);
        Span<int> lengths = stackalloc int[ChainWindow.Together];

        // The beginnings lie one behind the other.
        var (written, logBytes) = (0, 0);
        for (var i = 0; i < links.Length; i++)
        {
            var link = links[i];
            if (i == 0 || !ReferenceEquals(link.Epoch, links[i - 1].Epoch) || !ReferenceEquals(link.Event.Channel, links[i - 1].Event.Channel))
                WriteLog(log, ref logBytes, link.Event.Channel, link.Epoch);

            var before = i - ChainWindow.Together;
            if (before >= 0)
                window.Begin(before, links[before].PreviousHash.Span);

            var input = inputs[written..];
            log[..logBytes].CopyTo(input);
            var at = logBytes;
            WriteEvent(input, ref at, link.Event, commitments.Slice(i * Bytes, Bytes));
            if (before >= 0)
                window.Finish(before, links[before].Hash.Span);

            var padded = Sha256Lanes.PaddedBytes(at + Bytes);
            Sha256Lanes.Pad(input[..padded], at + Bytes);
            var beginning = at & ~(Sha256Lanes.BlockBytes - 1);
            window.Hold(i, input[beginning..padded], at - beginning);
            written += beginning;

            var lane = i % ChainWindow.Together;
            lengths[lane] = Sha256Lanes.LengthPaddedTo(beginning);
            if (lane < ChainWindow.Together - 1 && i < links.Length - 1)
                continue;

            Sha256Lanes.HashMany(inputs[..written], lengths[..(lane + 1)], window.States(i - lane));
            written = 0;
        }

        for (var i = Math.Max(0, links.Length - ChainWindow.Together); i < links.Length; i++)
        {
            window.Begin(i, links[i].PreviousHash.Span);
            window.Finish(i, links[i].Hash.Span);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }
}
