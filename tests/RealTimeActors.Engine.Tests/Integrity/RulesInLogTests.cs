using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Engine.Integrity;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Engine.Tests.Integrity;

public sealed class RulesInLogTests
{
    private static readonly StreamId _stream = new("channel/a");
    private readonly TestNode _node = new();

    [Fact]
    public void Conflict_rules_in_the_log_are_those_that_the_first_event_of_them_names()
    {
        _node.Connect().Mutate("a", "k", "set", "1");
        var row = Row();
        var stored = ChannelFormat.ReadRow("a", row, out var epoch);
        Assert.True(ConflictRules.TryCreate("max", [], out var others, out _));

        var changed = row with { Payload = ChannelFormat.WriteRow(epoch, [stored[0] with { Mutation = stored[0].Mutation! with { FirstNamed = others } }]) };

        Assert.Null(new LogVerifier(_stream, 0).Accept(row, isIntact: true));
        var fault = new LogVerifier(_stream, 0).Accept(changed, isIntact: true);
        Assert.Equal(1, fault?.Offset);
        Assert.Contains(others.Digest, fault!.What, StringComparison.Ordinal);
    }

    private JournalRow Row()
    {
        var replies = new List<JournalReply>();
        _node.Journal.Read(_stream, 1, 10, int.MaxValue, null, _node.Into(replies));
        _node.Settle();
        return Assert.Single(Assert.IsType<JournalReply.RowsRead>(Assert.Single(replies)).Rows);
    }
}
