using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.Access;

/// <summary>How revocations are stored. A kind, once written, stays readable: a change gets a new kind beside the old.</summary>
/// <remarks>Row, version 1: version byte, then per event its kind and fields. A snapshot is a row of the events that lead to the state.</remarks>
internal static class RevocationFormat
{
    private const byte Version = 1;

    private enum Kind : byte
    {
        Revoked = 1,
    }

    internal static byte[] Write(IEnumerable<RevocationEvent> events)
    {
        var to = new PayloadWriter();
        to.Byte(Version);
        foreach (var e in events)
        {
            if (e is not RevocationEvent.Revoked revoked)
                throw new InvalidOperationException($"There is no stored form of {e}.");

            to.Byte((byte)Kind.Revoked);
            to.Text(revoked.User);
            to.Varint(revoked.BeforeUnixMs);
            to.Varint(revoked.UntilUnixMs);
        }

        return to.ToArray();
    }

    internal static IReadOnlyList<RevocationEvent> Read(ReadOnlyMemory<byte> payload)
    {
        var from = new PayloadReader(payload);
        var version = from.Byte();
        if (version != Version)
            throw new InvalidDataException($"Format {Version} is expected for a row of revocations, but it is of format {version}: it was written by a newer version. Use that one.");

        var events = new List<RevocationEvent>();
        while (!from.IsAtEnd)
        {
            var kind = (Kind)from.Byte();
            if (kind != Kind.Revoked)
                throw new InvalidDataException($"A row of revocations holds an event of kind {kind}, which this version does not know. Use the version that wrote it.");

            events.Add(new RevocationEvent.Revoked(from.Text() ?? "", from.Varint(), from.Varint()));
        }

        return events;
    }
}
