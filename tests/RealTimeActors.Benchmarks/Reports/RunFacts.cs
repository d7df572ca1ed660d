using System.Globalization;
using System.Runtime.InteropServices;
using RealTimeActors.Benchmarks.Peers;

namespace RealTimeActors.Benchmarks.Reports;

/// <summary>Where, when and with which command figures came about; without it they are worth nothing.</summary>
internal sealed record RunFacts(string Machine, string Commit, string Command, string At)
{
    internal static RunFacts Now(IReadOnlyList<string> arguments) => new(
        $"{Environment.ProcessorCount} x {Cpu()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}",
        Repository.Commit ?? "unknown",
        $"dotnet run -c Release --project tests/RealTimeActors.Benchmarks -- {string.Join(' ', arguments)}",
        DateTimeOffset.UtcNow.ToString("s", CultureInfo.InvariantCulture) + "Z");

    private static string Cpu() => File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());
}
