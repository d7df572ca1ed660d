namespace RealTimeActors.Hammer.Links;

/// <summary>One way to a server. A call that fails has broken the link, and what it asked for may have happened; the next call connects again.</summary>
internal interface IStateLink : IAsyncDisposable
{
    /// <summary>Reads the entry.</summary>
    /// <exception cref="LinkException">There was no answer, or none that says it.</exception>
    Task<Seen> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Sets the entry if it is at this version (0: absent).</summary>
    /// <exception cref="LinkException">It is not known whether it was done.</exception>
    Task<Outcome> CompareAndSetAsync(long version, string value, string mutationId, CancellationToken cancellationToken);
}
