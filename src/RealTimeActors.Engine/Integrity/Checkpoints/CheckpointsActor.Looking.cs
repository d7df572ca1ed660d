using RealTimeActors.Actors;
using RealTimeActors.Engine.Channels;

namespace RealTimeActors.Engine.Integrity.Checkpoints;

/// <content>
/// In a cluster a channel's word may be lost with its node, or with the link between the two, and where nothing else happens in the channel no other word follows. So where the logs end is looked up from time to
/// time. What channels tell is only speed.
/// </content>
internal sealed partial class CheckpointsActor
{
    /// <summary>A word that is on its way has arrived by then.</summary>
    private static readonly TimeSpan _wordsTakeMax = TimeSpan.FromSeconds(1);
    private static readonly object _lookAgain = new();
    private static readonly object _readBehind = new();

    /// <summary>Logs that went on beyond what was told of them, each with the offset that it had reached when it was looked at.</summary>
    private readonly List<(string Channel, long Head)> _behind = [];
    private IActorRef? _look;
    private long _looks;

    protected override void OnStart()
    {
        base.OnStart();
        LookLater();
    }

    private void LookLater()
    {
        if (isClustered)
            Context.StartTimer(_lookAgain, options.Checkpoints.Every, _lookAgain);
    }

    private void Look()
    {
        _look = Context.Spawn<object>($"look-{++_looks}", () => new LogsLook(Journal, Self), new ActorOptions { Supervision = Supervision.Stop });
        Context.Watch(_look);
    }

    private void OnSeen(LogsSeen seen)
    {
        foreach (var stream in seen.Streams)
        {
            // Of a log that was let go up to its end nothing can be read.
            var channel = stream.Stream.Value[ChannelActor.StreamPrefix.Length..];
            if (stream.Trim < stream.Last && IsBehind(channel, stream.Last))
                _behind.Add((channel, stream.Last));
        }
    }

    /// <summary>Nearly always the words of what seems to be missing are on their way: a busy log is not read for that. What the look saw last may come after its end, too.</summary>
    private void OnLooked()
    {
        _look = null;
        var pause = options.Checkpoints.Every / 4;
        Context.StartTimer(_readBehind, pause < _wordsTakeMax ? pause : _wordsTakeMax, _readBehind);
    }

    /// <summary>What nobody told of has waited long enough: it is signed as soon as it is read.</summary>
    private void ReadBehind()
    {
        foreach (var (channel, head) in _behind)
        {
            _isDue |= IsBehind(channel, head);
            OnStands(channel, head);
        }

        _behind.Clear();
        LookLater();
    }
}
