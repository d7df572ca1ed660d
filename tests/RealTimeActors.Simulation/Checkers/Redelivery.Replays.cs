using System.Text;
using System.Text.Json;
using RealTimeActors.Engine.DeadLetters;

namespace RealTimeActors.Simulation.Checkers;

/// <summary>Letters that are published again: each once, and never one that arose meanwhile.</summary>
internal sealed partial class Redelivery
{
    /// <summary>Letters of each life, by what they hold.</summary>
    private readonly SortedDictionary<(int Life, string Data), int> _letters = [];
    private readonly SortedSet<(int Life, long Offset)> _gone = [];

    /// <summary>Letters that were said to be published again in this life.</summary>
    private long _claimed;
    private int _claimedIn;

    /// <summary>A replay was asked for, and this is the answer.</summary>
    public void OnReplayed(ReplayReply reply)
    {
        Seen.Note($"a replay is answered {reply}");
        if (reply is not ReplayReply.Replayed replayed)
        {
            Seen.Sometimes.Count("a replay is refused");
            return;
        }

        Seen.Sometimes.Count("a replay ends");
        var letters = Seen.Truth.Head(Plan!.Letters.Name);
        var isOne = replayed.UpTo > letters && replayed.FailedCount == 1; // There was no such letter.
        Require(isOne || replayed.UpTo <= letters, $"A replay was of the letters up to {replayed.UpTo}; there are {letters}.");
        Require(isOne || replayed.Count + replayed.Already + replayed.FailedCount <= Math.Max(1, replayed.UpTo), $"A replay of the letters up to {replayed.UpTo} says that {replayed.Count} were published, {replayed.Already} had been, {replayed.FailedCount} could not be.");

        if (_claimedIn != Seen.Truth.Life)
            (_claimed, _claimedIn) = (0, Seen.Truth.Life);

        _claimed += replayed.Count;
        var published = Replays().Count();
        Require(_claimed <= published, $"{_claimed} dead letters of {Plan.Channel.Name} were said to be published again; the log has {published}.");
    }

    /// <summary>Whether what could not be published is only what is not there any more.</summary>
    public bool MayStay(ReplayReply.Replayed replayed) => replayed.Failed.All(failed => _gone.Contains((Seen.Truth.Life, failed.Offset)));

    private void Receive(TrueEvent durable, JsonElement letter)
    {
        if (!letter.TryGetProperty("data", out var data))
            _gone.Add((durable.Life, durable.Event.Offset));
        else
            _letters[(durable.Life, data.GetRawText())] = _letters.GetValueOrDefault((durable.Life, data.GetRawText())) + 1;
    }

    private IEnumerable<TrueEvent> Replays() => Seen.Truth.Present(Plan!.Channel.Name)
        .Where(e => e.Stored.ProducerId?.StartsWith(DeadLetter.ReplayPrefix, StringComparison.Ordinal) == true);

    private void CheckReplays()
    {
        var replays = Replays().GroupBy(e => Encoding.UTF8.GetString(e.Event.Data.Span), StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var life = Seen.Truth.Life;
        foreach (var (data, count) in replays.OrderBy(replay => replay.Key, StringComparer.Ordinal))
        {
            // Which letters were published is remembered for one life of their log.
            var letters = _letters.GetValueOrDefault((life, data));
            Require(count <= letters * (life + 1), $"{data} is with the dead letters {letters} times, and was published again {count} times.");
        }

        foreach (var ((_, data), letters) in _letters.Where(letter => letter.Key.Life == life))
            Require(replays.GetValueOrDefault(data) >= letters, $"{data} is with the dead letters {letters} times, and was published again {replays.GetValueOrDefault(data)} times although all were to be.");
    }
}
