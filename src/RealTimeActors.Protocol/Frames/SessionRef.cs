namespace RealTimeActors.Protocol.Frames;

/// <summary>A session as its client is told of it.</summary>
public sealed record SessionRef(string Id, string Key, bool Resumed, string? Reason)
{
    /// <summary>Without the key, so that it does not end up in a log.</summary>
    public override string ToString() => $"SessionRef {{ Id = {Id}, Resumed = {Resumed}, Reason = {Reason} }}";
}
