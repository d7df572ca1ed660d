using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Engine.Channels;

/// <summary>How many of an edge's sessions have acked events that are watched. The numbers stand for themselves: a later report replaces an earlier one.</summary>
/// <param name="Epoch">In which life of the log. An ephemeral channel counts from 1 again in the next, and what is told of the former may come to it.</param>
/// <param name="Offset">The last of the events.</param>
/// <param name="Acked">How many have.</param>
/// <param name="Of">Of how many that were online when the events were committed; -1: it is not known any more, and what was reported before counts.</param>
/// <param name="Stage">What this edge has counted by now.</param>
internal sealed record AckReport(string Epoch, long Offset, int Acked, int Of, AckStage Stage)
{
    /// <summary>With <see cref="AckStage.Last"/>, where it was asked for: who has not.</summary>
    internal IReadOnlyList<Member> Missing { get; init; } = [];
}
