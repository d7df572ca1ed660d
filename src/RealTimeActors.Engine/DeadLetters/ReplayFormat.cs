using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.DeadLetters;

/// <summary>How the rows of a replay are stored. A kind, once written, stays readable: a change gets a new kind beside the old.</summary>
internal static class ReplayFormat
{
    private const byte Version = 1;

    private enum Kind : byte
    {
        Begun = 1,
        Published = 2,
        NotPublished = 3,
    }

    internal static byte[] Write(IReadOnlyList<ReplayEvent> events)
    {
        var to = new PayloadWriter();
        to.Byte(Version);
        foreach (var e in events)
        {
            to.Byte((byte)(e is ReplayEvent.Ended { IsPublished: var isPublished } ? isPublished ? Kind.Published : Kind.NotPublished : Kind.Begun));
            to.Varint(e.Offset);
            if (e is not ReplayEvent.Begun begun)
                continue;

            to.Text(begun.Epoch);
            to.Varint(begun.Sequence);
        }

        return to.ToArray();
    }

    internal static IReadOnlyList<ReplayEvent> Read(ReadOnlyMemory<byte> payload)
    {
        var from = new PayloadReader(payload);
        var version = from.Byte();
        if (version != Version)
            throw new InvalidDataException($"Format {Version} is expected for a replay's row, but it is of format {version}: it was written by a newer version. Use that one.");

        var events = new List<ReplayEvent>();
        while (!from.IsAtEnd)
        {
            var kind = (Kind)from.Byte();
            var offset = from.Varint();
            events.Add(kind switch
            {
                Kind.Begun => new ReplayEvent.Begun(from.Text() ?? "", offset, from.Varint()),
                Kind.Published => new ReplayEvent.Ended(offset, IsPublished: true),
                Kind.NotPublished => new ReplayEvent.Ended(offset, IsPublished: false),
                _ => throw new InvalidDataException($"A replay's row holds an event of kind {kind}, which this version does not know. Use the version that wrote it."),
            });
        }

        return events;
    }
}
