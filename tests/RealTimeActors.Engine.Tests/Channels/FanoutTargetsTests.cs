using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Tests.Channels;

public sealed class FanoutTargetsTests
{
    private static readonly ChannelName _channel = ChannelName.Parse("orders");

    private readonly FanoutTargets _targets = new(_channel);
    private readonly Edge _edge = new();

    [Fact]
    public void Each_edge_gets_one_copy_in_all_formats_that_are_needed()
    {
        var other = new Edge();
        _targets.Join(_edge, WireFormat.WebSocketJson, number: 1);
        _targets.Join(_edge, WireFormat.JsonLines, number: 2);
        _targets.Join(other, WireFormat.WebSocketProtobuf, number: 1);

        Send(1);
        Assert.Equal(Bits(WireFormat.WebSocketJson, WireFormat.JsonLines, WireFormat.WebSocketProtobuf), Assert.Single(_edge.Runs).Formats);
        Assert.Same(_edge.Runs[0], Assert.Single(other.Runs));

        _targets.Leave(_edge, WireFormat.JsonLines, number: 3);
        _targets.Leave(other, WireFormat.WebSocketProtobuf, number: 2);

        Send(2);
        Assert.Equal(Bits(WireFormat.WebSocketJson), _edge.Runs[1].Formats);
        Assert.Single(other.Runs);
    }

    [Fact]
    public void That_a_format_is_needed_no_more_means_nothing_when_it_is_heard_after_a_later_word_that_it_is()
    {
        _targets.Join(_edge, WireFormat.WebSocketJson, number: 7);
        _targets.Join(_edge, WireFormat.JsonLines, number: 9);
        _targets.Leave(_edge, WireFormat.JsonLines, number: 8);

        Send(1);
        Assert.Equal(Bits(WireFormat.WebSocketJson, WireFormat.JsonLines), Assert.Single(_edge.Runs).Formats);

        _targets.Leave(_edge, WireFormat.WebSocketJson, number: 8);
        _targets.Leave(_edge, WireFormat.JsonLines, number: 10);
        Assert.Equal(0, _targets.Count);
    }

    [Fact]
    public void An_edge_that_has_joined_by_a_later_word_than_its_question_whether_the_channel_may_rest_is_known_for_it()
    {
        Assert.False(_targets.HasJoinedAfter(_edge, 1));

        _targets.Join(_edge, WireFormat.JsonLines, number: 9);
        _targets.Join(_edge, WireFormat.JsonLines, number: 5);

        Assert.True(_targets.HasJoinedAfter(_edge, 8));
        Assert.False(_targets.HasJoinedAfter(_edge, 10));
        Assert.False(_targets.HasJoinedAfter(new Edge(), 8));
    }

    [Fact]
    public void An_edge_that_reads_events_as_they_are_leaves_by_a_word_that_came_after_the_last_that_it_joins()
    {
        _targets.Join(_edge, null, number: 2);
        _targets.Leave(_edge, null, number: 1);
        Assert.Equal(1, _targets.Count);

        _targets.Leave(_edge, null, number: 3);
        Assert.Equal(0, _targets.Count);
    }

    private static int Bits(params WireFormat[] formats) => formats.Aggregate(0, (bits, format) => bits | (1 << (int)format));

    private void Send(long offset) =>
        _targets.Send(_edge, "e", [new ChannelEvent { Channel = _channel.Value, Offset = offset, Id = $"e-{offset}", Type = "t", TimeUnixMs = 1, Data = "1"u8.ToArray() }], []);

    private sealed class Edge : IActorRef<ChannelReply>
    {
        internal List<EventRun> Runs { get; } = [];

        public ActorPath Path => new(null, "edge");

        public void Tell(ChannelReply message) => Runs.Add(Assert.IsType<ChannelReply.Fanout>(message).Run);
    }
}
