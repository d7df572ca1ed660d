namespace RealTimeActors.Hosting.Settings;

/// <summary>What a node does: <c>realtime.roles</c>.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>It takes connections.</summary>
    Edge = 1,

    /// <summary>It takes shards: channels, sessions and what belongs to them live on it.</summary>
    Core = 2,

    /// <summary>Both.</summary>
    All = Edge | Core,
}
