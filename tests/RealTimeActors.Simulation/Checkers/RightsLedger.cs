using System.Runtime.CompilerServices;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// 17: who follows a pattern sees all that he may of it: each channel is announced where he stands in it, or where it stands when the right to it comes, and from there every offset is told once, from
/// one to the next without a hole, until the right goes.
/// </summary>
internal sealed class RightsLedger(string name, ChannelPattern pattern, Observations seen)
{
    /// <summary>What this connection was told, by channel.</summary>
    private readonly SortedDictionary<string, View> _views = new(StringComparer.Ordinal);

    /// <summary>Where the session stands in channels that it has had the right to all along.</summary>
    private readonly SortedDictionary<string, View> _known = new(StringComparer.Ordinal);

    /// <summary>Channels that the tokens did not give the right to.</summary>
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);

    /// <summary>Those that were missing at any time since the pattern was subscribed to: where such a channel goes on is not promised, only that it does.</summary>
    private readonly SortedSet<string> _everMissing = new(StringComparer.Ordinal);
    private bool _isPromised;

    /// <summary>Whether the client was told that the pattern is followed.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether its present token lets it follow everything.</summary>
    public bool MayAll { get; private set; }

    public void Begin()
    {
        _isPromised = false;
        _known.Clear();
        _everMissing.Clear();
        _everMissing.UnionWith(_missing);
        IsAnswered = false;
    }

    public void Answered()
    {
        IsAnswered = true;
        _isPromised = true;
    }

    public void Resumed()
    {
        if (!_isPromised)
            Answered();

        IsAnswered = true;
    }

    public void Disconnected()
    {
        _views.Clear();
        IsAnswered = false;
        MayAll = false;
    }

    /// <summary>A token is on its way: from when on it counts is not known here, so what it does not give may be missing from now on.</summary>
    public void IsShowing(Identity identity) => Note(identity);

    /// <summary>The server has taken a token. Says whether a right has come with it.</summary>
    public bool Shows(Identity identity)
    {
        Note(identity);
        MayAll = Channels().All(channel => May(identity, channel));
        var hasCome = Channels().Any(channel => _missing.Contains(channel) && May(identity, channel));
        _missing.RemoveWhere(channel => May(identity, channel));
        return hasCome;
    }

    /// <summary>The right to the channel is gone.</summary>
    public void Lost(string channel)
    {
        _views.Remove(channel);
        _known.Remove(channel);
    }

    public void Take(ServerFrame.Subscribed subscribed)
    {
        if (!IsWatched(subscribed.Channel))
            return;

        var start = subscribed.Missing is { } missing ? missing.From - 1 : subscribed.Offset;
        var isSame = _views.TryGetValue(subscribed.Channel, out var former) && former.Epoch == subscribed.Epoch;
        if (isSame)
            Require(start == former!.Told.Prefix, $"was told of {subscribed.Channel} up to {former.Told.Prefix}, and is told that it goes on after {start} ({subscribed.Recovered})");
        else if (!_everMissing.Contains(subscribed.Channel) && _known.TryGetValue(subscribed.Channel, out var known) && known.Epoch == subscribed.Epoch)
            Require(start <= known.Told.Prefix, $"was told of {subscribed.Channel} up to {known.Told.Prefix}, had the right to it all along, and comes back after {start}");

        var view = new View(subscribed.Epoch, start);
        _views[subscribed.Channel] = view;
        if (!_known.TryGetValue(subscribed.Channel, out var before) || before.Epoch != subscribed.Epoch)
            _known[subscribed.Channel] = new View(subscribed.Epoch, start);

        if (subscribed.Missing is { } lost)
            Tell(subscribed.Channel, view, lost.From, lost.To);
    }

    public void Take(string channel, long from, long to)
    {
        if (!IsWatched(channel))
            return;

        if (!_views.TryGetValue(channel, out var view))
        {
            Require(false, $"was not told that it follows {channel}, or was told that it does not any more, and is told of its offsets {from}-{to}");
            return;
        }

        for (var offset = from; offset <= to; offset++)
            Require(!view.Told.Contains(offset), $"was told of offset {offset} of {channel} twice");

        Tell(channel, view, from, to);
    }

    /// <summary>What may be acked of the channel.</summary>
    public long PrefixOf(string channel) => _views.TryGetValue(channel, out var view) ? view.Told.Prefix : 0;

    /// <summary>A channel that it may follow and whose head it was not told of; null: there is none. Asked when something is published to each of them after the right to all has come.</summary>
    public string? Unfinished()
    {
        foreach (var channel in Channels())
        {
            var head = seen.Truth.Head(channel);
            var told = _views.TryGetValue(channel, out var view) ? view.Told.Prefix : 0;
            if (told < head)
                return $"{name} may follow {channel} by {pattern}, and was told of it up to {told} of {head}";
        }

        return null;
    }

    private void Note(Identity identity)
    {
        foreach (var channel in Channels())
        {
            if (May(identity, channel))
                continue;

            _missing.Add(channel);
            _everMissing.Add(channel);
            _known.Remove(channel);
        }
    }

    private void Tell(string channel, View view, long from, long to)
    {
        view.Told.Add(from, to);
        if (_known.TryGetValue(channel, out var known) && known.Epoch == view.Epoch)
            known.Told.Add(from, to);
    }

    private bool May(Identity identity, string channel) => seen.Plan.Engine.Access.RightsOf(identity, ChannelName.Parse(channel)).HasFlag(Rights.Subscribe);

    private IEnumerable<string> Channels() => seen.Plan.AllChannels.Where(channel => channel.IsDurable).Select(channel => channel.Name).Where(IsWatched);

    private bool IsWatched(string channel) => seen.ChannelOf(channel).IsDurable && pattern.Matches(ChannelName.Parse(channel));

    private void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref BrokenPromise what)
    {
        if (!holds)
            seen.Violate(new Violation("PatternRights", $"{name}, who follows {pattern}, {what.Take()}."));
    }

    private sealed class View(string epoch, long start)
    {
        public string Epoch { get; } = epoch;

        public OffsetSet Told { get; } = new(start);
    }
}
