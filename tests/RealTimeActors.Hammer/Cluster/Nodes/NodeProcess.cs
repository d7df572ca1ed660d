using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using RealTimeActors.Hammer.Cluster.Wires;
using RealTimeActors.Hammer.Servers;

namespace RealTimeActors.Hammer.Cluster.Nodes;

/// <summary>One node: the built server as a process with data of its own, in a place whose lines can be cut.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private const int StartsMax = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _betweenQuestions = TimeSpan.FromMilliseconds(25);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();
    private readonly INodePlace _place;
    private readonly LaunchedServer _server;

    internal NodeProcess(string name, IReadOnlyList<string> roles, string directory, INodePlace place, string token, IEnumerable<string> settings)
    {
        Name = name;
        Roles = roles;
        _place = place;
        directory = Directory.CreateDirectory(Path.Combine(directory, name)).FullName;
        Address = new Uri(FormattableString.Invariant($"http://{place.Host}:{place.HttpPort}/"));
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(1) }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(20) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _server = new LaunchedServer(directory,
        [
            $"realtime.node={name}", $"realtime.roles=[{string.Join(',', roles)}]", $"realtime.http.host=\"{place.Host}\"", FormattableString.Invariant($"realtime.http.port={place.HttpPort}"),
            $"realtime.data-directory={directory}", "realtime.cluster.enabled=true", $"realtime.cluster.host=\"{place.Host}\"", FormattableString.Invariant($"realtime.cluster.port={place.NodePort}"),
            $"realtime.cluster.advertise=\"{place.Advertised}\"", "realtime.journal.provider=postgresql",
            FormattableString.Invariant($"realtime.journal.postgresql.connection-string=\"Host={place.DatabaseHost};Port={place.DatabasePort};Database=postgres;Username=realtime;SSL Mode=Disable\""),
            .. settings,
        ])
        { Wrote = OnWrote };
    }

    internal string Name { get; }

    /// <summary><c>core</c>, <c>edge</c>, or both.</summary>
    internal IReadOnlyList<string> Roles { get; }

    internal Uri Address { get; }

    internal HttpClient Http { get; }

    /// <summary>How often it ended by itself before it was ready, and was started once more.</summary>
    internal int EndedEarly { get; private set; }

    internal bool IsRunning => _server.IsRunning;

    /// <summary>The process; null: it was never started.</summary>
    internal int? Id => _server.Id;

    /// <summary>The last lines that it wrote.</summary>
    internal string Output => string.Join('\n', _server.Output.TakeLast(60));

    /// <summary>Waits until it writes a line that has these words, or returns at once where one of the last lines has them.</summary>
    internal async Task SaysAsync(string words, CancellationToken late)
    {
        var said = _awaited.GetOrAdd(words, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_server.Output.Any(line => line.Contains(words, StringComparison.Ordinal)))
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
            _server.Start(_place.Launcher);
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
        if (!IsRunning)
            return;

        var gone = _server.KillAsync();
        _place.OnEnded();
        await gone;
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
        var exitCode = await _server.EndsAsync(patience.Token);
        _place.OnEnded();
        return exitCode;
    }

    internal Task SignalAsync(string signal) => _server.SignalAsync(signal);

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
        await _server.DisposeAsync();
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

    private void OnWrote(string line)
    {
        foreach (var (words, said) in _awaited)
        {
            if (line.Contains(words, StringComparison.Ordinal))
                said.TrySetResult();
        }
    }
}
