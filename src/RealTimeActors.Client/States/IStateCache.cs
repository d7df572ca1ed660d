using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.States;

/// <summary>Keeps confirmed documents from one process to the next. Nothing is lost when one is lost: the server is asked for all of it then.</summary>
public interface IStateCache
{
    /// <summary>The document of a channel; null: there is none, or it cannot be read any more.</summary>
    ValueTask<KeptState?> LoadAsync(string channel, CancellationToken cancellationToken);

    /// <summary>Takes the place of the channel's former document, in one step. Called by one caller at a time for a channel.</summary>
    ValueTask SaveAsync(KeptState state, CancellationToken cancellationToken);
}
