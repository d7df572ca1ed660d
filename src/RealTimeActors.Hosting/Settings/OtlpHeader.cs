namespace RealTimeActors.Hosting.Settings;

/// <summary>A header that goes along to the collector. Not a record: nothing prints its value.</summary>
/// <param name="name">As <c>authorization</c>.</param>
/// <param name="value">Secret.</param>
public sealed class OtlpHeader(string name, string value)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its value.</summary>
    public string Value { get; } = value;
}
