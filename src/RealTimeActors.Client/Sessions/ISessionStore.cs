namespace RealTimeActors.Client.Sessions;

/// <summary>Keeps the ticket of a session from one process to the next.</summary>
public interface ISessionStore
{
    /// <summary>The ticket that was saved last; null: none, a new session is begun.</summary>
    ValueTask<SessionTicket?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the ticket. Once this has returned, the former one is retired: it must survive a crash from then on.</summary>
    ValueTask SaveAsync(SessionTicket ticket, CancellationToken cancellationToken);
}
