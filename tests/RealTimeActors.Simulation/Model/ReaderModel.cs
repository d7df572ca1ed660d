namespace RealTimeActors.Simulation.Model;

/// <summary>
/// The client's half: what it was told, what it applied, what it may ack. Applies an offset of an epoch once, whatever is repeated,
/// unless it asked for the repetition by a nack.
/// </summary>
internal sealed class ReaderModel
{
    private readonly SortedDictionary<long, Account> _accounts = [];
    private readonly SortedSet<long> _nacked = [];
    private OffsetSet _done = new(0);

    /// <summary>0: never subscribed.</summary>
    public int Epoch { get; private set; }

    /// <summary>Counts the fresh starts.</summary>
    public int Generation { get; private set; }

    /// <summary>Where this reader began in this epoch.</summary>
    public long Start { get; private set; }

    /// <summary>How each offset after the start was accounted for.</summary>
    public IReadOnlyDictionary<long, Account> Accounts => _accounts;

    /// <summary>The contiguous prefix of what is processed.</summary>
    public long Prefix => _done.Prefix;

    /// <summary>Offsets that could not be processed and are not resolved yet.</summary>
    public IReadOnlyCollection<long> Nacked => _nacked;

    public AckModel Ack() => new(Epoch, _done.Prefix, _done.Ranges);

    /// <summary>Takes one frame; says whether an event was handed to the application.</summary>
    public bool Take(Told told) => told switch
    {
        Told.Subscribed subscribed => Take(subscribed),
        Told.Event e => Take(e),
        Told.Skip skip => CloseHole(skip.Offset, Account.Skip),
        Told.Gap gap => CloseHole(gap.Offset, Account.Gap),
        _ => throw new InvalidOperationException($"Nobody says {told} to a reader."),
    };

    /// <summary>Says that an applied offset could not be processed after all. It leaves the acks until it is resolved.</summary>
    public void Nack(long offset)
    {
        _done.Remove(offset);
        _nacked.Add(offset);
    }

    private bool Take(Told.Subscribed subscribed)
    {
        // A nack is an affair between a connection and a session: what is unresolved comes again as if for the first time.
        _nacked.Clear();
        if (!subscribed.IsFresh && subscribed.Epoch == Epoch)
        {
            // The server can know more than this reader: an ack from before the restart may arrive after it.
            for (var offset = Start + 1; offset <= subscribed.Offset; offset++)
                CloseHole(offset, Account.Skip);

            return false;
        }

        Generation++;
        _accounts.Clear();
        _done = new OffsetSet(subscribed.Offset);
        Epoch = subscribed.Epoch;
        Start = subscribed.Offset;
        return false;
    }

    private bool Take(Told.Event e)
    {
        _nacked.Remove(e.Offset);
        if (_done.Contains(e.Offset))
            return false;

        _accounts[e.Offset] = Account.Event;
        _done.Add(e.Offset);
        return true;
    }

    private bool CloseHole(long offset, Account how)
    {
        _nacked.Remove(offset);
        if (_done.Contains(offset))
            return false;

        _accounts[offset] = how;
        _done.Add(offset);
        return false;
    }
}
