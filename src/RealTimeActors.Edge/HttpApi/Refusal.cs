using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Why a request is not taken, and what would be.</summary>
/// <param name="Code">Of the contract.</param>
/// <param name="Message">What was expected, what came, what to do.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="After">When to try again, where that is known.</param>
internal sealed record Refusal(ErrorCode Code, string Message, int Status, TimeSpan? After = null)
{
    internal Refusal(ErrorCode code, string message, TimeSpan? after = null)
        : this(code, message, Problem.StatusOf(code), after)
    {
    }

    /// <summary>The code that the connection which was asked for was closed with; null: it is not about one.</summary>
    internal int? CloseCode { get; init; }

    /// <summary>Whether it is about an entry of a state that is not as it was expected to be.</summary>
    internal bool HasCurrent { get; init; }

    /// <summary>The entry as it is; null: there is none.</summary>
    internal Entry? Current { get; init; }
}
