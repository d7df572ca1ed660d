using RealTimeActors.Actors;

namespace RealTimeActors.Engine.Relays;

/// <summary>Where the connection is whose client shows a key.</summary>
public abstract record RelayHome
{
    private RelayHome() { }

    /// <summary>On this node, or on none any more: it is decided here.</summary>
    public sealed record Here : RelayHome
    {
        /// <summary>The only one.</summary>
        public static Here Instance { get; } = new();
    }

    /// <summary>On another node.</summary>
    /// <param name="Relay">Who takes requests for it.</param>
    public sealed record There(IActorRef<object> Relay) : RelayHome;

    /// <summary>Perhaps on a node that this one has no link with just now.</summary>
    public sealed record OutOfReach : RelayHome
    {
        /// <summary>The only one.</summary>
        public static OutOfReach Instance { get; } = new();
    }
}
