namespace RealTimeActors.Engine.Connections;

/// <summary>Why a connection looks through the channels of a pattern: it says where one begins that it does not know yet.</summary>
internal enum WalkMode
{
    /// <summary>The pattern was subscribed to: where the client said.</summary>
    First,

    /// <summary>The session came back: at its cursor; a channel without one was born meanwhile, and begins at its beginning.</summary>
    Resumed,

    /// <summary>A new token may give more than the one before: now.</summary>
    Granted,

    /// <summary>The directory has begun anew, and may have forgotten to tell of something: at its beginning, because what was there was known.</summary>
    Repaired,
}
