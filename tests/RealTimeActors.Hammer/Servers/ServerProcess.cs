using System.Net;
using RealTimeActors.PostgreSql.Kit;

namespace RealTimeActors.Hammer.Servers;

/// <summary>
/// The built server on a free port of the loopback and with data of its own. It can be killed as a power cut would and started again on the same port and the same data.
/// What it says is part of the error when it does not come up. Disposing kills it and deletes its data.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "Listening on ";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly LaunchedServer _server;
    private TaskCompletionSource _listens = new();

    private ServerProcess(string[] settings)
    {
        Port = FreePorts.Next();
        Address = new Uri($"http://127.0.0.1:{Port}/");
        DataDirectory = Directory.CreateTempSubdirectory("realtime-").FullName;
        Http = new HttpClient { BaseAddress = Address, Timeout = _patience };
        _server = new LaunchedServer(DataDirectory, [$"realtime.http.port={Port}", $"realtime.data-directory={DataDirectory}", .. settings]) { Wrote = OnWrote };
    }

    public int Port { get; }

    /// <summary>Where the server answers, with a slash at the end.</summary>
    public Uri Address { get; }

    /// <summary>The address of the wire contract.</summary>
    public Uri WebSocketAddress => new($"ws://127.0.0.1:{Port}/v1/ws");

    public string DataDirectory { get; }

    /// <summary>Asks this server.</summary>
    public HttpClient Http { get; }

    /// <summary>Everything that the server wrote to its output and its error output so far, of all its lives, the last 10,000 lines.</summary>
    public string Output => string.Join('\n', _server.Output);

    public int Id => _server.Id ?? throw new InvalidOperationException("The server is expected to run; it was never started.");

    public bool IsRunning => _server.IsRunning;

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="settings">More of <c>path=value</c>, as for <c>--set</c>.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready within a minute; the message has what it said.</exception>
    public static async Task<ServerProcess> StartAsync(params string[] settings)
    {
        var server = new ServerProcess(settings);
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL: the process gets no chance to finish anything. Returns when it is gone.</summary>
    public Task KillAsync() => _server.KillAsync();

    /// <summary>SIGTERM: the process is asked to stop. Returns its exit code when it is gone.</summary>
    public async Task<int> StopAsync()
    {
        await _server.SignalAsync("TERM");
        using var patience = new CancellationTokenSource(_patience);
        return await _server.EndsAsync(patience.Token);
    }

    /// <summary>Starts it again after it ended, on the same port and the same data, and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It still runs, it ended, or was not ready within a minute.</exception>
    public async Task RestartAsync()
    {
        _listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Start();
        await BecomesReadyAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Http.Dispose();
        Directory.Delete(DataDirectory, recursive: true);
    }

    private void OnWrote(string line)
    {
        if (line.StartsWith(Announcement, StringComparison.Ordinal))
            _listens.TrySetResult();
    }

    private async Task BecomesReadyAsync()
    {
        using var patience = new CancellationTokenSource(_patience);
        try
        {
            // It says where it listens, or ends; and then all that it said has been read.
            var ends = _server.EndsAsync(patience.Token);
            await await Task.WhenAny(_listens.Task, ends);
            while (ends.IsCompleted || !await IsReadyAsync())
            {
                if (ends.IsCompleted)
                    throw new InvalidOperationException($"The server is expected to become ready; it ended with code {await ends} and said:\n{Output}");

                patience.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The server is expected to be ready within {_patience.TotalSeconds} s; it runs, is not, and said:\n{Output}");
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("readyz", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
