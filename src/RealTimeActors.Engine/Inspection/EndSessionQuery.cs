using RealTimeActors.Engine.Sessions;
using RealTimeActors.Protocol;

namespace RealTimeActors.Engine.Inspection;

/// <summary>End this session.</summary>
internal sealed class EndSessionQuery(InspectionServices services, InspectionCommand.EndSession command) : Query(services, command.ReplyTo)
{
    protected override void Begin() => Services.Sessions.Tell(new SessionCommand.Terminate(command.SessionId, Self));

    protected override void OnAnswer(object message)
    {
        if (message is not SessionTerminated terminated)
            return;

        if (terminated.Failure is { } failure)
            Refuse(ErrorCode.Overloaded, $"The session could not be taken off the disk: {failure}");
        else
            Finish(new InspectionReply.Ended(terminated.Existed));
    }
}
