using Microsoft.Extensions.Logging;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Server.MachineFigures;
using RealTimeActors.Server.Tests.Infrastructure;

namespace RealTimeActors.Server.Tests.MachineFigures;

public sealed class MachineFiguresListenerTests : IDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);
    private readonly ProcDirectory _proc = new();
    private readonly ManualTime _time = new();
    private readonly ChannelProbe _channels = new();
    private readonly LogProbe<MachineFiguresListener> _log = new();
    private readonly MachineFiguresListener _listener;

    public MachineFiguresListenerTests() =>
        _listener = new MachineFiguresListener(new MachineFiguresReader(_proc.Path, new MachineChannels("vm"), _time), () => _channels, _every, _time, _log);

    public void Dispose()
    {
        _listener.Dispose();
        _proc.Dispose();
    }

    [Fact]
    public async Task Publishes_every_figure_at_its_pace_and_waits_for_no_receipt()
    {
        _proc.At(seconds: 1);
        await _listener.StartAsync(CancellationToken.None);
        await _time.SomebodyWaits;

        _time.Advance(_every);
        var first = await _channels.Published(count: 4);
        _time.Advance(_every);
        var second = await _channels.Published(count: 4);

        Assert.Equal(["machine.vm.cpu", "machine.vm.memory", "machine.vm.disk", "machine.vm.network"], first.Select(command => command.Channel.Value));
        Assert.Equal(first.Select(command => command.Channel), second.Select(command => command.Channel));
        Assert.All(second, command =>
        {
            Assert.Equal(Confirm.None, command.Confirm);
            Assert.Equal("machine-figures", Assert.Single(command.Publications).Source);
        });
        await _listener.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stops_when_the_server_stops()
    {
        _proc.At(seconds: 1);
        await _listener.StartAsync(CancellationToken.None);
        await _time.SomebodyWaits;

        await _listener.StopAsync(CancellationToken.None);
        _time.Advance(_every);

        Assert.True(_listener.ExecuteTask!.IsCompletedSuccessfully);
        Assert.False(_channels.WasToldMore);
    }

    [Fact]
    public async Task Where_there_is_no_machine_to_look_at_says_so_once_and_stays_quiet()
    {
        await _listener.StartAsync(CancellationToken.None);

        await _listener.ExecuteTask!;

        var (level, text) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains("realtime.machine-figures.enabled = false", text, StringComparison.Ordinal);
        Assert.False(_channels.WasToldMore);
    }
}
