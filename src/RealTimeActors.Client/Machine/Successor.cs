using RealTimeActors.Client.Machine.Subscriptions;

namespace RealTimeActors.Client.Machine;

/// <summary>A connection that is to take the place of the present one, and is not welcomed yet. Until it is, the present one goes on.</summary>
/// <param name="connection">The number of its transport.</param>
/// <param name="until">When it is given up.</param>
internal sealed class Successor(int connection, TimeSpan until)
{
    internal int Connection { get; } = connection;

    /// <summary>When the opening, and then the greeting, has taken too long.</summary>
    internal TimeSpan Until { get; set; } = until;

    /// <summary>Whether its hello was sent: from then on the server may end the present connection, because this one has taken the session over.</summary>
    internal bool IsGreeting { get; set; }

    /// <summary>What its hello asked for.</summary>
    internal HashSet<ClientSubscription> Asked { get; } = [];

    /// <summary>The credit that its hello gave.</summary>
    internal int Credit { get; set; }

    /// <summary>How many events of the present connection may still be taken, so that with those of this one they are no more than the window.</summary>
    internal int EventsBefore { get; set; }

    /// <summary>Whether an event of the present connection was passed over for lack of room: it comes again on this one, and the present one is of no more use without it.</summary>
    internal bool HasPassedOver { get; set; }
}
