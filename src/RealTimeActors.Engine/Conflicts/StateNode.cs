namespace RealTimeActors.Engine.Conflicts;

/// <summary>One place of a value.</summary>
internal sealed class StateNode
{
}
