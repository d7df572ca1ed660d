using System.Diagnostics;
using System.Globalization;

namespace RealTimeActors.EndToEnd.Tests.Topology;

/// <summary>What <c>tests/cluster.sh</c> brings up: two cores, two edges, a database, and a load balancer where nginx is installed. Disposing asks it to stop, and checks that it leaves nothing behind.</summary>
internal sealed class RunningTopology : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private readonly Process _script;
    private readonly DirectoryInfo _folder;
    private readonly Task<string> _errors;
    private readonly Dictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _processes = new(StringComparer.Ordinal);

    private RunningTopology(Process script, DirectoryInfo folder)
    {
        (_script, _folder) = (script, folder);
        _errors = script.StandardError.ReadToEndAsync();
    }

    /// <summary>Where a node answers: <c>core-1</c>, <c>edge-2</c> …</summary>
    internal Uri this[string node] => _addresses[node];

    /// <summary>Where clients connect: the load balancer, or both edges where there is none.</summary>
    internal IReadOnlyList<Uri> Entrances => _addresses.TryGetValue("load-balancer", out var balancer) ? [balancer] : [_addresses["edge-1"], _addresses["edge-2"]];

    /// <summary>Stops a node, or lets it go on, or ends it: <c>STOP</c>, <c>CONT</c>, <c>KILL</c>. Of its first life.</summary>
    internal async Task SignalAsync(string node, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _processes[node].ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The checkout.</summary>
    internal static string Root
    {
        get
        {
            var root = new DirectoryInfo(BuiltServer.Program);
            while (!File.Exists(Path.Combine(root!.FullName, "RealTimeActors.sln")))
                root = root.Parent;

            return root.FullName;
        }
    }

    internal static async Task<RunningTopology> StartAsync()
    {
        var server = Path.ChangeExtension(BuiltServer.Program, null);
        // The database's user has to get through to what is his.
        var folder = Directory.CreateTempSubdirectory("rta-topology-");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, folder.UnixFileMode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var start = new ProcessStartInfo(Path.Combine(Root, "tests/cluster.sh"), ["--no-build", "--for", "600"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TMPDIR"] = folder.FullName;
        start.Environment["REALTIME_SERVER"] = server;
        var topology = new RunningTopology(Process.Start(start)!, folder);
        try
        {
            await topology.BecomesReadyAsync();
            return topology;
        }
        catch
        {
            await topology.EndAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Assert.DoesNotContain(_processes.Values, process => Directory.Exists($"/proc/{process}"));
        Assert.Empty(_folder.EnumerateFileSystemInfos());
        _folder.Delete(recursive: true);
    }

    private async Task BecomesReadyAsync()
    {
        using var late = new CancellationTokenSource(_patience);
        while (await _script.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            if (line.StartsWith("Ready.", StringComparison.Ordinal))
                return;

            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var node, var address] && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == "http")
                _addresses[node] = uri;
            else if (words is [var process, "process", var id])
                _processes[process] = int.Parse(id, CultureInfo.InvariantCulture);
        }

        throw new InvalidOperationException($"tests/cluster.sh ended before it was ready:\n{await _errors}");
    }

    private async Task EndAsync()
    {
        if (!_script.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _script.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        using var late = new CancellationTokenSource(_patience);
        await _script.WaitForExitAsync(late.Token);
        _script.Dispose();
    }
}
