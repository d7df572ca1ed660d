namespace RealTimeActors.Hosting.Settings;

/// <summary>The configuration cannot be used. Every problem is one line that names the key, what was expected and what came.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>The problems, at least one.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
