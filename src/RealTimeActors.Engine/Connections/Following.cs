using RealTimeActors.Engine.Sessions;
using RealTimeActors.Engine.Telemetry;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>One connection following one pattern: how far it has looked through the pattern's channels, and whom it has not told of yet.</summary>
internal sealed class Following(Connection connection, SessionPattern kept)
{
    private int _cursorAt;
    private bool _knowsCursors;
    private SortedDictionary<ChannelName, (SessionSubscription? Cursor, bool HasRefused)>? _inherited;
    private IReadOnlyList<SessionSubscription> _cursors = [];

    internal Connection Connection { get; } = connection;

    /// <summary>As the session keeps it.</summary>
    internal SessionPattern Kept { get; set; } = kept;

    internal ChannelPattern Pattern => Kept.Pattern;

    /// <summary>Whether a channel of it had been refused before this connection: then one without a cursor need not have been born while nobody was connected.</summary>
    internal bool HadRefused { get; } = kept.HasRefused;

    internal bool IsAcked => Kept.Options.AckMode != AckMode.None;

    /// <summary>Where channels begin that were there when the pattern was subscribed to.</summary>
    internal From From { get; init; } = From.Now;

    /// <summary>Channels that were refused while the session's channels are looked through for the first time. Null: none.</summary>
    private SortedSet<ChannelName>? _refused;

    /// <summary>The session has followed it all along: a channel without a cursor was born meanwhile.</summary>
    internal bool IsResumed { get; init; }

    /// <summary>The subscribe frame's id; 0: nobody waits.</summary>
    internal long FrameId { get; init; }

    /// <summary>Follows it; null: nobody does.</summary>
    internal ITrace? Trace { get; init; }

    /// <summary>Whether the client was told that it is followed: before that nothing is told of its channels.</summary>
    internal bool IsAnswered { get; set; }

    /// <summary>Whether the session is being told that all cursors are there.</summary>
    internal bool IsCompleting { get; set; }

    /// <summary>Whether the session could not write that it is followed so: it is told again.</summary>
    internal bool IsUnwritten { get; set; }

    /// <summary>Cursors that the session could not write: it is told them again, and the walk waits for it.</summary>
    internal List<AnnounceTag> Unwritten { get; } = [];

    /// <summary>Given up, replaced, or its connection is gone.</summary>
    internal bool IsEnded { get; set; }

    internal WalkMode Mode { get; set; }

    /// <summary>The number of the present walk.</summary>
    internal int Walk { get; private set; }

    /// <summary>The first name that was not looked at yet; null: all were.</summary>
    internal string? Next { get; set; }

    /// <summary>When a page was asked for; null: none is under way.</summary>
    internal long? AskedUnixMs { get; set; }

    /// <summary>Joins and cursors under way that the answer waits for.</summary>
    internal int Waiting { get; set; }

    /// <summary>Channels at rest that the client is to be told of, when it is their turn.</summary>
    internal Queue<ChannelName> Untold { get; } = new();

    /// <summary>Channels that were joined before the client was answered.</summary>
    internal List<(Subscription Subscription, ServerFrame.Subscribed Frame)> Held { get; } = [];

    /// <summary>A place in one of its channels, as the session keeps it.</summary>
    internal SessionSubscription Stand(ChannelName channel, bool isDurable, string epoch, long prefix) => new(channel, Kept.OptionsOf(isDurable), isDurable, epoch, prefix, []) { IsByPattern = true };

    /// <summary>Whether the channel was looked at, so that one which is not known now was not there then.</summary>
    internal bool HasPassed(ChannelName channel) => Next is null || string.CompareOrdinal(channel.Value, Next) < 0;

    /// <summary>A wider pattern of the session has come to a channel that this one is to meet: where the session stands there; null: it was born meanwhile.</summary>
    internal void Inherit(ChannelName channel, SessionSubscription? cursor, bool hasRefused) => (_inherited ??= [])[channel] = (cursor, hasRefused);

