using System.Runtime.CompilerServices;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;
using RealTimeActors.Simulation.Model;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>
/// 15: of every durable channel that its pattern means a client gets every event that was published after the pattern was answered, whoever else means the channel too: on one connection each offset
/// once and in no other subscription's place, from one to the next without a hole; and channels that were born meanwhile from their beginning.
/// </summary>
internal sealed class PatternLedger(string name, ChannelPattern pattern, Observations seen)
{
    /// <summary>What this connection was told, by channel.</summary>
    private readonly HashSet<string> _anew = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, View> _views = new(StringComparer.Ordinal);

    /// <summary>What the session was told over all its connections, by channel.</summary>
    private readonly SortedDictionary<string, View> _known = new(StringComparer.Ordinal);

    /// <summary>Events of this connection, whichever subscription they came by.</summary>
    private readonly HashSet<(string Channel, string Epoch, long Offset)> _events = [];

    /// <summary>Where the channels stood when the pattern was answered: what came later must come.</summary>
    private readonly SortedDictionary<string, long> _heads = new(StringComparer.Ordinal);
    private int _life;
    private bool _isPromised;

    /// <summary>Whether the client was told that the pattern is followed.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The pattern is subscribed to, in a session that does not know it.</summary>
    /// <param name="isSure">Whether the session is the one from before: what it promised it must keep, unless a backup was restored.</param>
    public void Begin(bool isSure)
    {
        Require(!isSure || !_isPromised || _life != seen.Truth.Life, $"came back to its session, and the pattern that it was told to follow is not among what that follows");
        Require(isSure || !_isPromised || _life != seen.Truth.Life, $"followed a pattern with a session, and the session is gone");
        _isPromised = false;
        _known.Clear();
        _heads.Clear();
        IsAnswered = false;
    }

    public void Answered()
    {
        IsAnswered = true;
        _isPromised = true;
        _life = seen.Truth.Life;
        _heads.Clear();
        foreach (var channel in Channels())
            _heads[channel] = seen.Truth.Head(channel);
    }

    /// <summary>The session has come back with its pattern.</summary>
    public void Resumed()
    {
        // The answer may have been lost.
        if (!_isPromised)
            Answered();

        IsAnswered = true;
    }

    public void Disconnected()
    {
        _views.Clear();
        _events.Clear();
        IsAnswered = false;
    }

    /// <summary>A channel, or all of another pattern, was asked for from now. What this pattern has not announced on this connection begins anew, whether the answer arrives or not.</summary>
    public void AskedFromNow(string asked)
    {
        foreach (var channel in ChannelPattern.IsPattern(asked) ? Channels().Where(channel => ChannelPattern.Parse(asked).Matches(ChannelName.Parse(channel))) : [asked])
        {
            if (!_views.ContainsKey(channel))
                _anew.Add(channel);
        }
    }

    public void Take(ServerFrame.Subscribed subscribed)
    {
        if (!IsWatched(subscribed.Channel))
            return;

        var start = subscribed.Missing is { } missing ? missing.From - 1 : subscribed.Offset;
        if (_views.TryGetValue(subscribed.Channel, out var former) && former.Epoch == subscribed.Epoch)
        {
            Require(start <= former.Told.Prefix, $"was told of {subscribed.Channel} up to {former.Told.Prefix}, and is told that it goes on after {start}");
            Require(start >= former.Told.Prefix, $"was told of {subscribed.Channel} up to {former.Told.Prefix}, and is told that it goes back to {start} ({subscribed.Recovered})");
        }

        var isAnew = _anew.Remove(subscribed.Channel);
        if (isAnew)
            _known.Remove(subscribed.Channel);

        var isKnown = _known.TryGetValue(subscribed.Channel, out var known) && known.Epoch == subscribed.Epoch;
        if (isKnown)
            Require(start <= known!.Told.Prefix, $"was told of {subscribed.Channel} up to {known.Told.Prefix}, and comes back after {start}");
        else if (known is null && !isAnew && _life == seen.Truth.Life && _isPromised)
            Require(start <= _heads.GetValueOrDefault(subscribed.Channel), $"begins {subscribed.Channel} after {start}; it stood at {_heads.GetValueOrDefault(subscribed.Channel)} when the pattern was answered");

        if (!isKnown)
            _known[subscribed.Channel] = new View(subscribed.Epoch, start, seen.Truth.Life);

        var view = new View(subscribed.Epoch, start, seen.Truth.Life);
        _views[subscribed.Channel] = view;
        Note(view, subscribed);
    }

    public void Take(ChannelEvent e)
    {
        if (!IsWatched(e.Channel))
            return;

        Take(e.Channel, e.Offset, e.Offset);
        Require(_events.Add((e.Channel, _views[e.Channel].Epoch, e.Offset)), $"was sent offset {e.Offset} of {e.Channel} twice");
    }

    public void Take(string channel, long from, long to)
    {
        if (!IsWatched(channel))
            return;

        if (!_views.TryGetValue(channel, out var view))
        {
            Require(false, $"was not told that it follows {channel}, and is told of its offsets {from}-{to}");
            return;
        }

        for (var offset = from; offset <= to; offset++)
        {
            Require(!view.Told.Contains(offset), $"was told of offset {offset} of {channel} twice");
            view.Told.Add(offset);
            if (_known.TryGetValue(channel, out var known) && known.Epoch == view.Epoch)
                known.Told.Add(offset);
        }
    }

    /// <summary>What may be acked of the channel.</summary>
    public long PrefixOf(string channel) => _views.TryGetValue(channel, out var view) ? view.Told.Prefix : 0;

    /// <summary>A channel of the pattern whose head it was not told of; null: there is none.</summary>
    public string? Unfinished()
    {
        foreach (var channel in Channels())
        {
            var head = seen.Truth.Head(channel);
            var from = _life == seen.Truth.Life ? _heads.GetValueOrDefault(channel) : 0;
            var told = _views.TryGetValue(channel, out var view) ? view.Told.Prefix : _known.TryGetValue(channel, out var known) && known.Life == seen.Truth.Life ? known.Told.Prefix : from;
            if (told < head)
                return $"{name} follows {pattern} and was told of {channel} up to {told} of {head}";
        }

        return null;
    }

    private IEnumerable<string> Channels() => seen.Plan.AllChannels.Where(channel => channel.IsDurable).Select(channel => channel.Name).Where(IsWatched);

    private bool IsWatched(string channel) => seen.ChannelOf(channel).IsDurable && pattern.Matches(ChannelName.Parse(channel));

    /// <summary>What is told to be lost counts as told.</summary>
    private void Note(View view, ServerFrame.Subscribed subscribed)
    {
        if (subscribed.Missing is not { } missing)
            return;

        view.Told.Add(missing.From, missing.To);
        if (_known.TryGetValue(subscribed.Channel, out var known) && known.Epoch == view.Epoch)
            known.Told.Add(missing.From, missing.To);
    }

    private void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref BrokenPromise what)
    {
        if (!holds)
            seen.Violate(new Violation("Patterns", $"{name}, who follows {pattern}, {what.Take()}."));
    }

    private sealed class View(string epoch, long start, int life)
    {
        /// <summary>Of the store.</summary>
        public int Life { get; } = life;

        public string Epoch { get; } = epoch;

        public OffsetSet Told { get; } = new(start);
    }
}
