using System.Diagnostics;
using System.Text.Json;

namespace RealTimeActors.EndToEnd.Tests.Http;

/// <summary>The program curl, as anybody calls it from a shell.</summary>
internal static class Curl
{
    /// <summary>Runs it and returns the status and the body.</summary>
    internal static async Task<(int Status, string Body)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-s", "-S", "-m", "60", "-w", "\n%{http_code}", .. arguments])
            start.ArgumentList.Add(argument);

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"curl {string.Join(' ', arguments)} ended with {process.ExitCode}: {error}");
        var end = output.LastIndexOf('\n');
        return (int.Parse(output[(end + 1)..], System.Globalization.CultureInfo.InvariantCulture), output[..end]);
    }

    internal static JsonElement Parse(string body) => JsonDocument.Parse(body).RootElement;
}
