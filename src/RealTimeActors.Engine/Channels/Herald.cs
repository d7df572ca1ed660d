using RealTimeActors.Actors;
using RealTimeActors.Engine.Patterns;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Channels;

/// <summary>
/// Tells the directory of a channel's first event after a rest, and when it rests: so that those who follow it by a pattern need not be joined while nothing happens. In between a publish
/// costs one comparison.
/// </summary>
internal sealed class Herald(IActorRef<DirectoryCommand> directory, ChannelName channel, bool isDurable)
{
    /// <summary>Events that are kept for those who join because of them. More, or larger ones, are read from the log.</summary>
    private const int TailEventsMax = 64;
    private const int TailBytesMax = 65_536;

    private bool _isAwake;
    private bool _isKnown;
    private bool _isBegun;
    private long _head;

    /// <summary>What the channel stirred with, while nothing came after it.</summary>
    private IReadOnlyList<ChannelEvent>? _tail;
    private EventRun? _tailRun;
    private int _tailFormats;

    /// <summary>Whether nothing was published since the channel woke up.</summary>
    internal bool IsUntouched { get; private set; } = true;

    /// <summary>Events are committed.</summary>
    internal void Committed(string epoch, IReadOnlyList<ChannelEvent> events)
    {
        _head = events[^1].Offset;
        if (_isAwake)
        {
            _tail = null;
            _tailRun = null;
            return;
        }

        _tail = events.Count <= TailEventsMax && events.Sum(e => (long)e.Data.Length) <= TailBytesMax ? events : null;
        Stir(epoch);
    }

    /// <summary>Somebody has joined. A channel that has no events yet comes into being by it.</summary>
    internal void Joined(string epoch)
    {
        if (_head == 0 && !_isKnown)
            Stir(epoch);
    }

    /// <summary>The log was read, at the start or again: it may hold what nobody was told of.</summary>
    internal void Recovered(string epoch, long head)
    {
        var isFurther = _isBegun && head > _head;
        _isBegun = true;
        _head = head;
        if (isFurther && !_isAwake)
            Stir(epoch);
    }

    /// <summary>Those who follow the channel only by patterns have left it: they want to be told of the next event.</summary>
    internal void Rest(string epoch, bool isFollowed)
    {
        if (_head > 0 || isFollowed)
            Tell(new DirectoryCommand.Rested(channel, isDurable, epoch, _head), isAwake: false);
        else
            Tell(new DirectoryCommand.Ended(channel), isAwake: false);
    }

    /// <summary>The channel leaves the memory. An ephemeral one ends with that, and so does one that nothing was ever published to.</summary>
    internal void Stopped(string epoch)
    {
        if (!_isKnown)
            return;

        if (!isDurable || _head == 0)
            Tell(new DirectoryCommand.Ended(channel), isAwake: false);
        else if (_isAwake)
            Tell(new DirectoryCommand.Rested(channel, isDurable, epoch, _head), isAwake: false);
    }

    /// <summary>The events after the position, if they are at hand and all there is: so that whoever comes because of them need not read the log.</summary>
    internal EventRun? TailAfter(StartPosition start, WireFormat? joined)
    {
        if (_tail is null || joined is not { } format || start.Offset != _tail[0].Offset - 1 || start.Head != _tail[^1].Offset)
            return null;

        if (_tailRun is null || (_tailFormats & (1 << (int)format)) == 0)
        {
            _tailFormats |= 1 << (int)format;
            _tailRun = EventRun.Create(start.Epoch, _tail, _tailFormats, []);
        }

        return _tailRun;
    }

    private void Stir(string epoch)
    {
        IsUntouched = _head == 0;
        Tell(new DirectoryCommand.Stirred(channel, isDurable, epoch, _head), isAwake: true);
    }

    private void Tell(DirectoryCommand command, bool isAwake)
    {
        _isAwake = isAwake;
        _isKnown = command is not DirectoryCommand.Ended;
        if (!isAwake)
        {
            _tail = null;
            _tailRun = null;
        }

        directory.Tell(command);
    }
}
