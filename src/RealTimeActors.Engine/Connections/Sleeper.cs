namespace RealTimeActors.Engine.Connections;

/// <summary>A channel that a connection follows by a pattern and that rests: all that is kept of it is where the connection stands. With its next event it is joined from there.</summary>
/// <param name="By">The pattern.</param>
/// <param name="Epoch">The life of the log; shared with everybody who was told of the channel.</param>
/// <param name="Prefix">Everything up to it was told.</param>
/// <param name="IsTold">Whether the client was told of the channel on this connection.</param>
/// <param name="IsBehind">Whether there is something after the prefix: it rests only until it is its turn.</param>
/// <param name="IsFresh">Whether the client had not followed it before.</param>
internal readonly record struct Sleeper(Following By, string Epoch, long Prefix, bool IsTold, bool IsBehind, bool IsFresh)
{
    /// <summary>Whether the session may stand nowhere in it, because it began at its beginning and nothing of it was acked.</summary>
    internal bool MayLackCursor { get; init; }
}
