using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Hosting.Integrity;

namespace RealTimeActors.Hosting.Settings;

/// <summary>Reads <c>realtime.integrity</c>, and tries the key that it names: a server that could not sign does not start.</summary>
internal static class IntegritySettings
{
    internal static (CheckpointOptions Options, string? KeyFile) Read(KeyReader integrity)
    {
        var checkpoints = integrity.Section("checkpoints");
        var options = new CheckpointOptions
        {
            EveryEvents = checkpoints.Integer("every-events", 100_000, 1, 10_000_000),
            Every = checkpoints.Duration("every", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            Keep = checkpoints.Integer("keep", 100_000, 10, 10_000_000),
        };
        return (options, ReadKey(checkpoints));
    }

    private static string? ReadKey(KeyReader checkpoints)
    {
        if (checkpoints.OptionalText("key") is not { } path)
            return null;

        if (path.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            checkpoints.Problem("key", "the path of a PEM file is expected; the text of one came");
            return null;
        }

        try
        {
            using var key = CheckpointKeyFile.Load(path);
            return path;
        }
        catch (IOException unusable)
        {
            checkpoints.Problem("key", unusable.Message.TrimEnd('.'));
            return null;
        }
    }
}
