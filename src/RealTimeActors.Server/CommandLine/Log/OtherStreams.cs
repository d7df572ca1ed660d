using RealTimeActors.Engine.Integrity;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary>The streams that are no logs of channels: sessions and what else the server remembers. No hashes stand in them: their rows must join, and match their checksums.</summary>
internal static class OtherStreams
{
    internal static List<LogFault> Verify(IJournalReader reader, CancellationToken cancellationToken)
    {
        var faults = new List<LogFault>();
        foreach (var stream in reader.Streams(""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = stream.Stream.Value;
            if (!name.StartsWith(LogVerifier.Streams, StringComparison.Ordinal) && name != CheckpointAudit.Stream && FaultOf(reader, stream) is { } fault)
                faults.Add(fault);
        }

        if (reader.CountStrays() is > 0 and var strays)
            faults.Add(new LogFault("(no stream)", 0, $"rows of {strays} streams that are not there are in the store: they were taken out of where they belong"));

        return faults;
    }

    private static LogFault? FaultOf(IJournalReader reader, StreamInfo stream)
    {
        var (name, trim) = (stream.Stream.Value, stream.Trim);
        long? end = null;
        try
        {
            foreach (var (row, isIntact) in reader.Rows(stream.Stream))
            {
                if (row.First > (end ?? trim) + 1 || (end is { } before && row.First != before + 1))
                    return new LogFault(name, (end ?? trim) + 1, $"{(end ?? trim) + 1} is expected; {row.First} comes");

                if (!isIntact)
                    return new LogFault(name, row.First, $"the row of {row.First} to {row.Last} does not match its checksum");

                end = row.Last;
            }
        }
        catch (JournalException damaged)
        {
            return new LogFault(name, (end ?? trim) + 1, damaged.Message);
        }

        return Math.Max(end ?? 0, trim) is var last && last == stream.Last ? null : new LogFault(name, last + 1, $"it is said to end at {stream.Last}; it ends at {last}");
    }
}
