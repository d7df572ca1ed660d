namespace RealTimeActors.Edge.Tickets;

/// <summary>Metadata of an endpoint that can be asked for with <c>?ticket=</c> in the place of a header.</summary>
internal sealed class TicketMayAuthenticate
{
    internal static TicketMayAuthenticate Instance { get; } = new();
}
