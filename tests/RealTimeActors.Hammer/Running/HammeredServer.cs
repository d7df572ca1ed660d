using System.Diagnostics;

namespace RealTimeActors.Hammer.Running;

/// <summary>The built server as a process, on a free port and with data of its own, which can be killed and started again on both. Disposing ends it and deletes its data.</summary>
internal sealed class HammeredServer : IAsyncDisposable
{
    private const string Announcement = "Listening on ";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly string _directory = Directory.CreateTempSubdirectory("realtime-hammer-").FullName;
    private Process? _process;

    private HammeredServer()
    {
    }

    internal Uri Address { get; private set; } = new("http://127.0.0.1:0");

    internal static async Task<HammeredServer> StartAsync()
    {
        var server = new HammeredServer();
        try
        {
            await server.LaunchAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>As a power cut would (SIGKILL), and back on the same port and data.</summary>
    internal async Task KillAndRestartAsync()
    {
        await KillAsync();
        await LaunchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task KillAsync()
    {
        if (_process is null)
            return;

        if (!_process.HasExited)
            _process.Kill();

        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    private async Task LaunchAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = _directory };
        start.ArgumentList.Add(ProgramPath());
        foreach (var setting in (string[])[$"realtime.http.port={Address.Port}", $"realtime.data-directory={_directory}", "realtime.machine-figures.enabled=false"])
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(setting);
        }

        _process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(_patience);
        var line = await _process.StandardOutput.ReadLineAsync(patience.Token);
        if (line?.StartsWith(Announcement, StringComparison.Ordinal) != true)
            throw new InvalidOperationException($"The server is expected to say where it listens; it said: {line ?? "nothing, and ended"}");

        Address = new Uri(line[Announcement.Length..].Split(' ')[0]);
    }

    /// <summary>In the same configuration as this program.</summary>
    private static string ProgramPath()
    {
        // …/tests/RealTimeActors.Hammer/bin/<Configuration>/net10.0/, or the like of a test that uses it.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = here;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "RealTimeActors.sln")))
            root = root.Parent;

        var program = root is null ? null : Path.Combine(root.FullName, "src", "RealTimeActors.Server", "bin", here.Parent!.Name, here.Name, "realtime.dll");
        return File.Exists(program) ? program : throw new InvalidOperationException($"The built server is expected at {program ?? "src/RealTimeActors.Server/bin"}; build it first.");
    }
}
