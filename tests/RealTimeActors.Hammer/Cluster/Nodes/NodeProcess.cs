using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using RealTimeActors.Hammer.Cluster.Wires;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>One node: the built server as a process with data of its own, in a place whose lines can be cut.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int OutputLinesMax = 2_000;
    private const int StartsMax = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _betweenQuestions = TimeSpan.FromMilliseconds(25);
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();
    private readonly string _directory;
    private readonly string[] _settings;
    private readonly INodePlace _place;
    private Process? _process;

    internal NodeProcess(string name, IReadOnlyList<string> roles, string directory, INodePlace place, string token, IEnumerable<string> settings)
    {
        Name = name;
        Roles = roles;
        _place = place;
        _directory = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        Address = new Uri(FormattableString.Invariant($"http://{place.Host}:{place.HttpPort}/"));
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _settings =
        [
            $"realtime.node={name}", $"realtime.roles=[{string.Join(',', roles)}]", $"realtime.http.host=\"{place.Host}\"", FormattableString.Invariant($"realtime.http.port={place.HttpPort}"),
            $"realtime.data-directory={_directory}", "realtime.cluster.enabled=true", $"realtime.cluster.host=\"{place.Host}\"", FormattableString.Invariant($"realtime.cluster.port={place.NodePort}"),
            $"realtime.cluster.advertise=\"{place.Advertised}\"", "realtime.journal.provider=postgresql",
            FormattableString.Invariant($"realtime.journal.postgresql.connection-string=\"Host={place.DatabaseHost};Port={place.DatabasePort};Database=postgres;Username=realtime;SSL Mode=Disable\""),
            .. settings,
        ];
    }

    internal string Name { get; }

    /// <summary><c>core</c>, <c>edge</c>, or both.</summary>
    internal IReadOnlyList<string> Roles { get; }

    internal Uri Address { get; }

    internal HttpClient Http { get; }

    /// <summary>How often it ended by itself before it was ready, and was started once more.</summary>
    internal int EndedEarly { get; private set; }

    internal bool IsRunning => _process is { HasExited: false };

    /// <summary>The process; null: it was never started.</summary>
    internal int? Id => _process?.Id;

    /// <summary>The last lines that it wrote.</summary>
    internal string Output => string.Join('\n', _output.TakeLast(60));

    /// <summary>Waits until it writes a line that has these words, or returns at once where one of the last lines has them.</summary>
    internal async Task SaysAsync(string words, CancellationToken late)
    {
        var said = _awaited.GetOrAdd(words, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_output.Any(line => line.Contains(words, StringComparison.Ordinal)))
            return;

        try
        {
            await said.Task.WaitAsync(late);
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"{Name} is expected to say '{words}'; it said:\n{Output}");
        }
    }

    /// <summary>Starts it, and waits until it is ready. One that ends before that is started again, as whoever watches over a node does: on a machine that is slow for a moment the others may have declared it dead.</summary>
    internal async Task StartAsync()
    {
        if (IsRunning)
            throw new InvalidOperationException($"{Name} is expected to have ended before it is started again.");

        for (var starts = 1; ; starts++)
        {
            _place.OnStarting();
            _process?.Dispose();
            _process = Launch();
            try
            {
                await BecomesReadyAsync();
                return;
            }
            catch (InvalidOperationException) when (!IsRunning && starts < StartsMax)
            {
                _place.OnEnded();
                EndedEarly++;
            }
        }
    }

    /// <summary>SIGKILL. Returns when it is gone.</summary>
    internal async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;

        process.Kill();
        _place.OnEnded();
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
        _place.OnEnded();
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
        string[] line = [.. _place.Launcher, "dotnet", BuiltServer.Program];
        var start = new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _directory };
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

        _output.Enqueue($"{RunClock.Now} {line}");
        foreach (var (words, said) in _awaited)
        {
            if (line.Contains(words, StringComparison.Ordinal))
                said.TrySetResult();
        }

        while (_output.Count > OutputLinesMax)
            _output.TryDequeue(out _);
    }
}
