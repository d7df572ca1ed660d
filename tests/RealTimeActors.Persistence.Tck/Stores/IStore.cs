using RealTimeActors.Persistence.Journals;

namespace RealTimeActors.Persistence.Tck.Stores;

/// <summary>A store under test.</summary>
public interface IStore : IAsyncDisposable
{
    IJournal Journal { get; }

    /// <summary>Lets everything that is under way come to an end, where that needs a hand.</summary>
    void Pump();

    /// <summary>Closes the journal and opens it again on the same medium.</summary>
    Task ReopenAsync();
}
