using RealTimeActors.Engine.Integrity;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Hosting.Integrity;
using RealTimeActors.Hosting.Settings;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Server.CommandLine.Log;

/// <summary>Checks the checkpoints of a store, and one that was kept outside of it.</summary>
internal sealed class CheckpointCheck
{
    private readonly IReadOnlyDictionary<string, CheckpointKey> _keys;

    private CheckpointCheck(IReadOnlyDictionary<string, CheckpointKey> keys, CheckpointAudit audit) => (_keys, Audit) = (keys, audit);

    /// <summary>What the checkpoints say of the logs.</summary>
    internal CheckpointAudit Audit { get; }

    /// <summary>What is wrong with the checkpoints themselves.</summary>
    internal List<LogFault> Faults { get; } = [];

    /// <summary>Reads and checks them.</summary>
    /// <param name="reader">The store.</param>
    /// <param name="settings">Where the key lies, unless others are given.</param>
    /// <param name="keyFiles">Files with public keys that are trusted; empty: the server's own.</param>
    /// <param name="checkpointFile">A checkpoint that was kept outside; null: none.</param>
    /// <exception cref="CommandException">A file cannot be read.</exception>
    internal static CheckpointCheck Run(IJournalReader reader, ServerSettings settings, IReadOnlyList<string> keyFiles, string? checkpointFile)
    {
        var stream = reader.Streams(CheckpointAudit.Stream).FirstOrDefault(stream => stream.Stream.Value == CheckpointAudit.Stream);
        var snapshot = stream is null ? null : reader.SnapshotOf(stream.Stream);
        var check = new CheckpointCheck(KeysOf(settings, keyFiles), new CheckpointAudit(stream?.Trim ?? 0, snapshot?.Snapshot));
        if (snapshot is { IsIntact: false } damaged)
            check.Faults.Add(new LogFault(CheckpointAudit.Stream, damaged.Snapshot.Sequence, "the snapshot of the heads does not match its checksum"));

        if (stream is not null)
            check.ReadRows(reader, stream.Stream);

        check.CheckSignatures();
        if (checkpointFile is not null)
            check.Hold(checkpointFile);

        // In any case: from here on it can be asked what the checkpoints say.
        if (check.Audit.Finish(stream?.Last ?? 0) is { } end && check.Faults.Count == 0)
            check.Faults.Add(end);

        return check;
    }

    private static SortedDictionary<string, CheckpointKey> KeysOf(ServerSettings settings, IReadOnlyList<string> keyFiles)
    {
        var keys = new SortedDictionary<string, CheckpointKey>(StringComparer.Ordinal);
        var own = settings.CheckpointKeyFile ?? Path.Combine(settings.DataDirectory, CheckpointKeyFile.Name);
        try
        {
            foreach (var file in keyFiles.Count > 0 ? keyFiles : File.Exists(own) ? [own] : [])
            {
                var key = CheckpointKeyFile.LoadPublic(file);
                keys[key.Id] = key;
            }
        }
        catch (IOException unreadable)
        {
            throw new CommandException(unreadable.Message, unreadable);
        }

        return keys;
    }

    private void ReadRows(IJournalReader reader, StreamId stream)
    {
        try
        {
            foreach (var (row, isIntact) in reader.Rows(stream))
            {
                if (Audit.Accept(row, isIntact) is not { } fault)
                    continue;

                Faults.Add(fault);
                return;
            }
        }
        catch (JournalException damaged)
        {
            Faults.Add(new LogFault(CheckpointAudit.Stream, (Audit.Latest?.Number ?? 0) + 1, damaged.Message));
        }
    }

    private void CheckSignatures()
    {
        var bad = Audit.Stored.Count;
        Parallel.For(0, Audit.Stored.Count, (i, loop) =>
        {
            if (FaultOf(Audit.Stored[i]) is null)
                return;

            loop.Break();
            InterlockedMin(ref bad, i);
        });
        if (bad < Audit.Stored.Count)
            Faults.Insert(0, FaultOf(Audit.Stored[bad])!);
    }

    private static void InterlockedMin(ref int least, int value)
    {
        for (var seen = Volatile.Read(ref least); value < seen;)
        {
            var before = Interlocked.CompareExchange(ref least, value, seen);
            if (before == seen)
                return;

            seen = before;
        }
    }

    private LogFault? FaultOf(Checkpoint checkpoint)
    {
        if (!_keys.TryGetValue(checkpoint.KeyId, out var key))
            return new LogFault(CheckpointAudit.Stream, checkpoint.Number, $"key {checkpoint.KeyId} is said to have signed it, and is not known: name the file of its public half with --key, beside those of the other keys that were used (--key may be repeated; with it no other key is trusted)");

        return key.Verifies(checkpoint) ? null : new LogFault(CheckpointAudit.Stream, checkpoint.Number, $"its signature is not that of key {checkpoint.KeyId}");
    }

    private void Hold(string file)
    {
        Checkpoint outside;
        IReadOnlyList<CheckpointHead>? heads;
        try
        {
            (outside, heads) = CheckpointJson.Parse(File.ReadAllBytes(file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CommandException($"--checkpoint {file}: {unreadable.Message}", unreadable);
        }

        if (FaultOf(outside) is { } unsigned)
            throw new CommandException($"--checkpoint {file}: it proves nothing: {unsigned.What}") { ExitCode = Exit.No };

        if (Audit.Hold(outside, heads) is { } fault)
            Faults.Add(fault);
    }
}
