using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using RealTimeActors.Hosting.Tests.Support;

namespace RealTimeActors.Hosting.Tests.Samples;

/// <summary>The sample as a process of its own, in a directory of its own.</summary>
internal sealed class FundingProcess : IAsyncDisposable
{
    private const string Announcement = "Now listening on: ";

    private readonly string _directory = TestApplication.NewDirectory();
    private Process? _process;

    internal HttpClient Http { get; private set; } = new();

    internal async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, WorkingDirectory = _directory };
        foreach (var argument in (string[])[ProgramPath(), "--urls", "http://127.0.0.1:0"])
            start.ArgumentList.Add(argument);

        _process = Process.Start(start)!;
        var address = await AddressAsync(_process.StandardOutput).WaitAsync(Patience.Limit);

        // What it says later is not looked at, but must not fill the pipe either.
        _ = _process.StandardOutput.ReadToEndAsync();
        Http.Dispose();
        Http = new HttpClient { BaseAddress = address, Timeout = Patience.Limit };
    }

    /// <summary>SIGKILL: the process gets no chance to finish anything.</summary>
    internal async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>The offset of what was published.</summary>
    internal async Task<long> PostAsync(string path)
    {
        using var answer = await Http.PostAsync(path, null);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("offset").GetInt64();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
            await KillAsync();

        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<Uri> AddressAsync(StreamReader output)
    {
        var said = "";
        while (await output.ReadLineAsync() is { } line)
        {
            said += line + "\n";
            var at = line.IndexOf(Announcement, StringComparison.Ordinal);
            if (at >= 0)
                return new Uri(line[(at + Announcement.Length)..]);
        }

        throw new InvalidOperationException($"The sample is expected to say where it listens; it ended and said:\n{said}");
    }

    /// <summary>Where the sample was built: in the same configuration as these tests.</summary>
    private static string ProgramPath()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Repository.Root, "src", "RealTimeActors.Samples.Funding", "bin", here.Parent!.Name, here.Name, "RealTimeActors.Samples.Funding.dll");
    }
}
