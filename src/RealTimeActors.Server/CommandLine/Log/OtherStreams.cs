using RealTimeActors.Engine.Integrity;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Persistence.Sqlite;
using RealTimeActors.Persistence.Sqlite.Reading;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary>The streams that are no logs of channels: sessions and what else the server remembers. No hashes stand in them: their rows must join, and match their checksums.</summary>
internal static class OtherStreams
{
    internal static List<LogFault> Verify(SqliteJournalReader reader, CancellationToken cancellationToken)
    {
        var faults = new List<LogFault>();
        foreach (var (number, stream) in reader.Streams(""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = stream.Stream.Value;
            if (!name.StartsWith(LogVerifier.Streams, StringComparison.Ordinal) && name != CheckpointAudit.Stream && FaultOf(reader, number, name, stream.Trim) is { } fault)
                faults.Add(fault);
        }

        if (reader.CountStrays() is > 0 and var strays)
            faults.Add(new LogFault("(no stream)", 0, $"rows of {strays} streams that are not there are in the store: they were taken out of where they belong"));

        return faults;
    }

    private static LogFault? FaultOf(SqliteJournalReader reader, long number, string name, long trim)
    {
        long? end = null;
        try
        {
            foreach (var (row, isIntact) in reader.Rows(number))
            {
                if (row.First > (end ?? trim) + 1 || (end is { } before && row.First != before + 1))
                    return new LogFault(name, (end ?? trim) + 1, $"{(end ?? trim) + 1} is expected; {row.First} comes");

                if (!isIntact)
                    return new LogFault(name, row.First, $"the row of {row.First} to {row.Last} does not match its checksum");

                end = row.Last;
            }
        }
        catch (SqliteJournalException damaged)
        {
            return new LogFault(name, (end ?? trim) + 1, damaged.Message);
        }

        return null;
    }
}
