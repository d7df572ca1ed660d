using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Integrity;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Tests.Connections;

/// <summary>What is published at one go: who commits to it, and that nobody could tell from the log.</summary>
public sealed class PublishGroupTests
{
    private readonly TestNode _node = new(TestNode.With("live.*", new ChannelSettings { IsDurable = false }));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void The_log_of_what_came_at_one_go_is_the_one_that_its_hashes_say(int count)
    {
        var client = _node.Connect();

        client.Send(Lines(1, count));

        var receipts = Enumerable.Range(0, count).Select(_ => client.Take<ServerFrame.Receipt>()).ToArray();
        var rows = Rows("a");
        var stored = rows.SelectMany(row => ChannelFormat.ReadRow("a", row, out _)).ToArray();
        Assert.Equal(Enumerable.Range(1, count).Select(i => (long)i), receipts.Select(receipt => receipt.Offset));
        Assert.Equal(receipts.Select(receipt => Convert.ToHexString(receipt.Hash.Span)), stored.Select(each => Convert.ToHexString(each.Event.Hash.Span)));
        AssertIntact("a", rows);
    }

    [Fact]
    public void The_edge_draws_the_salts_of_many_and_the_channel_those_of_few()
    {
        var client = _node.Connect();

        client.Send(Lines(1, 4));
        client.Send(Lines(5, 7));

        var salts = Rows("a").SelectMany(row => ChannelFormat.ReadRow("a", row, out _)).Select(each => Convert.ToHexString(each.Salt.Span)).ToArray();
        Assert.Equal(Drawn("edge/0/salts", 4), salts[..4]);
        Assert.Equal(Drawn("channel/a", 3), salts[4..]);
    }

    [Fact]
    public void Nothing_that_a_client_sends_later_overtakes_what_it_publishes()
    {
        var client = _node.Connect();

        client.Send($"{Lines(1, 5)}\n{StateSteps.MutateFrame("a", "k", "set", "1")}\n{Lines(6, 25)}\n{StateSteps.MutateFrame("a", "k", "set", "2", id: 78)}");

        var rows = Rows("a");
        var kinds = rows.SelectMany(row => ChannelFormat.ReadRow("a", row, out _)).Select(each => each.Event.Type);
        Assert.Equal([.. Enumerable.Repeat("t", 5), "$state", .. Enumerable.Repeat("t", 20), "$state"], kinds);
        AssertIntact("a", rows);
    }

    [Fact]
    public void Channels_of_both_kinds_and_refusals_may_come_at_one_go()
    {
        var client = _node.Connect();

        client.Send(string.Join('\n', Enumerable.Range(1, 60).Select(i => Line(i, (i % 4) switch { 0 => "live.x", 1 => "b", 2 => "$no", _ => "a" }))));

        Assert.Equal(45, client.Frames.OfType<ServerFrame.Receipt>().Count());
        Assert.Equal(15, client.Frames.OfType<ServerFrame.Error>().Count());
        AssertIntact("a", Rows("a"));
        AssertIntact("b", Rows("b"));
    }

    [Fact]
    public void A_repeat_among_many_is_one_also_where_the_edge_has_committed_to_it_again()
    {
        var client = _node.Connect();
        string Producer(int i) => $$$"""{"id":{{{i}}},"publish":{"channel":"a","type":"t","data":{"n":{{{i}}}},"producer":{"id":"p","sequence":{{{i}}}}}}""";
        var ten = string.Join('\n', Enumerable.Range(1, 10).Select(Producer));

        client.Send($"{ten}\n{ten}");

        var receipts = client.Frames.OfType<ServerFrame.Receipt>().ToArray();
        Assert.Equal(20, receipts.Length);
        Assert.Equal(receipts[..10].Select(receipt => (receipt.Offset, Convert.ToHexString(receipt.Hash.Span))), receipts[10..].Select(receipt => (receipt.Offset, Convert.ToHexString(receipt.Hash.Span))));
        Assert.All(receipts[10..], receipt => Assert.True(receipt.Duplicate));
        AssertIntact("a", Rows("a"));
    }

    private static string Lines(int from, int to) => string.Join('\n', Enumerable.Range(from, to - from + 1).Select(i => Line(i, "a")));

    private static string Line(int id, string channel) => $$$"""{"id":{{{id}}},"publish":{"channel":"{{{channel}}}","type":"t","data":{"z":{{{id}}},"a":"text {{{id}}}"}}}""";

    private string[] Drawn(string stream, int count)
    {
        IEntropy entropy = _node.World.Entropy.Fork($"node-{TimeSpan.Zero}").Fork(stream);
        var salt = new byte[ChannelFormat.SaltBytes];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            entropy.Fill(salt);
            return Convert.ToHexString(salt);
        })];
    }

    private IReadOnlyList<JournalRow> Rows(string channel)
    {
        var replies = new List<JournalReply>();
        _node.Journal.Read(new StreamId($"channel/{channel}"), 1, 1_000, int.MaxValue, null, _node.Into(replies));
        _node.Settle();
        return Assert.IsType<JournalReply.RowsRead>(Assert.Single(replies)).Rows;
    }

    private static void AssertIntact(string channel, IReadOnlyList<JournalRow> rows)
    {
        var verifier = new LogVerifier(new StreamId($"channel/{channel}"), 0);
        Assert.All(rows, row => Assert.Null(verifier.Accept(row, isIntact: true)));
    }
}
