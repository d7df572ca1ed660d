using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client;

/// <summary>An edit that is seen already, and that the server will decide.</summary>
public sealed class StateEdit
{
    internal StateEdit(PendingMutation mutation, Task<MutationOutcome> outcome)
    {
        Mutation = mutation;
        Outcome = outcome;
    }

    /// <summary>What was edited, as it is kept and sent.</summary>
    public PendingMutation Mutation { get; }

    /// <summary>
    /// The server's word: applied, merged, superseded or rejected, with the present value. Ends as soon as the server has answered, which offline may take long, and the edit is gone from the
    /// <see cref="RealTimeClientOptions.MutationStore"/>, so that no later process hears otherwise. Fails with a
    /// <see cref="RealTimeException"/> when the client is closed before; what is kept in a <see cref="RealTimeClientOptions.MutationStore"/> is sent by the next one.
    /// </summary>
    public Task<MutationOutcome> Outcome { get; }
}
