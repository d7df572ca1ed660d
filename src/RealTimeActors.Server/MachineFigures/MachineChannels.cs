using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Server.MachineFigures;

/// <summary>The channels that one machine's figures go to: <c>machine.&lt;host&gt;.cpu</c> and its sisters.</summary>
internal sealed class MachineChannels
{
    /// <param name="hostName">The machine's name. What a channel name cannot hold becomes a hyphen, dots too, so that the host stays one segment.</param>
    internal MachineChannels(string hostName)
    {
        Host = Segment(hostName);
        Cpu = ChannelName.Parse($"machine.{Host}.cpu");
        Memory = ChannelName.Parse($"machine.{Host}.memory");
        Disk = ChannelName.Parse($"machine.{Host}.disk");
        Network = ChannelName.Parse($"machine.{Host}.network");
    }

    internal string Host { get; }
    internal ChannelName Cpu { get; }
    internal ChannelName Memory { get; }
    internal ChannelName Disk { get; }
    internal ChannelName Network { get; }

    internal IReadOnlyList<ChannelName> All => [Cpu, Memory, Disk, Network];

    private static string Segment(string hostName)
    {
        var segment = string.Concat(hostName.Take(SegmentLengthMax).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-')).Trim('-');
        return segment.Length == 0 ? "localhost" : segment;
    }

    // As long as a label of a host name may be.
    private const int SegmentLengthMax = 63;
}
