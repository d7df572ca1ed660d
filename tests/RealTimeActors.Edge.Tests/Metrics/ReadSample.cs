namespace RealTimeActors.Edge.Tests.Metrics;

/// <summary>One line of figures, read back.</summary>
/// <param name="Name">As it stands there, suffix included.</param>
/// <param name="Labels">Unescaped, sorted by name.</param>
/// <param name="Value">The number.</param>
internal sealed record ReadSample(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value)
{
    /// <summary>As <c>name outcome=persisted</c>.</summary>
    internal string Key => string.Join(' ', [Name, .. Labels.Select(label => $"{label.Key}={label.Value}")]);
}
