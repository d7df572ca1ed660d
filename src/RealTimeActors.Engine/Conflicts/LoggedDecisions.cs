using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>What custom rules said when the event was made: the fold of old events never asks them again.</summary>
/// <param name="decided">The <c>custom</c> of the event, an object of paths; empty: none said anything.</param>
internal sealed class LoggedDecisions(ReadOnlyMemory<byte> decided) : ICustomDecisions
{
    public ReadOnlyMemory<byte>? Decide(string rule, in MergeInput input, out string? error)
    {
        error = null;
        foreach (var (path, value) in new JsonMembers(decided))
        {
            if (JsonStrings.TextOf(path.Span) == input.Path)
                return value;
        }

        return ReadOnlyMemory<byte>.Empty;
    }
}
