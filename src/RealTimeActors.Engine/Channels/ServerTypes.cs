namespace RealTimeActors.Engine.Channels;

/// <summary>Types of events that begin with <c>$</c> are the server's: what a mutation or a dead letter became cannot be forged by a publish.</summary>
public static class ServerTypes
{
    /// <summary>A mutation, and what was decided about it.</summary>
    public const string State = "$state";

    /// <summary>A dead letter.</summary>
    public const string Dead = "$dead";

    /// <summary>Why nobody else may be this producer; null: anybody may. The server's own replay dead letters, and a repeat of theirs must not be somebody else's event.</summary>
    internal static string? FaultOfProducer(string? id)
        => id is ['$', ..] ? $"Producers that begin with $ belong to the server, and '{(id.Length <= 64 ? id : id[..64] + "…")}' came. Choose an id without it." : null;

    /// <summary>Why an event of this type cannot be published; null: it can.</summary>
    public static string? FaultOf(string type)
        => type.StartsWith('$') ? $"Types that begin with $ belong to the server, and '{(type.Length <= 64 ? type : type[..64] + "…")}' came. Choose a type without it." : null;
}
