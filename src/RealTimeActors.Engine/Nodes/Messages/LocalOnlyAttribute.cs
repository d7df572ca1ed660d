namespace RealTimeActors.Engine.Nodes.Messages;

/// <summary>The property means something on its own node only: on another it has its default. Of a record of a family: it is told on its own node only, and cannot be told to another.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
internal sealed class LocalOnlyAttribute : Attribute;
