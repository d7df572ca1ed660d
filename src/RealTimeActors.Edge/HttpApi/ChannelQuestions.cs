using Microsoft.AspNetCore.Http;
using RealTimeActors.Actors;
using RealTimeActors.Dispatch.Asking;
using RealTimeActors.Engine.Channels;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi;

/// <summary>Asks a channel something for a request, and waits no longer than a request may.</summary>
/// <remarks>Who is to be answered is the question's tag, too: of a question without one nobody says that the node that was asked is gone, and the request would wait until its time is over.</remarks>
internal sealed class ChannelQuestions(IEngine engine, EdgeOptions options)
{
    /// <param name="http">The request.</param>
    /// <param name="make">What is asked.</param>
    /// <param name="longer">How long the channel itself may take before it answers, beside the time for everything else.</param>
    internal async Task<ChannelReply> AskAsync(HttpContext http, Func<IActorRef<ChannelReply>, ChannelCommand> make, TimeSpan longer = default)
    {
        var within = options.RequestTimeout + longer;
        try
        {
            return await engine.System.AskAsync(engine.Channels, make, within, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            return new ChannelReply.Refused(null, ErrorCode.Timeout, $"The channel did not answer within {within.TotalSeconds} s; repeat the request.");
        }
    }

    /// <summary>What is said where the channel did not do what it was asked.</summary>
    internal static Refusal RefusalOf(ChannelReply reply) => reply is ChannelReply.Refused refused
        ? new Refusal(refused.Code, refused.Message, refused.After)
        : throw new InvalidOperationException($"The channel answered with {reply.GetType().Name}, which does not answer this request.");
}
