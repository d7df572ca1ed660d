using System.Text;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Engine.Integrity;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Engine.Tests.Integrity;

public sealed class LogVerifierTests
{
    private const string Epoch = "e1";
    private const string Channel = "funding.grants";
    private static readonly StreamId _stream = new($"channel/{Channel}");

    [Fact]
    public void Finds_nothing_wrong_with_what_was_written()
    {
        var verifier = new LogVerifier(_stream, trim: 0);

        Assert.Null(FaultOf(verifier, Rows(20, perRow: 3), last: 20));
        Assert.Equal((20, 20), (verifier.Events, verifier.Head));
    }

    [Fact]
    public void Names_the_event_whose_data_was_changed()
    {
        var rows = Rows(20, perRow: 3);
        var target = rows[4];
        var at = target.Payload.Span.IndexOf("{\"n\":14}"u8);
        rows[4] = target with { Payload = Changed(target.Payload, at + 6, (byte)'9') };

        var fault = FaultOf(new LogVerifier(_stream, trim: 0), rows, last: 20);

        Assert.Equal((Channel, 14L), (fault?.Channel, fault?.Offset));
        Assert.Contains("hash", fault!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_first_event_of_a_row_that_was_dropped()
    {
        var rows = Rows(20, perRow: 3);
        rows.RemoveAt(2);

        Assert.Equal(7, FaultOf(new LogVerifier(_stream, trim: 0), rows, last: 20)?.Offset);
    }

    [Fact]
    public void Names_the_first_event_of_two_that_were_swapped()
    {
        var rows = Rows(6, perRow: 1);
        (rows[2], rows[3]) = (rows[2] with { Payload = rows[3].Payload }, rows[3] with { Payload = rows[2].Payload });

        Assert.Equal(3, FaultOf(new LogVerifier(_stream, trim: 0), rows, last: 6)?.Offset);
    }

    [Fact]
    public void Names_where_a_log_ends_that_should_reach_further() =>
        Assert.Equal(19, FaultOf(new LogVerifier(_stream, trim: 0), Rows(18, perRow: 3), last: 20)?.Offset);

    [Fact]
    public void Names_the_row_whose_beginning_is_missing_without_having_been_let_go() =>
        Assert.Equal(1, FaultOf(new LogVerifier(_stream, trim: 0), Rows(20, perRow: 5)[1..], last: 20)?.Offset);

    [Fact]
    public void Takes_the_chain_up_where_retention_has_cut_it()
    {
        var verifier = new LogVerifier(_stream, trim: 7);

        Assert.Null(FaultOf(verifier, Rows(20, perRow: 5)[1..], last: 20));
        Assert.Equal(15, verifier.Events);
    }

    [Fact]
    public void Goes_on_over_the_epochs_that_a_restored_log_has()
    {
        var rows = Rows(4, perRow: 2, epochOf: offset => offset <= 2 ? "e1" : "e2");

        Assert.Null(FaultOf(new LogVerifier(_stream, trim: 0), rows, last: 4));
    }

    [Fact]
    public void Believes_the_checksum_about_what_the_hashes_do_not_cover()
    {
        var rows = Rows(4, perRow: 2);
        var verifier = new LogVerifier(_stream, trim: 0);

        Assert.Null(verifier.Accept(rows[0], isIntact: true));
        Assert.Equal(3, verifier.Accept(rows[1], isIntact: false)?.Offset);
    }

    [Fact]
    public void Says_of_any_changed_byte_that_something_is_wrong_and_never_throws()
    {
        var chance = new Random(20261121);
        for (var i = 0; i < 10_000; i++)
        {
            var rows = Rows(6, perRow: 2);
            var row = chance.Next(rows.Count);
            var at = chance.Next(rows[row].Payload.Length);
            rows[row] = rows[row] with { Payload = Changed(rows[row].Payload, at, (byte)(rows[row].Payload.Span[at] ^ (1 << chance.Next(8)))) };

            var verifier = new LogVerifier(_stream, trim: 0);
            var fault = rows.Select((each, number) => verifier.Accept(each, isIntact: number != row)).FirstOrDefault(found => found is not null);

            Assert.NotNull(fault);
            Assert.InRange(fault.Offset, rows[row].First, rows[row].Last);
        }
    }

    private static LogFault? FaultOf(LogVerifier verifier, List<JournalRow> rows, long last) =>
        rows.Select(row => verifier.Accept(row, isIntact: true)).FirstOrDefault(fault => fault is not null) ?? verifier.Finish(last);

    private static byte[] Changed(ReadOnlyMemory<byte> payload, int at, byte to)
    {
        var changed = payload.ToArray();
        changed[at] = to;
        return changed;
    }

    private static List<JournalRow> Rows(int events, int perRow, Func<long, string>? epochOf = null)
    {
        var rows = new List<JournalRow>();
        var previous = new byte[EventHash.Bytes];
        for (long first = 1; first <= events; first += perRow)
        {
            var epoch = epochOf?.Invoke(first) ?? Epoch;
            var stored = new List<StoredEvent>();
            for (var offset = first; offset < first + perRow && offset <= events; offset++)
                stored.Add(Stored(offset, epoch, ref previous));

            rows.Add(new JournalRow(first, stored.Count, ChannelFormat.WriteRow(epoch, stored)));
        }

        return rows;
    }

    private static StoredEvent Stored(long offset, string epoch, ref byte[] previous)
    {
        var salt = new byte[16];
        salt[0] = (byte)offset;
        var e = new ChannelEvent
        {
            Channel = Channel,
            Offset = offset,
            Id = ChannelFormat.DefaultId(epoch, offset),
            Type = "grant.updated",
            TimeUnixMs = 1_700_000_000_000 + offset,
            Data = Encoding.UTF8.GetBytes($$"""{"n":{{offset}}}"""),
        };
        var commitment = new byte[EventHash.Bytes];
        var hash = new byte[EventHash.Bytes];
        EventHash.Commit(e.Data.Span, salt, commitment);
        EventHash.Compute(e, epoch, commitment, previous, hash);
        previous = hash;
        return new StoredEvent(e with { Hash = hash }, salt, null, 0, default);
    }
}
