using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using RealTimeActors.Hammer.Cluster.Wires;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Hammer.Cluster.Disks;

/// <summary>
/// All processes but this one that use a folder, stopped where they stand: none of them is in a call of the system any more, each call has its answer. Disposing lets them go on. Linux, and root for those of others.
/// </summary>
internal sealed partial class Standstill : IDisposable
{
    private const int Continue = 18;
    private const int Stop = 19;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly SortedSet<int> _stopped = [];

    /// <exception cref="InvalidOperationException">They do not stop within a minute.</exception>
    internal Standstill(string folder)
    {
        _folder = folder;
        try
        {
            var since = Stopwatch.GetTimestamp();
            while (!IsReached())
            {
                if (Stopwatch.GetElapsedTime(since) > _patience)
                    throw new InvalidOperationException($"Who uses {folder} does not stop: {string.Join(", ", _stopped)}.");

                Thread.Yield();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var process in _stopped)
            _ = Kill(process, Continue);
    }

    /// <summary>Stops whoever is new: one that was not stopped yet may have started another.</summary>
    private bool IsReached()
    {
        var isReached = true;
        foreach (var process in Processes().Where(process => !_stopped.Contains(process) && Uses(process)))
        {
            isReached = false;
            if (Kill(process, Stop) == 0)
                _stopped.Add(process);
        }

        return isReached && _stopped.All(IsStopped);
    }

    private static IEnumerable<int> Processes() =>
        new DirectoryInfo("/proc").EnumerateDirectories()
            .Select(process => int.TryParse(process.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && id != Environment.ProcessId);

    private bool Uses(int process) => IsUnder(OpenFiles.TargetOf($"/proc/{process}/cwd")) || OpenFiles.Any(process, IsUnder);

    private bool IsUnder(string? target) => target == _folder || target?.StartsWith($"{_folder}/", StringComparison.Ordinal) == true;

    /// <summary>Whether none of its threads runs or waits within the system any more.</summary>
    private static bool IsStopped(int process)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{process}/task").All(thread => RunState.Of(thread) is RunState.Stopped or RunState.Gone);
        }
        catch (IOException)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
