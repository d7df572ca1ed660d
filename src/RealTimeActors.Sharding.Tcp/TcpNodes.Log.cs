using Microsoft.Extensions.Logging;

namespace RealTimeActors.Sharding.Tcp;

public sealed partial class TcpNodes
{
    [LoggerMessage(EventId = 4101, Level = LogLevel.Information, Message = "Listening for other nodes at {EndPoint}, reached by them at {Address} ({Protection})")]
    private static partial void Listening(ILogger log, System.Net.IPEndPoint endPoint, string address, string protection);

    [LoggerMessage(EventId = 4102, Level = LogLevel.Information, Message = "Linked with {Peer}, which was dialed at {Address}")]
    private static partial void LinkedByDial(ILogger log, string peer, string address);

    [LoggerMessage(EventId = 4107, Level = LogLevel.Information, Message = "Linked with {Peer}, which called from {From}")]
    private static partial void LinkedByCall(ILogger log, string peer, string from);

    [LoggerMessage(EventId = 4108, Level = LogLevel.Information, Message = "{Peer} knows the cluster's former secret only; while it does, the former one has to stay configured")]
    private static partial void ByFormerSecret(ILogger log, string peer);

    [LoggerMessage(EventId = 4103, Level = LogLevel.Information, Message = "The link with {Peer} ended: {Reason}")]
    private static partial void LinkEnded(ILogger log, string peer, string reason);

    [LoggerMessage(EventId = 4104, Level = LogLevel.Warning, Message = "A connection from {From} was refused ({Refusal}): {Reason}. {LeftOut} more of the kind were refused since that was said last")]
    private static partial void CallRefused(ILogger log, string from, LinkRefusal refusal, string reason, long leftOut);

    [LoggerMessage(EventId = 4105, Level = LogLevel.Warning, Message = "{Peer} at {Address} cannot be linked with ({Refusal}): {Reason}. {LeftOut} more attempts failed so since that was said last")]
    private static partial void DialRefused(ILogger log, Persistence.Membership.NodeIncarnation peer, string address, LinkRefusal refusal, string reason, long leftOut);

    [LoggerMessage(EventId = 4106, Level = LogLevel.Warning, Message = "Connections of other nodes cannot be taken at the moment: {Reason}")]
    private static partial void NotTaking(ILogger log, System.Net.Sockets.SocketError reason);
}
