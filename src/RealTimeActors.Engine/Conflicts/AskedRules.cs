using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Engine.Conflicts;

/// <summary>Asks the rules of the application, and remembers what they said for the log.</summary>
internal sealed class AskedRules(IReadOnlyDictionary<string, IMergeRule> rules) : ICustomDecisions
{
    private List<(string Path, ReadOnlyMemory<byte> Value)>? _decided;

    /// <summary>What was decided, path by path; where nothing is to be there, nothing is here.</summary>
    internal IReadOnlyList<(string Path, ReadOnlyMemory<byte> Value)> Decided => _decided ?? [];

    public ReadOnlyMemory<byte>? Decide(string rule, in MergeInput input, out string? error)
    {
        if (!rules.TryGetValue(rule, out var custom))
        {
            error = $"The rule custom:{rule} is not registered on this server: add it to the engine's MergeRules.";
            return null;
        }

        ReadOnlyMemory<byte> decided;
        try
        {
            decided = custom.Decide(input);
        }
        catch (Exception fault)
        {
            // Somebody else's code: whatever it throws ends this mutation, and nothing else. Its message may hold anything and stays here.
            error = $"The rule custom:{rule} failed at '{input.Path}' with {fault.GetType().Name}: it may not throw.";
            return null;
        }

        error = null;
        if (decided.IsEmpty)
            return decided;

        if (!JsonText.TryCompact(decided.Span, out var compact, out var wrong))
        {
            error = $"The rule custom:{rule} has to decide for one JSON value at '{input.Path}': {wrong}";
            return null;
        }

        (_decided ??= []).Add((input.Path, compact));
        return compact;
    }
}
