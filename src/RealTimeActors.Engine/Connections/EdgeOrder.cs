using RealTimeActors.Protocol.Names;

namespace RealTimeActors.Engine.Connections;

/// <summary>Something that every edge of every node is to do about a user.</summary>
internal abstract record EdgeOrder
{
    private EdgeOrder() { }

    /// <summary>Close the user's connections; only those whose token was issued before the moment, where one is given.</summary>
    internal sealed record PutOut(string User, long? BeforeUnixMs, int Code, string Reason, long AfterMs) : EdgeOrder;

    /// <summary>End the user's subscriptions to these channels.</summary>
    internal sealed record TakeOff(string User, ChannelPattern Channels) : EdgeOrder;
}
