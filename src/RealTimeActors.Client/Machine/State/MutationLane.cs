namespace RealTimeActors.Client.Machine.State;

/// <summary>The edits of one channel, in the order in which they were made.</summary>
internal sealed class MutationLane(string channel, EndingMutations ending)
{
    internal string Channel { get; } = channel;

    /// <summary>All that are not answered.</summary>
    internal LinkedList<QueuedMutation> Entries { get; } = new();

    /// <summary>Nothing is sent before then: one has to be repeated first.</summary>
    internal TimeSpan? HeldUntil { get; set; }

    /// <summary>Repeats since the last answer.</summary>
    internal int Attempts { get; set; }

    /// <summary>What may be sent now and is not on its way. In order: where one may not go yet, none behind it goes.</summary>
    /// <remarks>One that waits for another is sent when the store has let go of that one. A process that finds both knows that this one was not sent yet, and may still raise its base.</remarks>
    /// <param name="windowMax">How many may be on their way at a time.</param>
    internal List<QueuedMutation> Sendable(int windowMax)
    {
        var sendable = new List<QueuedMutation>();
        if (HeldUntil is not null)
            return sendable;

        var place = 0;
        for (var node = Entries.First; node is not null && place < windowMax; node = node.Next, place++)
        {
            var entry = node.Value;
            if (entry.IsSent)
                continue;

            if (!entry.IsKept || (AwaitsFormer(entry.Mutation) && (HasFormerOfKey(node) || ending.HasOf(Channel, entry.Mutation.Key))))
                break;

            sendable.Add(entry);
        }

        return sendable;
    }

    /// <summary>Whoever takes away or replaces what an own edit has made has seen that edit, which is not answered yet. He can only say so by its version, and that comes with the answer: so it is waited for.</summary>
    internal static bool AwaitsFormer(PendingMutation mutation) => mutation.Operation is "remove" or "set" or "delete";

    private static bool HasFormerOfKey(LinkedListNode<QueuedMutation> node)
    {
        for (var former = node.Previous; former is not null; former = former.Previous)
        {
            if (former.Value.Mutation.Key == node.Value.Mutation.Key)
                return true;
        }

        return false;
    }
}
