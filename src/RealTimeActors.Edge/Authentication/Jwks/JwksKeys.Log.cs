using Microsoft.Extensions.Logging;

namespace RealTimeActors.Edge.Authentication.Jwks;

internal sealed partial class JwksKeys
{
    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "{Count} keys that tokens are checked with came from {Url}; {LeftOut} were left out")]
    private static partial void KeysFetched(ILogger log, int count, string url, int leftOut);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Warning, Message = "The keys at {Url} could not be fetched: {Reason}. Those that were fetched before go on being used")]
    private static partial void KeysUnavailable(ILogger log, string url, string reason);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Warning, Message = "The keys at {Url} could not be fetched: {Reason}. Tokens that need them are answered by 503 until they can")]
    private static partial void KeysNotThere(ILogger log, string url, string reason);

    [LoggerMessage(EventId = 2204, Level = LogLevel.Debug, Message = "The keys at {Url} could still not be fetched: {Reason} (attempt {Attempt})")]
    private static partial void KeysStillUnavailable(ILogger log, string url, string reason, int attempt);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Information, Message = "The keys at {Url} can be fetched again")]
    private static partial void KeysAreBack(ILogger log, string url);

    [LoggerMessage(EventId = 2206, Level = LogLevel.Debug, Message = "From {Url} was left out: {Reason}")]
    private static partial void KeyLeftOut(ILogger log, string url, string reason);
}
