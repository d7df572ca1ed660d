using RealTimeActors.Actors;
using RealTimeActors.Persistence.Journals;
using RealTimeActors.TestKit.Entropy;

namespace RealTimeActors.Persistence.Tck.Contract;

/// <summary>Calls drawn by chance, made to several journals alike.</summary>
internal sealed class JournalScript(SeededEntropy entropy)
{
    /// <summary>Where the script believes each stream to end: mostly right.</summary>
    private readonly Dictionary<StreamId, long> _ends = [];
    private bool _hasRead;
    private int _calls;

    internal StreamId[] Streams { get; } = [new("channel/a"), new("channel/b"), new("channel/c"), new("session/s-1")];

    /// <summary>Makes so many calls without waiting for an answer. Earlier bursts are answered.</summary>
    internal void Burst(IReadOnlyList<(IJournal Journal, IActorRef<JournalReply> ReplyTo)> journals, int calls)
    {
        _hasRead = false;
        for (var i = 0; i < calls; i++)
        {
            var call = Draw(_calls++);
            foreach (var (journal, replyTo) in journals)
                call(journal, replyTo);
        }
    }

    private Action<IJournal, IActorRef<JournalReply>> Draw(int number)
    {
        var stream = Streams[Next(Streams.Length)];
        var end = _ends.GetValueOrDefault(stream);
        var kind = Next(20);

        // What trims, deletes and snapshots change, a read that was called before may already show: none is under way then.
        if (_hasRead && kind > 15)
            kind = 0;

        _hasRead |= kind is > 10 and <= 15;
        switch (kind)
        {
            case < 10:
                var row = new JournalRow(end + 1, 1 + Next(4), Payload());
                _ends[stream] = row.Last;
                return (journal, replyTo) => journal.Append(stream, end, row, replyTo);
            case 10:
                var wrong = new JournalRow(end + 3, 1, Payload());
                return (journal, replyTo) => journal.Append(stream, end + 2, wrong, replyTo);
            case < 15:
                var (from, entriesMax, bytesMax) = (Next((int)end + 2), 1 + Next(20), 1 + Next(400));
                return (journal, replyTo) => journal.Read(stream, from, entriesMax, bytesMax, number, replyTo);
            case 15:
                return (journal, replyTo) => journal.Load(stream, replyTo);
            case < 18:
                var upTo = Math.Max(0, end - Next(8));
                return (journal, replyTo) => journal.Trim(stream, upTo, replyTo);
            case 18:
                var (sequence, payload) = (1 + Next((int)end + 2), Payload());
                return (journal, replyTo) => journal.SaveSnapshot(stream, sequence, payload, replyTo);
            default:
                _ends[stream] = 0;
                return (journal, replyTo) => journal.Delete(stream, replyTo);
        }
    }

    private byte[] Payload()
    {
        var payload = new byte[Next(60)];
        entropy.Fill(payload);
        return payload;
    }

    private int Next(int bound) => (int)(entropy.Numbers.Next() % (ulong)bound);
}
