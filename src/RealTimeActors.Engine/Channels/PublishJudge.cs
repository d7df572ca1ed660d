using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>Decides, before anything is appended, which publications are repeats and whether they may be taken as a whole.</summary>
internal static class PublishJudge
{
    /// <summary>What each publication is, or why none is taken.</summary>
    internal static Verdict Judge(ChannelName channel, ProducerWindows producers, IReadOnlyList<Publication> publications, long nowUnixMs)
    {
        var judged = new Judged[publications.Count];
        var repeats = 0;
        Dictionary<string, long>? lastOf = null;
        for (var i = 0; i < judged.Length; i++)
        {
            var publication = publications[i];

            // Whoever publishes: an event of this type is a change of the state, which only a mutation may be.
            if (publication.Type == ServerTypes.State)
                return new(ErrorCode.BadRequest, ServerTypes.FaultOf(publication.Type)!);

            if (LabelBounds.FaultOf(publication) is { } tooLong)
                return new(ErrorCode.TooLarge, tooLong);

            if (publication.ProducerId is not { } producer)
                continue;

            lastOf ??= new Dictionary<string, long>(StringComparer.Ordinal);
            var grows = !lastOf.TryGetValue(producer, out var last) || last < publication.ProducerSequence;
            lastOf[producer] = publication.ProducerSequence;
            if (!grows)
                return new(ErrorCode.BadRequest, "The sequences of one producer grow within an array.");

            var digest = publication.ComputeDigest();
            judged[i] = new Judged(null, digest);
            if (producers.Find(KeyOf(publication)) is not { } window)
            {
                if (producers.HasRoom(nowUnixMs))
                    continue;

                return new(ErrorCode.LimitExceeded, $"{channel} remembers {ProducerWindows.ProducersMax} producers already; publish without one, or reuse one.");
            }

            var sequence = publication.ProducerSequence;
            switch (window.Judge(sequence, digest, out var remembered))
            {
                case ProducerVerdict.Duplicate:
                    judged[i] = new Judged(remembered, digest);
                    repeats++;
                    break;
                case ProducerVerdict.Conflict:
                    return new(ErrorCode.Conflict, $"Sequence {sequence} of producer {producer} was published before with another payload, at offset {remembered.Offset}.");
                case ProducerVerdict.OutOfWindow:
                    return new(ErrorCode.FencedOrOutOfWindow, $"Sequence {sequence} of producer {producer} is older than what is remembered; its last one is {window.Last}.");
            }
        }

        return repeats == 0 || repeats == judged.Length
            ? new(judged)
            : new(ErrorCode.Conflict, "Some events of the array were published before and some were not; an array is published as a whole.");
    }

    internal static ProducerKey KeyOf(Publication publication) => new(publication.User ?? "", publication.ProducerId ?? "");

    /// <summary>One publication: what became of it before, if it is a repeat, and its digest, if it has a producer.</summary>
    internal readonly record struct Judged(ProducerWindow.Remembered? Repeats, ReadOnlyMemory<byte> Digest);

    /// <summary>Either what the publications are, or why they are refused.</summary>
    internal readonly record struct Verdict(Judged[]? Taken, ErrorCode Code, string Message)
    {
        internal Verdict(Judged[] taken)
            : this(taken, default, "")
        {
        }

        internal Verdict(ErrorCode code, string message)
            : this(null, code, message)
        {
        }
    }
}
