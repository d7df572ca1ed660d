using RealTimeActors.Client.Machine;

namespace RealTimeActors.Client.Running;

// Those who want to know who is there.
internal sealed partial class ClientLoop
{
    private readonly Dictionary<string, List<ChannelPresence>> _presences = new(StringComparer.Ordinal);

    private void WatchPresence(ChannelPresence presence)
    {
        if (!_presences.TryGetValue(presence.Channel, out var watching))
            _presences.Add(presence.Channel, watching = []);

        watching.Add(presence);
        presence.Show(_machine.PresenceOf(presence.Channel));
    }

    private void UnwatchPresence(ChannelPresence presence)
    {
        if (_presences.TryGetValue(presence.Channel, out var watching) && watching.Remove(presence) && watching.Count == 0)
            _presences.Remove(presence.Channel);
        presence.End();
    }

    private void TellPresence(ClientEffect effect)
    {
        var channel = effect is ClientEffect.PresenceShown { Channel: var shown } ? shown : ((ClientEffect.PresenceLost)effect).Channel;
        foreach (var presence in _presences.GetValueOrDefault(channel) ?? [])
        {
            if (effect is ClientEffect.PresenceShown { Snapshot: var snapshot })
                presence.Show(snapshot);
            else
                presence.Lose(new RealTimeException((int)((ClientEffect.PresenceLost)effect).Code, ((ClientEffect.PresenceLost)effect).Reason));
        }
    }

    private void EndPresences()
    {
        foreach (var presence in _presences.Values.SelectMany(watching => watching))
            presence.End();
        _presences.Clear();
    }
}