    /// <summary>What was inherited of a channel; null: nothing.</summary>
    internal (SessionSubscription? Cursor, bool HasRefused)? Inherited(ChannelName channel) =>
        _inherited is not null && _inherited.TryGetValue(channel, out var inherited) ? inherited : null;

    /// <summary>Looks through the channels again, with the cursors of one that is given up and has not come to all of its channels.</summary>
    internal void BeginAgainWith(Following former)
    {
        var cursors = new SortedDictionary<ChannelName, SessionSubscription>();
        foreach (var cursor in Rest.Concat(former.Rest))
            cursors[cursor.Channel] = cursor;

        BeginWalk(Mode);
        _cursors = [.. cursors.Values];
    }

    private IEnumerable<SessionSubscription> Rest => _cursors.Skip(_cursorAt).Concat(_inherited?.Values.Select(inherited => inherited.Cursor).OfType<SessionSubscription>() ?? []);

    /// <summary>Begins to look through the channels, or begins again.</summary>
    internal void BeginWalk(WalkMode mode)
    {
        Mode = mode;
        Walk++;
        Next = "";
        AskedUnixMs = null;
        _cursorAt = 0;
    }

    /// <summary>Where the session stands in its channels, in the order of their names.</summary>
    internal void GoOnFrom(IReadOnlyList<SessionSubscription> cursors)
    {
        _cursors = cursors;
        _knowsCursors = true;
    }

    /// <summary>Whether it has channels before it that it has not come to.</summary>
    internal bool IsMeeting => Walk == 0 || Next is not null;

    /// <summary>Whether the client may expect what comes after its session's place in the channel, and the walk has not come to it yet.</summary>
    internal bool IsStillToMeet(ChannelName channel) =>
        _knowsCursors && IsResumed && IsAcked && Kept.Means(channel) && (Walk == 0 || (Mode == WalkMode.Resumed && !HasPassed(channel)));

    /// <summary>The session's cursor in a channel that the walk has not come to; null: the channel was born meanwhile.</summary>
    internal SessionSubscription? CursorOf(ChannelName channel)
    {
        var (low, high) = (_cursorAt, _cursors.Count - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            switch (_cursors[middle].Channel.CompareTo(channel))
            {
                case 0:
                    return _cursors[middle];
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return null;
    }

    /// <summary>The session's cursor in the channel that the walk has come to, and those before it whose channels are not there any more. Null: after the last channel.</summary>
    internal SessionSubscription? CursorAt(ChannelName? channel, List<SessionSubscription> gone)
    {
        while (_cursorAt < _cursors.Count)
        {
            var cursor = _cursors[_cursorAt];
            var order = channel is { } at ? cursor.Channel.CompareTo(at) : -1;
            if (order > 0)
                return null;

            _cursorAt++;
            if (order == 0)
                return cursor;

            if (Pattern.Matches(cursor.Channel))
                gone.Add(cursor);
        }

        if (channel is null)
            _cursors = [];

        return null;
    }

    /// <summary>The channel may not be followed: it is not one that was born meanwhile, should it come again in the same walk.</summary>
    internal void Refuse(ChannelName channel)
    {
        if (Mode == WalkMode.Resumed && !HadRefused)
            (_refused ??= []).Add(channel);
    }

    /// <summary>Whether a channel without a cursor may have been there all along, and not for this client.</summary>
    internal bool MayHaveRefused(ChannelName channel) => HadRefused || _refused?.Contains(channel) == true;

    /// <summary>Tells of the channel when the client was answered.</summary>
    internal void Hold(Subscription subscription, ServerFrame.Subscribed frame)
    {
        // Only one that has joined again is there already: of 100,000 channels none is looked for among all the others.
        if (subscription.IsHeld)
            Held.RemoveAll(held => held.Subscription == subscription);

        Held.Add((subscription, frame));
    }
}
