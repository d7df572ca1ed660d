using RealTimeActors.Persistence.EventSourcing;

namespace RealTimeActors.Engine.Sessions;

/// <content>Events that the client could not process.</content>
internal static partial class SessionFormat
{
    private static void WriteNacked(PayloadWriter to, SessionEvent.Nacked nacked)
    {
        to.Text(nacked.Channel.Value);
        to.Text(nacked.Epoch);
        to.Varint(nacked.Events.Count);
        foreach (var e in nacked.Events)
        {
            to.Varint(e.Offset);
            to.Byte((byte)e.Phase);
            to.Varint(e.Deliveries);
            to.Varint(e.DueUnixMs);
            to.Text(e.Reason);
        }
    }

    private static SessionEvent.Nacked ReadNacked(ref PayloadReader from)
    {
        var channel = ReadChannel(ref from);
        var epoch = from.Text() ?? "";
        var events = new NackedEvent[from.Varint()];
        for (var i = 0; i < events.Length; i++)
            events[i] = new NackedEvent(from.Varint(), (NackPhase)from.Byte(), (int)from.Varint(), from.Varint(), from.Text());

        return new SessionEvent.Nacked(channel, epoch, events);
    }
}
