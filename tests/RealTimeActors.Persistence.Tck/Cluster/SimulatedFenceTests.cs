using RealTimeActors.Persistence.Journals;
using RealTimeActors.Persistence.Leases;
using RealTimeActors.Persistence.Membership;
using RealTimeActors.Persistence.Tck.Stores;
using RealTimeActors.TestKit.Cluster;
using RealTimeActors.TestKit.Entropy;
using RealTimeActors.TestKit.Journals;
using RealTimeActors.TestKit.Time;

namespace RealTimeActors.Persistence.Tck.Cluster;

public sealed class SimulatedFenceTests
{
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(30);
    private static readonly StreamId _stream = new("channel/fenced");
    private readonly VirtualTime _time = new();
    private readonly SimulatedDatabase _database;

    public SimulatedFenceTests() => _database = new SimulatedDatabase(new SeededEntropy(7), _time);

    [Fact]
    public async Task What_was_on_its_way_when_another_took_over_does_not_commit()
    {
        var (one, two) = (_database.Open("n1"), _database.Open("n2"));
        var wayOfOne = new DiskFaults();
        using var journals = _database.OpenJournals(wayOfOne);
        using var others = _database.OpenJournals(new DiskFaults());
        var former = journals.Under(await TakeAsync(one, await JoinAsync(one, "n1")));
        var box = new ReplyBox();
        former.Append(_stream, 0, new JournalRow(1, 1, new byte[1]), box);
        Pump();

        wayOfOne.IsStalled = true;
        former.Append(_stream, 1, new JournalRow(2, 1, new byte[1]), box);
        Pump();
        _database.ClockOffset += _length * 2;
        var next = others.Under(await TakeAsync(two, await JoinAsync(two, "n2")));
        next.Append(_stream, 1, new JournalRow(2, 1, "new"u8.ToArray()), box);
        Pump();
        wayOfOne.IsStalled = false;
        Pump();

        var replies = await box.WaitForAsync(3);
        Assert.Equal([new JournalReply.Appended(_stream, 1), new JournalReply.Appended(_stream, 2)], replies.Take(2));
        Assert.Equal(JournalFault.Fenced, Assert.IsType<JournalReply.AppendFailed>(replies[2]).Fault);
    }

    [Fact]
    public async Task A_lost_answer_is_a_failure_after_which_the_thing_may_be_done()
    {
        var one = _database.Open("n1");
        var n1 = await JoinAsync(one, "n1");
        one.LostAnswerChance = 1;
        var lost = new Asked<LeaseReply>();
        one.Take(5, n1, _length, null, lost);
        Pump();
        one.LostAnswerChance = 0;

        Assert.IsType<LeaseReply.Failed>(await lost.Answer);
        Assert.Equal(2, (await TakeAsync(one, n1)).Epoch);
    }

    [Fact]
    public async Task Who_is_cut_off_is_told_so_and_nothing_was_done()
    {
        var (one, two) = (_database.Open("n1"), _database.Open("n2"));
        var n1 = await JoinAsync(one, "n1");
        one.IsCut = true;
        var cut = new Asked<LeaseReply>();
        one.Take(5, n1, _length, null, cut);
        Pump();

        Assert.IsType<LeaseReply.Failed>(await cut.Answer);
        Assert.Equal(1, (await TakeAsync(two, await JoinAsync(two, "n2"))).Epoch);
    }

    [Fact]
    public async Task A_backup_that_is_put_back_takes_the_fences_along_and_one_that_came_after_it_does_not_count()
    {
        var one = _database.Open("n1");
        var n1 = await JoinAsync(one, "n1");
        await TakeAsync(one, n1);
        var copy = _database.TakeCopy();
        var forgotten = await TakeAsync(one, n1);

        _database.Restore(copy);

        var again = await TakeAsync(one, n1);
        Assert.Equal(forgotten.Epoch, again.Epoch);
        using var journals = _database.OpenJournals(new DiskFaults());
        var box = new ReplyBox();
        journals.Under(forgotten).Append(_stream, 0, new JournalRow(1, 1, new byte[1]), box);
        journals.Under(again).Append(_stream, 0, new JournalRow(1, 1, new byte[1]), box);
        Pump();
        var replies = await box.WaitForAsync(2);
        Assert.Equal(JournalFault.Fenced, Assert.IsType<JournalReply.AppendFailed>(replies[0]).Fault);
        Assert.IsType<JournalReply.Appended>(replies[1]);
        Assert.Equal(n1, _database.OwnerOf(5));
    }

    private async Task<NodeIncarnation> JoinAsync(SimulatedAccess access, string name)
    {
        var asked = new Asked<MembershipReply>();
        access.Announce(new NodeAnnouncement(name, "", []), _length, null, asked);
        Pump();
        return Assert.IsType<MembershipReply.Announced>(await asked.Answer).Self;
    }

    private async Task<Fence> TakeAsync(SimulatedAccess access, NodeIncarnation owner)
    {
        var asked = new Asked<LeaseReply>();
        access.Take(5, owner, _length, null, asked);
        Pump();
        return Assert.IsType<LeaseReply.Taken>(await asked.Answer).Fence;
    }

    private void Pump()
    {
        while (_time.UntilNextTimer is { } next)
            _time.Advance(next);
    }
}
