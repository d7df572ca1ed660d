namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>The property means something on its own node only: on another it has its default.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LocalOnlyAttribute : Attribute;
