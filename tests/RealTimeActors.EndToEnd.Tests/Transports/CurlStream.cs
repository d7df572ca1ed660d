using System.Diagnostics;

namespace RealTimeActors.EndToEnd.Tests.Transports;

/// <summary>The program curl with an answer that does not end: its lines, one by one, and the end of the program when the test is done with it.</summary>
internal sealed class CurlStream : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    internal CurlStream(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true };
        foreach (var argument in (string[])["-sN", "-m", "300", .. arguments])
            start.ArgumentList.Add(argument);

        _process = Process.Start(start)!;
    }

    internal async Task<string?> NextAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(_patience);

    internal async Task<List<string>> NextAsync(int count)
    {
        var lines = new List<string>(count);
        while (lines.Count < count)
            lines.Add(await NextAsync() ?? throw new EndOfStreamException($"{count} lines are expected; curl has ended after {string.Join('\n', lines)}."));

        return lines;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();

        _process.Dispose();
    }
}
