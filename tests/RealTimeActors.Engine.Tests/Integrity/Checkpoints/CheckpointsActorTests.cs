using RealTimeActors.Engine.Integrity;
using RealTimeActors.Engine.Integrity.Checkpoints;
using RealTimeActors.Engine.Tests.Harness;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Integrity;
using RealTimeActors.Protocol.Names;
using RealTimeActors.TestKit.Integrity;

namespace RealTimeActors.Engine.Tests.Integrity.Checkpoints;

public sealed class CheckpointsActorTests
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(10);
    private readonly SimulatedSigner _signer = new();
    private TestNode _node;
    private TestClient _client;
    private int _published;

    public CheckpointsActorTests()
    {
        _node = new TestNode(new EngineOptions { Checkpoints = new CheckpointOptions { Every = _every, EveryEvents = 50 } }, signer: _signer);
        _client = _node.Connect();
    }

    [Fact]
    public void One_is_made_some_time_after_the_first_event_and_none_while_nothing_changes()
    {
        Publish("funding.grants", 3);
        Assert.Null(Latest());

        _node.World.Advance(_every);
        Assert.Equal((1, 1, 1), (Latest()?.Number, Latest()?.Channels, Latest()?.Moved));

        _node.World.Advance(10 * _every);
        Assert.Equal(1, Latest()?.Number);

        _client = _node.Connect();
        Publish("funding.deadlines", 1);
        _node.World.Advance(_every);
        Assert.Equal((2, 2, 1), (Latest()?.Number, Latest()?.Channels, Latest()?.Moved));
        Assert.True(SimulatedSigner.Verifies(Latest()!));
    }

    [Fact]
    public void One_is_made_at_once_when_enough_events_came()
    {
        Publish("funding.grants", 50);

        Assert.Equal(1, Latest()?.Number);
    }

    [Fact]
    public void Every_one_names_the_one_before_and_stands_for_what_the_logs_hold()
    {
        for (var i = 0; i < 5; i++)
        {
            Publish($"funding.c{i}", 60);
            Publish("funding.a", 7);
            _node.World.Advance(_every);
        }

        AssertWhole(channels: 6);
    }

    [Fact]
    public void After_a_restart_it_knows_all_heads_again_and_signs_what_came_in_between()
    {
        Publish("funding.a", 3);
        Publish("funding.b", 3);
        _node.World.Advance(_every);
        Publish("funding.a", 5);
        Publish("funding.new", 30);

        Restart();
        _node.World.Advance(_every);

        AssertWhole(channels: 3);
        Assert.Equal(8, HeadOf("funding.a").Offset);
        Assert.Equal((1, 30), (HeadOf("funding.new").From, HeadOf("funding.new").Offset));
    }

    [Fact]
    public void A_log_that_was_there_before_is_taken_up_where_it_is()
    {
        _node = new TestNode(_node.Options);
        _client = _node.Connect();
        Publish("funding.a", 20);
        _node.Signer = _signer;

        Restart();
        _node.World.Advance(_every);
        Publish("funding.a", 1);
        _node.World.Advance(_every);

        AssertWhole(channels: 1);
        Assert.Equal((21, 21), (HeadOf("funding.a").From, HeadOf("funding.a").Offset));
        Assert.Null(Prove("funding.a", 3).Inclusion);
        Assert.NotNull(Prove("funding.a", 20).Inclusion);
    }

    [Fact]
    public void What_could_not_be_signed_is_signed_later()
    {
        _signer.FailsFor = 3;
        Publish("funding.a", 3);
        _node.World.Advance(2 * _every);

        Assert.Equal(1, Latest()?.Number);
        AssertWhole(channels: 1);
    }

    [Fact]
    public void Whatever_the_disk_does_the_checkpoints_stay_whole_and_come_to_cover_everything()
    {
        _node.Disk.Faults.UnknownCommitChance = 0.2;
        _node.Disk.Faults.ReadFailureChance = 0.2;
        for (var i = 0; i < 40; i++)
        {
            Publish($"funding.c{i % 7}", 5);
            _node.World.Advance(i % 3 * _every);
        }

        _node.Disk.Faults.Heal();
        Publish("funding.last", 1);
        _node.World.Advance(3 * _every);
        Restart();
        _node.World.Advance(3 * _every);

        AssertWhole(channels: 8);
        Assert.Equal(0, HeadsBehind());
    }

    [Fact]
    public void Any_event_is_proven_to_be_signed_also_when_its_channel_has_gone_on_since()
    {
        for (var i = 0; i < 4; i++)
        {
            Publish("funding.a", 1 + (i * 13));
            Publish($"funding.b{i}", 2);
            _node.World.Advance(_every);
        }

        var head = HeadOf("funding.a").Offset;
        Publish("funding.a", 1);
        Assert.Null(Prove("funding.a", head + 1).Inclusion);
        Assert.Null(ProofVerifier.Verify(Prove("funding.a", head + 1), null).Fault);

        for (var offset = 1; offset <= head; offset++)
        {
            var proof = Prove("funding.a", offset);

            // Everything but the signature, which is the simulation's.
            Assert.Contains("the key of the server is needed", ProofVerifier.Verify(proof, null).Fault, StringComparison.Ordinal);
            Assert.True(SimulatedSigner.Verifies(proof.Inclusion!.Checkpoint));
        }
    }

    [Fact]
    public void Of_many_proofs_that_are_asked_for_at_once_a_few_are_made_at_a_time_and_the_others_do_not_grow_late_meanwhile()
    {
        Publish("funding.a", 10);
        _node.World.Advance(_every);
        _node.Disk.Faults.ReadMax = TimeSpan.FromSeconds(1.5);

        // Each takes three reads, and so less than the five seconds that it has.
        var replies = new List<CheckpointReply>();
        for (var i = 0; i < 70; i++)
            _node.Engine.Checkpoints!.Tell(new CheckpointCommand.Prove(ChannelName.Parse("funding.a"), 5, null, _node.Into(replies)));
        _node.World.Advance(TimeSpan.FromSeconds(4.5));

        Assert.Equal(6, replies.Count(reply => reply is CheckpointReply.Refused { Code: ErrorCode.Overloaded }));
        Assert.InRange(replies.Count(reply => reply is CheckpointReply.Proven), 4, 32);

        _node.World.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(64, replies.Count(reply => reply is CheckpointReply.Proven { Proof.Inclusion: not null }));
    }

    [Fact]
    public void Old_ones_are_let_go_and_the_heads_of_the_others_are_still_known()
    {
        _node.Options = _node.Options with
        {
            Checkpoints = new CheckpointOptions { Every = _every, Keep = 10 },
            EventSourcing = new Persistence.EventSourcing.EventSourcingOptions { SnapshotEvery = 4 },
        };
        Restart();
        for (var i = 0; i < 40; i++)
        {
            Publish($"funding.c{i % 3}", 2);
            _node.World.Advance(_every);
        }

        Restart();
        Publish("funding.c0", 1);
        _node.World.Advance(_every);

        AssertWhole(channels: 3);
        Assert.InRange(Audit().Stored[0].Number, 20, 32);
        Assert.NotNull(Show(40));
        Assert.Null(Show(3));
    }

    [Fact]
    public void The_heads_that_are_shown_are_those_that_were_signed()
    {
        Publish("funding.b", 2);
        Publish("funding.a", 3);
        _node.World.Advance(_every);
        Publish("funding.a", 1);

        var shown = Shown(withHeads: true);
        var root = new byte[32];
        MerkleTree.Root(CheckpointHead.Leaves(shown.Heads!), root);

        Assert.Equal(["funding.a:3", "funding.b:2"], shown.Heads!.Select(head => $"{head.Channel}:{head.Offset}"));
        Assert.Equal(root, shown.Checkpoint!.Root.ToArray());
    }

    [Fact]
    public void A_checkpoint_that_forgets_a_channel_is_found()
    {
        _node.Options = _node.Options with { Bug = PlantedBug.CheckpointForgetsChannel };
        Restart();
        Publish("funding.a", 2);
        Publish("funding.b", 2);
        _node.World.Advance(_every);

        Assert.DoesNotContain("funding.a", Audit().Channels);
    }

    [Fact]
    public void A_chain_that_begins_anew_at_a_restart_is_found()
    {
        _node.Options = _node.Options with { Bug = PlantedBug.ChainBrokenAtRestart };
        Publish("funding.a", 2);
        _node.World.Advance(_every);
        Restart();
        Publish("funding.a", 2);
        _node.World.Advance(_every);

        Assert.Contains("the checkpoint before", FaultOf(new CheckpointAudit(0, null), Rows(CheckpointAudit.Stream))?.What, StringComparison.Ordinal);
    }

    private void Publish(string channel, int events)
    {
        for (var i = 0; i < events; i++)
        {
            _published++;
            _client.Send($$$$"""{"id":{{{{_published}}}},"publish":{"channel":"{{{{channel}}}}","type":"t","data":{"n":{{{{_published}}}},"secret":"s"}}}""", settles: i == events - 1);
        }
    }

    private void Restart()
    {
        _node.CrashAndRestart();
        _client = _node.Connect();
    }

    private TReply Ask<TReply>(Func<Actors.IActorRef<CheckpointReply>, CheckpointCommand> make)
        where TReply : CheckpointReply
    {
        var replies = new List<CheckpointReply>();
        _node.Engine.Checkpoints!.Tell(make(_node.Into(replies)));
        _node.Settle();
        return Assert.IsType<TReply>(Assert.Single(replies));
    }

    private CheckpointReply.Shown Shown(bool withHeads = false) => Ask<CheckpointReply.Shown>(replyTo => new CheckpointCommand.ShowLatest(withHeads, replyTo));

    private Checkpoint? Latest() => Shown().Checkpoint;

    private Checkpoint? Show(long number) => Ask<CheckpointReply.Shown>(replyTo => new CheckpointCommand.Show(number, replyTo)).Checkpoint;

    private EventProof Prove(string channel, long offset) =>
        Ask<CheckpointReply.Proven>(replyTo => new CheckpointCommand.Prove(ChannelName.Parse(channel), offset, ["n"], replyTo)).Proof;

    private CheckpointHead HeadOf(string channel) => Shown(withHeads: true).Heads!.Single(head => head.Channel == channel);

    private List<JournalReply> Journal(Action<Actors.IActorRef<JournalReply>> ask)
    {
        var replies = new List<JournalReply>();
        ask(_node.Into(replies));
        _node.Settle();
        return replies;
    }

    private IReadOnlyList<JournalRow> Rows(string stream) =>
        Assert.IsType<JournalReply.RowsRead>(Assert.Single(Journal(replyTo => _node.Journal.Read(new StreamId(stream), 1, int.MaxValue, int.MaxValue, null, replyTo)))).Rows;

    private static LogFault? FaultOf(CheckpointAudit audit, IReadOnlyList<JournalRow> rows) =>
        rows.Select(row => audit.Accept(row, isIntact: true)).FirstOrDefault(fault => fault is not null) ?? audit.Finish(rows.Count == 0 ? 0 : rows[^1].Last);

    private CheckpointAudit Audit()
    {
        var loaded = Assert.IsType<JournalReply.Loaded>(Assert.Single(Journal(replyTo => _node.Journal.Load(new StreamId(CheckpointAudit.Stream), replyTo))));
        var audit = new CheckpointAudit(loaded.Trim, loaded.Snapshot);
        Assert.Null(FaultOf(audit, Rows(CheckpointAudit.Stream)));
        Assert.All(audit.Stored, stored => Assert.True(SimulatedSigner.Verifies(stored)));
        return audit;
    }

    /// <summary>The checkpoints are chained, and every log is what they say.</summary>
    private void AssertWhole(int channels)
    {
        var audit = Audit();
        Assert.Equal(channels, audit.Channels.Count);
        foreach (var channel in audit.Channels)
        {
            var verifier = new LogVerifier(new StreamId(LogVerifier.Streams + channel), 0, audit.PointsOf(channel));
            Assert.Null(Rows(LogVerifier.Streams + channel).Select(row => verifier.Accept(row, isIntact: true)).FirstOrDefault(fault => fault is not null));
            Assert.Null(verifier.Finish(verifier.Head));
        }
    }

    /// <summary>Channels whose log has gone on beyond the newest checkpoint.</summary>
    private int HeadsBehind()
    {
        var listed = Assert.IsType<JournalReply.Listed>(Assert.Single(Journal(replyTo => _node.Journal.List(LogVerifier.Streams, "", 1_000, replyTo))));
        return listed.Streams.Count(stream => HeadOf(stream.Stream.Value[LogVerifier.Streams.Length..]).Offset != stream.Last);
    }
}
