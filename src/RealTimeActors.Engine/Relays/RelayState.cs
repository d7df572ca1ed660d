namespace RealTimeActors.Engine.Relays;

/// <summary>What follows a part of an answer.</summary>
internal enum RelayState
{
    /// <summary>More, when it is asked for.</summary>
    More,

    /// <summary>Nothing: this was all.</summary>
    Ended,

    /// <summary>Nothing: it breaks off.</summary>
    Broken,
}
