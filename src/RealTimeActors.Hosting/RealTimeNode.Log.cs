using Microsoft.Extensions.Logging;

namespace RealTimeActors.Hosting;

internal sealed partial class RealTimeNode
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Draining: connections are asked to leave within {Within}")]
    private static partial void Draining(ILogger log, TimeSpan within);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "All connections have left")]
    private static partial void Drained(ILogger log);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Some connections had not left after {Within}; they are cut")]
    private static partial void NotDrained(ILogger log, TimeSpan within);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Critical, Message = "{Reason} The server stops")]
    private static partial void StoppingWithoutStore(ILogger log, string reason);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Information, Message = "Draining by an operator's order: clients and shards go to other nodes")]
    private static partial void DrainedByOrder(ILogger log);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Information, Message = "An operator has taken the drain back: clients and shards may come again")]
    private static partial void UndrainedByOrder(ILogger log);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Warning, Message = "New clients are turned away, and some of those that are here are sent away: {Reason}")]
    private static partial void TurningAway(ILogger log, string reason);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Information, Message = "New clients are taken again")]
    private static partial void TakingAgain(ILogger log);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning, Message = "This node takes no part in the cluster: {Reason}")]
    private static partial void Apart(ILogger log, string reason);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Information, Message = "This node takes part in the cluster")]
    private static partial void TakesPart(ILogger log);
}
