using Microsoft.Extensions.Logging;

namespace RealTimeActors.Hosting.Integrity;

internal sealed partial class CheckpointSigner
{
    [LoggerMessage(EventId = 3301, Level = LogLevel.Error, Message = "Checkpoint {Number} could not be signed; it is tried again: {Reason}")]
    private static partial void NotSigned(ILogger log, long number, string reason);
}
