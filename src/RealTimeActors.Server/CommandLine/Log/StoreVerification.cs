using RealTimeActors.Engine.Integrity;
using RealTimeActors.Hosting;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary>Verifies a whole store: its checkpoints, its logs and what it remembers besides.</summary>
/// <param name="Channels">How many logs there are.</param>
/// <param name="Events">How many of their events are as they were written.</param>
/// <param name="Checkpoints">How many checkpoints are.</param>
/// <param name="Faults">The first fault of each log that has one, after those of the checkpoints.</param>
/// <param name="Unsigned">How many of the events no checkpoint vouches for: those behind the newest, or all where there is none.</param>
/// <param name="Shortened">The logs whose beginning was let go, with the first offset that is left: of what was before nothing can be said.</param>
internal sealed record StoreVerification(
    long Channels, long Events, int Checkpoints, IReadOnlyList<LogFault> Faults, long Unsigned, IReadOnlyList<(string Channel, long First)> Shortened)
{
    /// <summary>Goes over it.</summary>
    /// <param name="settings">Where it lies.</param>
    /// <param name="keyFiles">Files with public keys that are trusted; empty: the server's own.</param>
    /// <param name="checkpointFile">A checkpoint that was kept outside; null: none.</param>
    /// <param name="pattern">Which channels; null: all, and everything else.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="CommandException">A file cannot be read.</exception>
    /// <exception cref="JournalException">The store cannot be read.</exception>
    internal static StoreVerification Run(ServerSettings settings, IReadOnlyList<string> keyFiles, string? checkpointFile, ChannelPattern? pattern, CancellationToken cancellationToken)
    {
        using var reader = Journals.OpenReader(settings, cancellationToken);
        var checkpoints = CheckpointCheck.Run(reader, settings, keyFiles, checkpointFile);
        var logs = VerifyLogs(reader, checkpoints, pattern, cancellationToken);
        List<LogFault> others = pattern is null ? OtherStreams.Verify(reader, cancellationToken) : [];
        return new StoreVerification(logs.Channels, logs.Events, checkpoints.Audit.Stored.Count, [.. checkpoints.Faults, .. logs.Faults, .. others], logs.Unsigned, logs.Shortened);
    }

    private static ParallelVerification VerifyLogs(IJournalReader reader, CheckpointCheck checkpoints, ChannelPattern? pattern, CancellationToken cancellationToken)
    {
        var logs = new ParallelVerification(cancellationToken);
        var missing = new SortedSet<string>(checkpoints.Audit.Channels.Where(channel => IsMeant(channel, pattern)), StringComparer.Ordinal);
        foreach (var stream in reader.Streams(LogVerifier.Streams))
        {
            var channel = stream.Stream.Value[LogVerifier.Streams.Length..];
            if (!IsMeant(channel, pattern))
                continue;

            missing.Remove(channel);
            logs.Verify(new LogVerifier(stream.Stream, stream.Trim, checkpoints.Audit.PointsOf(channel)), reader.Rows(stream.Stream), stream.Last);
        }

        logs.Finish();

        // Logs of which checkpoints know, and which are not there at all.
        foreach (var channel in missing)
            logs.Faults.Add(new LogVerifier(new(LogVerifier.Streams + channel), 0, checkpoints.Audit.PointsOf(channel)).Finish(0)!);

        return logs;
    }

    private static bool IsMeant(string channel, ChannelPattern? pattern) =>
        pattern is null || (ChannelName.TryParse(channel, out var name, out _) && pattern.Matches(name));
}
