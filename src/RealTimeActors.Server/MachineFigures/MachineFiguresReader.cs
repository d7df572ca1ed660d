using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Server.MachineFigures.Cpu;
using RealTimeActors.Server.MachineFigures.Disk;
using RealTimeActors.Server.MachineFigures.Memory;
using RealTimeActors.Server.MachineFigures.Network;

namespace RealTimeActors.Server.MachineFigures;

/// <summary>
/// Looks at <c>/proc</c> and says what changed since the last look. Most figures are rates, so the first look gives only the memory. A file that is
/// missing or not understood leaves out its figure and no other; a new look always starts from what it can read. Not thread-safe.
/// </summary>
/// <param name="procDirectory">Where the kernel's files are: <c>/proc</c>.</param>
/// <param name="channels">Where the figures belong.</param>
/// <param name="time">For the time between two looks.</param>
internal sealed class MachineFiguresReader(string procDirectory, MachineChannels channels, TimeProvider time)
{
    private long _lookedAt = time.GetTimestamp();
    private CpuCounters? _cpu;
    private DiskCounters? _disk;
    private NetworkCounters? _network;
    private MemoryFigures? _memory;

    /// <summary>Whether the last look saw anything at all.</summary>
    internal bool SeesTheMachine => _cpu is not null || _memory is not null || _disk is not null || _network is not null;

    /// <summary>The figures since the last look, in the order of <see cref="MachineChannels.All"/>; empty when the machine has none.</summary>
    internal IReadOnlyList<MachineFigure> Look()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_lookedAt, now);
        _lookedAt = now;

        var figures = new List<MachineFigure>(4);
        Add(figures, channels.Cpu, "machine.cpu", LookAtCpu(), FiguresJson.Default.CpuFigures);
        Add(figures, channels.Memory, "machine.memory", LookAtMemory(), FiguresJson.Default.MemoryFigures);
        Add(figures, channels.Disk, "machine.disk", LookAtDisk(elapsed), FiguresJson.Default.DiskFigures);
        Add(figures, channels.Network, "machine.network", LookAtNetwork(elapsed), FiguresJson.Default.NetworkFigures);
        return figures;
    }

    private CpuFigures? LookAtCpu()
    {
        var earlier = _cpu;
        _cpu = Read("stat") is { } text ? CpuCounters.Parse(text) : null;
        var load = Read("loadavg") is { } averages ? LoadAverage.Parse(averages) : null;
        return earlier is null || _cpu is null ? null : CpuFigures.Between(earlier, _cpu, load);
    }

    private MemoryFigures? LookAtMemory() => _memory = Read("meminfo") is { } text ? MemoryFigures.Parse(text) : null;

    private DiskFigures? LookAtDisk(TimeSpan elapsed)
    {
        var earlier = _disk;
        _disk = Read("diskstats") is { } text ? DiskCounters.Parse(text) : null;
        return earlier is null || _disk is null ? null : DiskFigures.Between(earlier, _disk, elapsed);
    }

    private NetworkFigures? LookAtNetwork(TimeSpan elapsed)
    {
        var earlier = _network;
        _network = Read(Path.Combine("net", "dev")) is { } text ? NetworkCounters.Parse(text) : null;
        return earlier is null || _network is null ? null : NetworkFigures.Between(earlier, _network, elapsed);
    }

    private static void Add<T>(List<MachineFigure> figures, ChannelName channel, string type, T? figure, JsonTypeInfo<T> json)
        where T : class
    {
        if (figure is not null)
            figures.Add(new MachineFigure(channel, type, JsonSerializer.SerializeToUtf8Bytes(figure, json)));
    }

    private string? Read(string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(procDirectory, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another system than Linux, or a container that hides it.
            return null;
        }
    }
}
