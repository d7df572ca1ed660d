namespace RealTimeActors.Engine.Feeds;

/// <summary>What readers of feeds ask.</summary>
public abstract record FeedCommand
{
    private FeedCommand() { }

    /// <summary>Read from now on. Answered by <see cref="IFeedReader.Opened"/> or <see cref="IFeedReader.Closed"/>. Whether it may read is the caller's to find out;
    /// whether it was put out is found out here.</summary>
    public sealed record Open(IFeedReader Reader) : FeedCommand;

    /// <summary>The reader is gone.</summary>
    public sealed record Close(IFeedReader Reader) : FeedCommand;
}
