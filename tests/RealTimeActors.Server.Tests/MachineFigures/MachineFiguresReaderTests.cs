using System.Text;
using RealTimeActors.Server.MachineFigures;
using RealTimeActors.Server.Tests.Infrastructure;

namespace RealTimeActors.Server.Tests.MachineFigures;

public sealed class MachineFiguresReaderTests : IDisposable
{
    private readonly ProcDirectory _proc = new();
    private readonly ManualTime _time = new();
    private readonly MachineFiguresReader _reader;

    public MachineFiguresReaderTests() => _reader = new MachineFiguresReader(_proc.Path, new MachineChannels("vm"), _time);

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void The_first_look_has_nothing_to_compare_with_and_gives_only_the_memory()
    {
        _proc.At(seconds: 1);

        var figures = _reader.Look();

        Assert.Equal(["machine.vm.memory"], figures.Select(figure => figure.Channel.Value));
    }

    [Fact]
    public void The_second_look_gives_every_figure_as_a_flat_object_with_units_in_its_names()
    {
        _proc.At(seconds: 1);
        _reader.Look();

        var figures = LookAfter(seconds: 2);

        Assert.Equal(
            [
                """machine.cpu {"usedPercent":50,"userPercent":50,"systemPercent":0,"ioWaitPercent":0,"stealPercent":0,"corePercents":[50],"load1":0.5,"load5":0.4,"load15":0.3}""",
                """machine.memory {"usedPercent":75,"totalBytes":1024000,"usedBytes":768000,"availableBytes":256000,"cachedBytes":102400,"swapTotalBytes":0,"swapUsedBytes":0}""",
                """machine.disk {"readBytesPerSecond":1024,"writtenBytesPerSecond":4096,"readsPerSecond":1,"writesPerSecond":3,"busyPercent":10,"disks":1}""",
                """machine.network {"receivedBytesPerSecond":1000,"sentBytesPerSecond":500,"receivedPacketsPerSecond":10,"sentPacketsPerSecond":5,"interfaces":1}""",
            ],
            figures);
    }

    [Fact]
    public void A_file_that_is_hidden_leaves_out_its_figure_and_no_other_and_when_it_is_back_starts_anew()
    {
        _proc.At(seconds: 1);
        _reader.Look();
        _proc.At(seconds: 2).Remove("diskstats");
        _time.Advance(TimeSpan.FromSeconds(1));

        var without = _reader.Look();
        var back = LookAfter(seconds: 3);
        var again = LookAfter(seconds: 4);

        Assert.Equal(["machine.cpu", "machine.memory", "machine.network"], without.Select(figure => figure.Type));
        Assert.DoesNotContain(back, line => line.StartsWith("machine.disk", StringComparison.Ordinal));
        Assert.Contains(again, line => line.StartsWith("machine.disk {\"readBytesPerSecond\":1024,", StringComparison.Ordinal));
    }

    [Fact]
    public void Knows_when_there_is_no_machine_to_look_at()
    {
        Assert.Empty(_reader.Look());
        Assert.False(_reader.SeesTheMachine);

        _proc.At(seconds: 1);
        _reader.Look();

        Assert.True(_reader.SeesTheMachine);
    }

    [LinuxFact]
    public void Reads_the_machine_that_the_test_runs_on()
    {
        var reader = new MachineFiguresReader("/proc", new MachineChannels("vm"), _time);

        reader.Look();
        _time.Advance(TimeSpan.FromSeconds(1));
        var figures = reader.Look();

        Assert.Equal(["machine.cpu", "machine.memory", "machine.disk", "machine.network"], figures.Select(figure => figure.Type));
    }

    private List<string> LookAfter(int seconds)
    {
        _proc.At(seconds);
        _time.Advance(TimeSpan.FromSeconds(1));
        return [.. _reader.Look().Select(figure => $"{figure.Type} {Encoding.UTF8.GetString(figure.Data.Span)}")];
    }
}
