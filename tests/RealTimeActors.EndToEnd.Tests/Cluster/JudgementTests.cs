using RealTimeActors.Hammer.Cluster.Load;

namespace RealTimeActors.EndToEnd.Tests.Cluster;

/// <summary>Whether the judgement on a log finds what is wrong with it.</summary>
public sealed class JudgementTests
{
    private readonly Judgement _judgement = new();
    private readonly List<LoggedEvent> _log = [new(1, "p", 1, "a"), new(2, "p", 2, "b"), new(3, "p", 3, "c")];
    private readonly List<Acknowledged> _receipts = [new(1, "e", 1, "a"), new(2, "e", 2, "b"), new(3, "e", 3, "c")];

    [Fact]
    public void An_honest_log_is_good()
    {
        Judge();

        Assert.Empty(_judgement.Problems);
    }

    [Fact]
    public void What_has_a_receipt_and_is_not_there_is_lost()
    {
        _log.RemoveAt(2);

        Judge();

        Assert.StartsWith("Lost: p#3", Assert.Single(_judgement.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("another event stands there")]
    [InlineData("another hash")]
    [InlineData("another epoch")]
    public void A_receipt_that_does_not_name_its_place_is_false(string forgery)
    {
        _receipts[1] = forgery switch
        {
            "another event stands there" => _receipts[1] with { Offset = 1 },
            "another hash" => _receipts[1] with { Hash = "x" },
            _ => _receipts[1] with { Epoch = "f" },
        };

        Judge();

        Assert.StartsWith("False receipt: p#2", Assert.Single(_judgement.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_publish_counts_once()
    {
        _log.Add(new LoggedEvent(4, "p", 2, "d"));

        Judge();

        Assert.StartsWith("Twice: p#2", Assert.Single(_judgement.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_nobody_was_told_of_stands_in_no_log_unless_its_fate_is_unknown()
    {
        _receipts.RemoveAt(1);
        Judge();
        var told = _judgement.Problems.Count;

        Judge(unknown: 2);

        Assert.Equal((1, 1), (told, _judgement.Problems.Count));
    }

    private void Judge(params int[] unknown) => LogJudge.Judge("c", new ReadLog("e", _log), _log, "p", begun: 3, _receipts, unknown.ToHashSet(), _judgement);
}
