namespace RealTimeActors.Engine.Access;

/// <summary>What somebody may do with a channel. Each is given by itself: none includes another.</summary>
[Flags]
public enum Rights
{
    /// <summary>Nothing: what everybody has who was given nothing.</summary>
    None = 0,

    /// <summary>Follow from now on, and go on at the session's own cursor.</summary>
    Subscribe = 1,

    /// <summary>Append events.</summary>
    Publish = 2,

    /// <summary>Read what was published before: pages of the log, and subscriptions that begin anywhere but now or at the session's cursor.</summary>
    History = 4,

    /// <summary>See who is there, and be seen.</summary>
    Presence = 8,

    /// <summary>Change the channel's state.</summary>
    Mutate = 16,

    /// <summary>See who follows, put users out. On the pattern <c>&gt;</c> it is the right to administer the server.</summary>
    Admin = 32,

    /// <summary>All of them.</summary>
    All = Subscribe | Publish | History | Presence | Mutate | Admin,
}
