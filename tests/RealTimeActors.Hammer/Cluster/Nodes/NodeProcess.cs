using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>One node: the built server as a process with data of its own, behind a proxy for other nodes and another one before its database.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int OutputLinesMax = 2_000;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _betweenQuestions = TimeSpan.FromMilliseconds(25);
    private readonly ConcurrentQueue<string> _output = new();
    private readonly string _directory;
    private readonly string[] _settings;
    private readonly GatedProxy _front;
    private readonly GatedProxy _database;
    private Process? _process;

    internal NodeProcess(string name, string role, string directory, Gates gates, int databasePort, Func<int, int, string?> callerAt, IEnumerable<string> settings)
    {
        Name = name;
        Role = role;
        _directory = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        var (port, http) = (FreePorts.Take(), FreePorts.Take());
        GatedProxy? front = null;
        front = new GatedProxy(gates, name, port, caller => callerAt(caller, front!.Port));
        front.Close();
        _front = front;
        _database = new GatedProxy(gates, Gates.Database, databasePort, _ => name);
        Address = new Uri($"http://127.0.0.1:{http}/");
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
        _settings =
        [
            $"realtime.node={name}", $"realtime.roles=[{role}]", $"realtime.http.port={http}", $"realtime.data-directory={_directory}",
            "realtime.cluster.enabled=true", $"realtime.cluster.port={port}", $"realtime.cluster.advertise=\"127.0.0.1:{_front.Port}\"",
            "realtime.journal.provider=postgresql",
            $"realtime.journal.postgresql.connection-string=\"Host=127.0.0.1;Port={_database.Port};Database=postgres;Username=realtime\"",
            .. settings,
        ];
    }

    internal string Name { get; }

    internal string Role { get; }

    internal Uri Address { get; }

    internal HttpClient Http { get; }

    internal bool IsRunning => _process is { HasExited: false };

    /// <summary>The process; null: it was never started.</summary>
    internal int? Id => _process?.Id;

    /// <summary>The last lines that it wrote.</summary>
    internal string Output => string.Join('\n', _output.TakeLast(30));

    /// <summary>Starts it, and waits until it is ready.</summary>
    internal async Task StartAsync()
    {
        if (IsRunning)
            throw new InvalidOperationException($"{Name} is expected to have ended before it is started again.");

        _front.Listen();
        _process?.Dispose();
        _process = Launch();
        await BecomesReadyAsync();
    }

    /// <summary>SIGKILL. Returns when it is gone.</summary>
    internal async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;

        process.Kill();
        _front.Close();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM. Returns its exit code when it is gone.</summary>
    internal async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await EndsAsync();
    }

    /// <summary>Waits until it has ended by itself.</summary>
    internal async Task<int> EndsAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        await _process!.WaitForExitAsync(patience.Token);
        _front.Close();
        return _process.ExitCode;
    }

    internal async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until traffic may come.</summary>
    internal async Task BecomesReadyAsync()
    {
        var asked = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(_betweenQuestions);
        while (await pace.WaitForNextTickAsync())
        {
            if (!IsRunning)
                throw new InvalidOperationException($"{Name} is expected to become ready; it ended and said:\n{Output}");

            if (asked.Elapsed > _patience)
                throw new InvalidOperationException($"{Name} is expected to be ready within {_patience.TotalSeconds} s; it runs, is not, and said:\n{Output}");

            if (await IsReadyAsync())
                return;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Http.Dispose();
        await _front.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("readyz", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory };
        start.ArgumentList.Add(BuiltServer.Program);
        foreach (var setting in _settings)
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(setting);
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;

        _output.Enqueue(line);
        while (_output.Count > OutputLinesMax)
            _output.TryDequeue(out _);
    }
}
