namespace RealTimeActors.Client.Sessions;

/// <summary>What a restarted process needs to go on as the same session.</summary>
/// <param name="Id">Names the session; not secret.</param>
/// <param name="Key">Proves it. A secret: keep it like a password. The server replaces it at every connection; only the newest one is good for long.</param>
public sealed record SessionTicket(string Id, string Key)
{
    /// <summary>Without the key, so that it does not end up in a log.</summary>
    public override string ToString() => $"session {Id}";
}
