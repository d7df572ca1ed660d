using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Tests.Machine.Presence;

/// <summary>A room as a server has it: gathers what changes, tells it in frames, lists up to so many.</summary>
internal sealed class ModelRoom
{
    private readonly MachineFixture _client;
    private readonly int _listMax;
    private readonly SortedDictionary<string, int> _there = new(StringComparer.Ordinal);
    private SortedDictionary<string, int>? _told;

    internal ModelRoom(MachineFixture client, int listMax)
    {
        _client = client;
        _listMax = listMax;
        Begin();
    }

    internal string Expected => _there.Count > _listMax
        ? $"{_there.Count}"
        : $"{_there.Count}: {string.Join(' ', _there.Select(member => $"{member.Key}={member.Value}"))}";

    /// <summary>Another connection: whoever is there is told whole.</summary>
    internal void Begin()
    {
        _told = null;
        Tells();
    }

    internal void Comes(int who) => _there[$"s-{who}"] = _there.GetValueOrDefault($"s-{who}") + 1;

    internal void Goes(int who) => _there.Remove($"s-{who}");

    internal void Tells()
    {
        var former = _told;
        _told = _there.Count > _listMax ? null : new SortedDictionary<string, int>(_there, StringComparer.Ordinal);
        if (_told is null)
        {
            _client.Receive(PresenceFixture.Counted(_there.Count));
        }
        else if (former is null)
        {
            // In two frames.
            var members = _there.Select(member => PresenceFixture.Member(member.Key, $"{member.Value}")).ToList();
            _client.Receive(new ServerFrame.PresenceDiff("room", members[..(members.Count / 2)], [], [], members.Count) { Kind = PresenceKind.Full });
            if (members.Count > 0)
                _client.Receive(new ServerFrame.PresenceDiff("room", members[(members.Count / 2)..], [], [], members.Count));
        }
        else
        {
            _client.Receive(new ServerFrame.PresenceDiff(
                "room",
                [.. _there.Where(member => !former.ContainsKey(member.Key)).Select(member => PresenceFixture.Member(member.Key, $"{member.Value}"))],
                [.. former.Where(member => !_there.ContainsKey(member.Key)).Select(member => PresenceFixture.Member(member.Key, "null"))],
                [.. _there.Where(member => former.TryGetValue(member.Key, out var was) && was != member.Value).Select(member => PresenceFixture.Member(member.Key, $"{member.Value}"))],
                _there.Count));
        }
    }
}
