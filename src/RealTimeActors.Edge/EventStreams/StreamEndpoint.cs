using Microsoft.AspNetCore.Http;
using RealTimeActors.Edge.Admission;
using RealTimeActors.Edge.Authentication;
using RealTimeActors.Edge.HttpApi;
using RealTimeActors.Edge.HttpSessions;
using RealTimeActors.Edge.ServerSentEvents;
using RealTimeActors.Engine.Access;
using RealTimeActors.Engine.Feeds;
using RealTimeActors.Protocol;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Edge.EventStreams;

/// <summary><c>GET /v1/channels/{channel}/stream</c>: one channel for a plain <c>EventSource</c>, in order of offset, from where it was.</summary>
internal sealed class StreamEndpoint(IEngine engine, EdgeOptions options, ConnectionBudget budget, TimeProvider time)
{
    private readonly HttpAccess _access = new(engine.Access);
    private readonly LogPages _pages = new(engine, options, time);
    private readonly Lookout _readers = new(time);

    internal async Task StreamAsync(HttpContext http)
    {
        EventStreamText.RequireAccepted(http.Request);
        var channel = QueryText.ChannelOf(http);
        var identity = _access.Require(http, channel, Rights.Subscribe);
        var start = StartOf(http, identity);
        if (engine.WhyNoClients() is { } refusal)
            throw new RefusedException(refusal);

        if (!budget.TryTake())
            throw new RefusedException(options.TooMany());

        try
        {
            await RunAsync(http, new StreamReader(channel, identity, MakeFeed, options, time, http.Abort), start);
        }
        finally
        {
            budget.GiveBack();
        }
    }

    private StreamStart StartOf(HttpContext http, Identity identity)
    {
        var mayReadHistory = engine.Access.RightsOf(identity, QueryText.ChannelOf(http)).HasFlag(Rights.History);
        if (StreamPosition.Of(http.Request) is { } last)
            return new StreamStart(last, null, mayReadHistory);

        var from = QueryText.One(http.Request, "from") is null or "now" ? From.Now : QueryText.From(http.Request).From;
        if (from is not From.AtNow)
            _access.Require(http, QueryText.ChannelOf(http), Rights.History);

        return new StreamStart(null, from, mayReadHistory);
    }

    private async Task RunAsync(HttpContext http, StreamReader reader, StreamStart start)
    {
        engine.Feeds.Tell(new FeedCommand.Open(reader));
        _readers.Add(reader);
        await using var gone = http.RequestAborted.Register(static reader => ((StreamReader)reader!).Wake(), reader);
        ChannelFeed? feed = null;
        try
        {
            feed = await OpenAsync(http, reader);
            EventStreamText.Begin(http);
            await new StreamWriter(reader, feed, _pages, http.Response.BodyWriter, http.RequestAborted).RunAsync(start);
        }
        finally
        {
            _readers.Remove(reader);
            feed?.Leave(reader);
            engine.Feeds.Tell(new FeedCommand.Close(reader));
        }
    }

    private async Task<ChannelFeed> OpenAsync(HttpContext http, StreamReader reader)
    {
        ChannelFeed? feed;
        try
        {
            feed = await reader.Feed.WaitAsync(options.RequestTimeout, time, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            throw new RefusedException(ErrorCode.Timeout, $"The channel did not answer within {options.RequestTimeout.TotalSeconds:0.#} s; repeat the request.");
        }

        return feed ?? throw new RefusedException(reader.ClosedBy is { Code: >= 4300 and < 4400 } close
            ? new Refusal(ErrorCode.Unauthenticated, $"{close.Reason} ({close.Code})") { CloseCode = close.Code }
            : new Refusal(ErrorCode.Overloaded, "Not ready: the server is stopping."));
    }

    private ChannelFeed MakeFeed() => new(options.FeedBytesMax, time);
}
