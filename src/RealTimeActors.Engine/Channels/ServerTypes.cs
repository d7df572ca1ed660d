namespace RealTimeActors.Engine.Channels;

/// <summary>Types of events that begin with <c>$</c> are the server's: what a mutation or a dead letter became cannot be forged by a publish.</summary>
public static class ServerTypes
{
    /// <summary>A mutation, and what was decided about it.</summary>
    public const string State = "$state";

    /// <summary>Why an event of this type cannot be published; null: it can.</summary>
    public static string? FaultOf(string type)
        => type.StartsWith('$') ? $"Types that begin with $ belong to the server, and '{(type.Length <= 64 ? type : type[..64] + "…")}' came. Choose a type without it." : null;
}
