using Microsoft.Extensions.Logging;

namespace RealTimeActors.Hosting.InProcess;

internal sealed partial class InProcessSubscription
{
    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message = "The handler of {Subscriber} in {Channel} failed at offset {Offset} (attempt {Attempt} of {Attempts}); it gets the event again")]
    private static partial void FailedOnce(ILogger log, string subscriber, string channel, long offset, int attempt, int attempts, Exception fault);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Error, Message = "The handler of {Subscriber} in {Channel} failed at offset {Offset} for the last time ({Attempt} attempts); the subscription has ended there, and the event is not acked")]
    private static partial void GivenUp(ILogger log, string subscriber, string channel, long offset, int attempt, Exception fault);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "The handler of {Subscriber} in {Channel} had not finished after {Within}; its event is not acked and comes again")]
    private static partial void HandlerNotWaitedFor(ILogger log, string subscriber, string channel, TimeSpan within);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Error, Message = "The subscription of {Subscriber} in {Channel} was ended")]
    private static partial void Ended(ILogger log, string subscriber, string channel, Exception fault);
}
