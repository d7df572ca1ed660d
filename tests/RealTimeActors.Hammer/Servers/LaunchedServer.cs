using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace RealTimeActors.Hammer.Servers;

/// <summary>The built server as a process in a directory of its own, which can be killed as a power cut would and started again. What it wrote last, in all its lives, is kept, each line with the time of day.</summary>
internal sealed class LaunchedServer(string directory, IReadOnlyList<string> settings) : IAsyncDisposable
{
    private const int OutputLinesMax = 10_000;
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    /// <summary>Told each line as it is written, to the output or the error output.</summary>
    internal Action<string>? Wrote { get; init; }

    internal IReadOnlyCollection<string> Output => _output;

    internal bool IsRunning => _process is { HasExited: false };

    /// <summary>The process; null: it was never started.</summary>
    internal int? Id => _process?.Id;

    private Process Process => _process ?? throw new InvalidOperationException("The server is expected to run; it was never started.");

    /// <summary>Starts it, and does not wait until it is ready.</summary>
    /// <param name="launcher">What starts it, with its arguments; none: nobody does.</param>
    internal void Start(params IReadOnlyList<string> launcher)
    {
        if (IsRunning)
            throw new InvalidOperationException("The server is expected to have ended before it is started again; kill it or stop it first.");

        string[] line = [.. launcher, "dotnet", BuiltServer.Program, .. settings.SelectMany(setting => new[] { "--set", setting })];
        var start = new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        _process?.Dispose();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, written) => Keep(written.Data);
        _process.ErrorDataReceived += (_, written) => Keep(written.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: the process gets no chance to finish anything. Returns when it is gone.</summary>
    internal async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
    }

    internal async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, Process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Returns its exit code when it has ended and all that it wrote has been read.</summary>
    internal async Task<int> EndsAsync(CancellationToken late)
    {
        await Process.WaitForExitAsync(late);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await KillAsync();

        _process?.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;

        _output.Enqueue($"{RunClock.Now} {line}");
        Wrote?.Invoke(line);
        while (_output.Count > OutputLinesMax)
            _output.TryDequeue(out _);
    }
}
