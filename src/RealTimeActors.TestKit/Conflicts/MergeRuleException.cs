namespace RealTimeActors.TestKit.Conflicts;

/// <summary>A custom conflict rule does not keep what it must. Fails a test in any framework.</summary>
public sealed class MergeRuleException : Exception
{
    /// <summary>With a message that names what was expected and what came.</summary>
    public MergeRuleException(string message)
        : base(message)
    {
    }
}
