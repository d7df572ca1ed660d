namespace RealTimeActors.Streams.Tests.Properties;

/// <summary>What was asked for, and what happened.</summary>
public sealed record ShaperScript(ShapeSettings Settings, IReadOnlyList<ShaperAction> Actions)
{
    public override string ToString() =>
        $"{Settings}{Environment.NewLine}Immediate: {string.Join(',', Settings.Immediate)}{Environment.NewLine}{string.Join(Environment.NewLine, Actions)}";
}
