using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RealTimeActors.Benchmarks.Load;

namespace RealTimeActors.Benchmarks.Peers;

/// <summary>A server under load: a process of its own on processors of its own, with a folder of its own, gone without a trace afterwards.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly ConcurrentDictionary<ServerProcess, bool> _running = new();

    private readonly Process _process;
    private readonly string _folder;
    private readonly StreamWriter _log;

    // Ctrl+C and SIGTERM come by here; what was started does not stay behind.
    static ServerProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var server in _running.Keys) server.Dispose();
    };

    private ServerProcess(Process process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        _log = new StreamWriter(Path.Combine(folder, "output.log")) { AutoFlush = true };
        Port = port;
        _running[this] = true;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    internal int Port { get; }

    /// <summary>Where it keeps its files.</summary>
    internal string Folder => _folder;

    internal ProcessUsage Usage => ProcessUsage.Of(LivingId);

    /// <summary>See <see cref="ProcessUsage.ProportionalBytesOf"/>.</summary>
    internal double ProportionalBytes => ProcessUsage.ProportionalBytesOf(LivingId);

    /// <summary>Moves it to these processors, as it runs. What it found out about the machine at its start it keeps.</summary>
    internal void MoveTo(CpuSet cpus) => cpus.Confine(LivingId);

    /// <summary>Keeps it to a part of a processor from now on.</summary>
    internal void LimitTo(ProcessorShare share) => share.Take(LivingId);

    private int LivingId => _process.HasExited ? throw new BenchmarkFailure($"the server ended with {_process.ExitCode}") : _process.Id;

    /// <summary>An empty folder for a server that is about to start; <see cref="Dispose"/> deletes it.</summary>
    internal static string NewFolder(string? parent) =>
        Directory.CreateDirectory(Path.Combine(parent ?? Path.GetTempPath(), $"realtime-bench-{Guid.NewGuid():N}")).FullName;

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal static ServerProcess Start(CpuSet cpus, string folder, int port, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(cpus.IsEmpty ? program : "taskset")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!cpus.IsEmpty)
        {
            foreach (var argument in new[] { "-c", cpus.List, program }) start.ArgumentList.Add(argument);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new ServerProcess(Process.Start(start)!, folder, port);
    }

    /// <summary>Waits until <paramref name="path"/> is answered with success; null asks only for an open port. A server that is never ready is ended.</summary>
    internal async Task Ready(string? path, bool isTls = false)
    {
        using var handler = new HttpClientHandler();
        if (isTls) handler.ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(2) };
        var address = path is null ? null : new Uri($"{(isTls ? "https" : "http")}://127.0.0.1:{Port}{path}");
        var begin = Stopwatch.GetTimestamp();
        while (!await Answers(http, address))
        {
            var fault = _process.HasExited ? $"the server ended with {_process.ExitCode} before it was ready"
                : Stopwatch.GetElapsedTime(begin).TotalSeconds > 30 ? "the server was not ready within 30 s" : null;
            if (fault is not null)
            {
                var output = LastOutput();
                Dispose();
                throw new BenchmarkFailure($"{fault}:{output}");
            }

            await Task.Delay(20);
        }
    }

    internal string LastOutput()
    {
        lock (_log)
        {
            using var reader = new StreamReader(new FileStream(Path.Combine(_folder, "output.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return Environment.NewLine + string.Join(Environment.NewLine, reader.ReadToEnd().Split('\n').TakeLast(40)).Trim();
        }
    }

    public void Dispose()
    {
        if (!_running.TryRemove(this, out _)) return;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        lock (_log) _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> Answers(HttpClient http, Uri? address)
    {
        try
        {
            if (address is not null)
            {
                using var answer = await http.GetAsync(address);
                return answer.IsSuccessStatusCode;
            }

            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            if (line.Data is not null && _log.BaseStream.CanWrite) _log.WriteLine(line.Data);
        }
    }
}
