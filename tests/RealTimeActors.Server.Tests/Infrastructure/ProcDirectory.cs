namespace RealTimeActors.Server.Tests.Infrastructure;

/// <summary>A directory that looks like <c>/proc</c> of a machine with one core, one disk and one interface, at a moment that the test chooses.</summary>
internal sealed class ProcDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("proc-").FullName;

    /// <summary>Writes what the kernel would say after so many busy seconds.</summary>
    internal ProcDirectory At(int seconds)
    {
        Write("stat", $"cpu  {50 * seconds} 0 0 {50 * seconds} 0 0 0 0 0 0\ncpu0 {50 * seconds} 0 0 {50 * seconds} 0 0 0 0 0 0\n");
        Write("loadavg", "0.50 0.40 0.30 1/93 7335\n");
        Write("meminfo", "MemTotal: 1000 kB\nMemAvailable: 250 kB\nCached: 100 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
        Write("diskstats", $"8 0 sda {seconds} 0 {2 * seconds} 0 {3 * seconds} 0 {8 * seconds} 0 0 {100 * seconds} 0\n");
        Write("net/dev", $"eth0: {1000 * seconds} {10 * seconds} 0 0 0 0 0 0 {500 * seconds} {5 * seconds} 0 0 0 0 0 0\n");
        return this;
    }

    internal void Remove(string name) => File.Delete(System.IO.Path.Combine(Path, name));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private void Write(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
