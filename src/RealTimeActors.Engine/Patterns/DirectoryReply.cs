namespace RealTimeActors.Engine.Patterns;

/// <summary>What the directory of channels tells an edge.</summary>
/// <param name="Life">The life of the directory: its positions mean nothing in another.</param>
internal abstract record DirectoryReply(string Life)
{
    /// <summary>Changes of the pattern's channels after <paramref name="Position"/> will be told.</summary>
    internal sealed record Followed(string Life, long Position) : DirectoryReply(Life);

    /// <summary>Channels of a pattern, in the order of their names.</summary>
    /// <param name="Life">Of the directory.</param>
    /// <param name="Tag">The asker's.</param>
    /// <param name="Channels">Those of this page; there may be none, and more on the next.</param>
    /// <param name="Next">Where the next page begins; null: that was all.</param>
    internal sealed record Page(string Life, object? Tag, IReadOnlyList<ChannelStanding> Channels, string? Next) : DirectoryReply(Life);

    /// <summary>No page: the directory could not be reached just now.</summary>
    /// <param name="Tag">The asker's.</param>
    internal sealed record Unread(object? Tag) : DirectoryReply("");

    /// <summary>A channel has come into being, has stirred, or has ended (<paramref name="IsEnded"/>).</summary>
    /// <param name="Life">Of the directory.</param>
    /// <param name="Former">The position of what this edge was told before: where it does not know that, something was lost.</param>
    /// <param name="Position">The position of this.</param>
    /// <param name="Channel">How it stands.</param>
    /// <param name="IsEnded">Whether it is gone.</param>
    internal sealed record Changed(string Life, long Former, long Position, ChannelStanding Channel, bool IsEnded) : DirectoryReply(Life);

    /// <summary>Events of a channel that is followed here by a pattern are watched: who follows it so is counted.</summary>
    internal sealed record Watched(string Life, ChannelStanding Channel, IReadOnlyList<Channels.Watched> Events) : DirectoryReply(Life);

    /// <summary>What changed up to <paramref name="Position"/> since the position that the edge knew, again.</summary>
    internal sealed record Changes(string Life, long Position, IReadOnlyList<ChannelStanding> Channels, bool IsAll) : DirectoryReply(Life);

    /// <summary>The directory knows nothing of this edge, because it has begun anew, or because the link with the edge's node has ended meanwhile: the edge follows its patterns again, and looks through their
    /// channels.</summary>
    /// <param name="Life">Of the directory.</param>
    /// <param name="Asked">The life that the edge asked about.</param>
    internal sealed record Unknown(string Life, string Asked) : DirectoryReply(Life);
}
