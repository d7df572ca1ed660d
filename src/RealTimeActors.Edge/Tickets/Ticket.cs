using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Engine.Access;
using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Edge.Tickets;

/// <summary>What a ticket admits to. The ticket itself is known by its hash only.</summary>
/// <param name="hash">Of its text.</param>
/// <param name="identity">For whom it was made.</param>
/// <param name="session">For which session; null: for none.</param>
/// <param name="goodUntil">When it cannot be used for the first time any more, by the store's clock.</param>
internal sealed class Ticket(string hash, Identity identity, SessionCredentials? session, DateTimeOffset goodUntil)
{
    internal string Hash => hash;

    internal Identity Identity => identity;

    internal SessionCredentials? Session => session;

    /// <summary>The channel whose stream it opened; null: it was not used yet.</summary>
    internal ChannelName? Stream { get; set; }

    /// <summary>From when on it admits to nothing any more.</summary>
    internal DateTimeOffset EndsAt { get; set; } = goodUntil;
}
