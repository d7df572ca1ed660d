using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Relays;

/// <summary>By what other nodes know the relay of this one, also before it has any connections: then nothing is here.</summary>
internal sealed class RelayAddress : IActorRef<object>
{
    public ActorPath Path { get; } = new(null, HttpRelays.WellKnownName);

    internal IActorRef<object>? Relay { get; set; }

    public void Tell(object message)
    {
        switch (message)
        {
            case var _ when Relay is { } relay:
                relay.Tell(message);
                break;
            case RelayCommand.Begin begin:
                begin.ReplyTo.Tell(new RelayReply.NotTaken(begin.Tag, RelayRefusal.NotHere));
                break;
            case RelayCommand.UseTicket use:
                use.ReplyTo.Tell(new RelayReply.Ticket(use.Tag, null));
                break;
        }
    }
}
