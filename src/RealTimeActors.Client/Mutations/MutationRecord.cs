using RealTimeActors.Client.Machine.State;

namespace RealTimeActors.Client.Mutations;

/// <summary>One thing that a store of edits is told.</summary>
public abstract record MutationRecord
{
    private MutationRecord() { }

    /// <summary>This edit is not answered yet. It takes the place of what was kept under its number before.</summary>
    public sealed record Keep(PendingMutation Mutation) : MutationRecord;

    /// <summary>The edit with this number is answered.</summary>
    public sealed record Drop(long Number) : MutationRecord;
}
