using System.Buffers;

namespace RealTimeActors.Protocol.Integrity;

/// <content>The hashes of events that follow each other.</content>
public static partial class EventHash
{
    /// <summary>As many as there are lanes.</summary>
    private const int TogetherMax = 16;

    /// <summary>From the block in which the previous hash begins to the last, at most.</summary>
    private const int RestBytes = 2 * Sha256Lanes.BlockBytes;

    /// <summary>What <see cref="Compute"/> makes of each: but only the blocks with the previous hash have to wait for it, and those before them are hashed in lanes (<see cref="Sha256Lanes"/>).</summary>
    /// <param name="links">In their order.</param>
    /// <param name="commitments">To the data of each: 32 bytes, from <see cref="CommitMany"/>.</param>
    public static void ComputeMany(ReadOnlySpan<ChainLink> links, ReadOnlySpan<byte> commitments)
    {
        while (!links.IsEmpty)
        {
            var count = Sha256.CanContinue ? FittingAmong(links) : 0;
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

        var most = Math.Min(links.Length, TogetherMax);
        var fitting = 0;
        while (fitting < most && InputBytesMax(links[fitting].Event, links[fitting].Epoch) <= BytesOnStackMax)
            fitting++;

        return fitting;
    }

    private static void ComputeTogether(ReadOnlySpan<ChainLink> links, ReadOnlySpan<byte> commitments)
    {
        var rented = ArrayPool<byte>.Shared.Rent((TogetherMax * (BytesOnStackMax + RestBytes + Bytes)) + BytesOnStackMax);
        var rests = rented.AsSpan(0, TogetherMax * RestBytes);
        var states = rented.AsSpan(rests.Length, TogetherMax * Bytes);
        var log = rented.AsSpan(rests.Length + states.Length, BytesOnStackMax);
        var inputs = rented.AsSpan(rests.Length + states.Length + log.Length);
        Span<int> lengths = stackalloc int[TogetherMax];
        Span<(int PreviousHashAt, int End)> places = stackalloc (int, int)[TogetherMax];

        // The beginnings lie one behind the other. What follows them is moved to where the previous hash is put in.
        var (written, logBytes) = (0, 0);
        for (var i = 0; i < links.Length; i++)
        {
            var link = links[i];
            if (i == 0 || !ReferenceEquals(link.Epoch, links[i - 1].Epoch) || !ReferenceEquals(link.Event.Channel, links[i - 1].Event.Channel))
                WriteLog(log, ref logBytes, link.Event.Channel, link.Epoch);

            var input = inputs[written..];
            log[..logBytes].CopyTo(input);
            var at = logBytes;
            WriteEvent(input, ref at, link.Event, commitments.Slice(i * Bytes, Bytes));
            var padded = Sha256Lanes.PaddedBytes(at + Bytes);
            Sha256Lanes.Pad(input[..padded], at + Bytes);

            var beginning = at & ~(Sha256Lanes.BlockBytes - 1);
            input[beginning..padded].CopyTo(rests[(i * RestBytes)..]);
            places[i] = ((i * RestBytes) + at - beginning, (i * RestBytes) + padded - beginning);
            lengths[i] = Sha256Lanes.LengthPaddedTo(beginning);
            written += beginning;
        }

        Sha256Lanes.HashMany(inputs[..written], lengths[..links.Length], states);
        for (var i = 0; i < links.Length; i++)
        {
            links[i].PreviousHash.Span.CopyTo(rests[places[i].PreviousHashAt..]);
            Sha256.Continue(states.Slice(i * Bytes, Bytes), rests[(i * RestBytes)..places[i].End], links[i].Hash.Span);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }
}
