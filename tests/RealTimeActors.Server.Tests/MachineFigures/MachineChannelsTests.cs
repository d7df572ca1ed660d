using RealTimeActors.Server.MachineFigures;

namespace RealTimeActors.Server.Tests.MachineFigures;

public sealed class MachineChannelsTests
{
    [Theory]
    [InlineData("vm", "vm")]
    [InlineData("Office-7_b", "Office-7_b")]
    [InlineData("web1.example.com", "web1-example-com")]
    [InlineData("bücher", "b-cher")]
    [InlineData("a b:c$d>", "a-b-c-d")]
    [InlineData("", "localhost")]
    [InlineData("***", "localhost")]
    public void A_host_becomes_one_segment_of_a_channel_name(string hostName, string segment)
    {
        var channels = new MachineChannels(hostName);

        Assert.Equal(segment, channels.Host);
        Assert.Equal(
            [$"machine.{segment}.cpu", $"machine.{segment}.memory", $"machine.{segment}.disk", $"machine.{segment}.network"],
            channels.All.Select(channel => channel.Value));
    }

    [Fact]
    public void A_very_long_host_name_still_gives_a_channel_name()
    {
        var channels = new MachineChannels(new string('x', 1000));

        Assert.Equal(63, channels.Host.Length);
    }
}
