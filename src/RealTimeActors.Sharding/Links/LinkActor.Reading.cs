using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Sharding.Links;

/// <content>Frames that come.</content>
public sealed partial class LinkActor
{
    /// <summary>Only for <see cref="PlantedShardBug.LinkLosesOne"/>.</summary>
    private int _lost;

    private void OnReceived(ReadOnlyMemory<byte> batch)
    {
        _heardAt = Context.Time.GetTimestamp();
        try
        {
            var from = new PayloadReader(batch);
            while (!from.IsAtEnd && _link is not null)
                OnFrame(from.Bytes());
        }
        catch (InvalidDataException fault)
        {
            End($"what it sent cannot be read: {fault.Message}");
        }
    }

    private void OnFrame(ReadOnlyMemory<byte> frame)
    {
        var from = new PayloadReader(frame);
        switch ((LinkFrame)from.Byte())
        {
            case LinkFrame.Meet:
                OnMeet(ref from);
                break;
            case LinkFrame.Tell when _isMet:
                OnTell((LinkKind)from.Byte(), from.Varint(), from.Rest());
                break;
            case LinkFrame.Ended:
                if (_table!.TryEndImport(from.Varint(), out var standIn))
                    Context.Stop(standIn);
                break;
            case LinkFrame.Beat:
                break;
            case LinkFrame.NoMember:
                _options.Owner.Tell(new LinkReport.NoMember(_options.Peer));
                break;
            default:
                throw new InvalidDataException($"A frame of kind {frame.Span[0]} is not expected here.");
        }
    }

    private void OnMeet(ref PayloadReader from)
    {
        var names = new string[checked((int)Math.Min(from.Varint(), 10_000))];
        var areWatched = new bool[names.Length];
        for (var i = 0; i < names.Length; i++)
            (names[i], areWatched[i]) = (from.Text() ?? "", from.Byte() != 0);

        _table!.Meet(areWatched);
        _isMet = true;
        _options.Owner.Tell(new LinkReport.Up(_options.Peer, names, _table.Theirs));
    }

    private void OnTell(LinkKind kind, long number, ReadOnlyMemory<byte> bytes)
    {
        _table!.BeginReading();
        var message = _options.Codec.Read(bytes, _table);
        if (_table.IsLate)
            return;

        if (_table.TryQuestion(out var question) && _options.Codec.IsLast(message, question))
            _table.Answered();

        if (_options.Bug != PlantedShardBug.LinkLosesOne || ++_lost % 100 != 0)
            _table.TellOf(kind, number)?.Invoke(message);
    }
}
