namespace RealTimeActors.Engine.Presence;

/// <summary>What became of somebody's being there.</summary>
internal enum SetOutcome
{
    Taken,
    Full,
}
