using System.Text.Json;
using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.Mutations;

/// <summary>What the lines of a file of edits come to.</summary>
internal sealed class MutationFile
{
    private readonly SortedDictionary<long, PendingMutation> _pending = [];
    private string? _producer;
    private long _lastNumber;
    private long _lastTimeUnixMs;

    /// <summary>Complete lines that are not what was written.</summary>
    internal int BadLines { get; private set; }

    /// <summary>Whether the last line has no end: its writing was cut off.</summary>
    internal bool IsUnfinished { get; private set; }

    internal KeptMutations? Mutations => _producer is null ? null : new KeptMutations(_producer, _lastNumber, _lastTimeUnixMs, [.. _pending.Values]);

    /// <exception cref="InvalidDataException">It is not a file of edits, or of a later version.</exception>
    internal static MutationFile Read(ReadOnlySpan<byte> content, string path)
    {
        var file = new MutationFile();
        if (content.IsEmpty)
            return file;

        // Cut off at its very beginning: nothing was ever kept in it.
        if (content.Length < MutationLine.Header.Length && MutationLine.Header.AsSpan().StartsWith(content))
        {
            file.IsUnfinished = true;
            return file;
        }

        if (!content.StartsWith(MutationLine.Header))
            throw new InvalidDataException($"A file of edits, version 1, is expected at {path}; this is none. Move it away to begin anew; what it holds is not sent then.");

        content = content[MutationLine.Header.Length..];
        while (!content.IsEmpty)
        {
            var end = content.IndexOf((byte)'\n');
            if (end < 0)
            {
                file.IsUnfinished = true;
                break;
            }

            if (!file.TryTake(content[..end]))
                file.BadLines++;
            content = content[(end + 1)..];
        }

        return file;
    }

    internal void Apply(MutationRecord record)
    {
        if (record is MutationRecord.Keep keep)
            Apply(keep.Mutation);
        else if (record is MutationRecord.Drop drop)
            _pending.Remove(drop.Number);
    }

    /// <summary>All of it in as few lines as it takes.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new MemoryStream();
        bytes.Write(MutationLine.Header);
        if (_producer is not null)
            bytes.Write(MutationLine.Mark(_producer, _lastNumber, _lastTimeUnixMs));
        foreach (var mutation in _pending.Values)
            bytes.Write(MutationLine.Keep(mutation));
        return bytes.ToArray();
    }

    private bool TryTake(ReadOnlySpan<byte> line)
    {
        if (!MutationLine.TryOpen(line, out var json))
            return false;

        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.TryGetProperty("keep", out var keep))
                Apply(MutationLine.ReadKeep(keep));
            else if (root.TryGetProperty("drop", out var drop))
                _pending.Remove(drop.GetInt64());
            else if (root.TryGetProperty("mark", out var mark))
                Apply(mark.GetProperty("producer").GetString()!, mark.GetProperty("number").GetInt64(), mark.GetProperty("time").GetInt64());
            return true;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private void Apply(PendingMutation mutation)
    {
        Apply(mutation.Producer, mutation.Number, mutation.TimeUnixMs ?? 0);
        _pending[mutation.Number] = mutation;
    }

    private void Apply(string producer, long number, long time)
    {
        _producer = producer;
        _lastNumber = Math.Max(_lastNumber, number);
        _lastTimeUnixMs = Math.Max(_lastTimeUnixMs, time);
    }
}
