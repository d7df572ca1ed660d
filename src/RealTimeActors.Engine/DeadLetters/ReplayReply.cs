using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.DeadLetters;

/// <summary>What became of a replay.</summary>
public abstract record ReplayReply(object? Tag)
{
    /// <summary>Nothing more was done.</summary>
    public sealed record Refused(object? Tag, ErrorCode Code, string Message) : ReplayReply(Tag);

    /// <summary>Letters were looked at, and published again as far as they had not been before.</summary>
    /// <param name="Tag">The asker's.</param>
    /// <param name="Count">Letters that were published now.</param>
    /// <param name="Already">Letters that had been before.</param>
    /// <param name="Failed">Letters that could not be, and why; at most <see cref="FailedMax"/> are told.</param>
    /// <param name="UpTo">The newest letter that is meant.</param>
    /// <param name="Next">Go on after this offset, with the same <paramref name="UpTo"/>; null: all were looked at.</param>
    public sealed record Replayed(object? Tag, int Count, int Already, IReadOnlyList<ReplayFailure> Failed, long UpTo, long? Next) : ReplayReply(Tag)
    {
        /// <summary>Failures that are told of one by one.</summary>
        public const int FailedMax = 100;

        /// <summary>How many failed altogether.</summary>
        public int FailedCount { get; init; } = Failed.Count;
    }
}
